#!/bin/sh
# t_disk_full.sh - a full disk: intake pauses, says so, and goes on by itself.
. "$(dirname "$0")/lib.sh"

[ "$(id -u)" -eq 0 ] || { echo 'mounting needs root'; exit 77; }
mkdir "$T/small"
mount -t tmpfs -o size=4m none "$T/small" 2>/dev/null ||
    { echo 'tmpfs cannot be mounted here'; exit 77; }
trap 'umount -l "$T/small" 2>/dev/null; at_exit' EXIT

config web '.pipelines.web.chain[4].options.path = "small/out" |
    .admission.disk_reserve = "1K"'
start
head -c 3900000 /dev/zero >"$T/small/ballast"
i=0
while [ $i -lt 60 ]; do
	i=$((i + 1))
	drop "$i.txt" "document $i: $(head -c 6000 /dev/urandom | base64)"
done
paused() { lavoir status | grep -Eqi 'paus|cannot write|No space|full|free'; }
wait_for 'status to say why nothing goes on' paused
pass 'status says that it waits for room'
[ "$(find "$T/drop" -maxdepth 1 -type f | wc -l)" -gt 0 ] ||
    fail 'nothing waits'
pass 'documents stay in their folder'
rm "$T/small/ballast"
wait_for 'all documents' drop_is_empty
wait_for 'their ends' ended_count 60
is 'each is exported once' 60 \
    "$(cat "$T"/small/out/*.jsonl | jq -r .metadata.path | sort -u | wc -l)"
is 'and only once' 60 "$(cat "$T"/small/out/*.jsonl | wc -l)"
stop
end
