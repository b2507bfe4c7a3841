# dedup-exact.mk
PKGS_dedup-exact = libcrypto libxxhash icu-uc
DEBS_dedup-exact = libssl-dev libxxhash-dev libicu-dev
