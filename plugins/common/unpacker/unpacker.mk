# unpacker.mk
PKGS_unpacker = zlib libzstd liblzma
LIBS_unpacker = -lbz2
DEBS_unpacker = zlib1g-dev libzstd-dev liblzma-dev libbz2-dev
