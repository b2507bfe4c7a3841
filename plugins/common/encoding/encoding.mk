# encoding.mk
PKGS_encoding = icu-uc uchardet
DEBS_encoding = libicu-dev libuchardet-dev
