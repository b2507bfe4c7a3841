# clean-repair.mk
PKGS_clean-repair = icu-uc libxml-2.0
DEBS_clean-repair = libicu-dev libxml2-dev
