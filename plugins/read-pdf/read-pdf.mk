# read-pdf.mk
PKGS_read-pdf = poppler-glib gio-2.0
DEBS_read-pdf = libpoppler-glib-dev libglib2.0-dev poppler-data
