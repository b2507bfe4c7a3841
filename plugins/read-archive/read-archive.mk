# read-archive.mk
USES_read-archive = unpacker
PKGS_read-archive = libarchive
DEBS_read-archive = libarchive-dev
