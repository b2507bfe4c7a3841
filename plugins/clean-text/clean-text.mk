# clean-text.mk
PKGS_clean-text = icu-uc
DEBS_clean-text = libicu-dev
