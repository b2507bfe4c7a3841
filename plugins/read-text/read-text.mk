# read-text.mk
PKGS_read-text = icu-uc uchardet
DEBS_read-text = libicu-dev libuchardet-dev
