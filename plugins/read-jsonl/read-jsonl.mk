# read-jsonl.mk
USES_read-jsonl = unpacker
