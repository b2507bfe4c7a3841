PKGS_read-office = libxml-2.0 zlib
DEBS_read-office = libxml2-dev zlib1g-dev
