# read-warc.mk
USES_read-warc = unpacker
PKGS_read-warc = libbrotlidec
DEBS_read-warc = libbrotli-dev
