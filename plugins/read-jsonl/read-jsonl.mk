# read-jsonl.mk
PKGS_read-jsonl = zlib libzstd
DEBS_read-jsonl = zlib1g-dev libzstd-dev
