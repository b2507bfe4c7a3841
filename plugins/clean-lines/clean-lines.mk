# clean-lines.mk
PKGS_clean-lines = icu-uc
DEBS_clean-lines = libicu-dev
