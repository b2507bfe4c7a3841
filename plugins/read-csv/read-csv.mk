# read-csv.mk
USES_read-csv = encoding
