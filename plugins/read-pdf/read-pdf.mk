# read-pdf.mk
PKGS_read-pdf = poppler-glib
DEBS_read-pdf = libpoppler-glib-dev
LIBS_read-pdf = -lm
