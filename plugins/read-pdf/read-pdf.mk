# read-pdf.mk
PKGS_read-pdf = poppler-glib gio-2.0 zlib
DEBS_read-pdf = libpoppler-glib-dev libglib2.0-dev poppler-data zlib1g-dev
