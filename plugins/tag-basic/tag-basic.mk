# tag-basic.mk
PKGS_tag-basic = libcrypto
DEBS_tag-basic = libssl-dev
