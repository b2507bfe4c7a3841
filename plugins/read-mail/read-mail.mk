# read-mail.mk
USES_read-mail = encoding
PKGS_read-mail = gmime-3.0
DEBS_read-mail = libgmime-3.0-dev
