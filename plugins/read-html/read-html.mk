# read-html.mk
USES_read-html = encoding
HEADERS_read-html = myhtml/myhtml.h
LIBS_read-html = -lmodest
DEBS_read-html = libmodest-dev
