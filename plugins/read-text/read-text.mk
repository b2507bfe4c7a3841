# read-text.mk
USES_read-text = encoding
