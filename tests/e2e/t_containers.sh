#!/bin/sh
# t_containers.sh - containers end child by child, and go on where they were.
. "$(dirname "$0")/lib.sh"

export SOURCE_DATE_EPOCH=1700000000
config web '.pipelines.web.chain = [{plugin: "read-jsonl"}] +
    .pipelines.web.chain'
N=6000 # lines of a container
DEADLINE=$((3 * DEADLINE))
[ "${BUILD:-release}" = release ] || N=2000
awk -v n=$N 'BEGIN {
	srand(7)
	for (i = 0; i < n; i++)
		printf "{\"id\":\"n%d\",\"text\":\"line %d of many, %d\"}\n",
		    i, i, rand() * 1000
}' >"$T/lines"
gzip -c "$T/lines" | cat >"$T/lines.gz"
sed 's/line/other line/' "$T/lines" >"$T/other"

put() {
	mkdir -p "$T/drop"
	cp "$T/lines" "$T/drop/a.jsonl"
	sed 's/line/third line/' "$T/lines" | gzip >"$T/drop/b.jsonl.gz"
	cp "$T/other" "$T/drop/c.jsonl"
}
clean() { rm -rf "$T/drop" "$T/out" "$T/state"; }
lines() { cat "$T"/out/*.jsonl 2>/dev/null | wc -l; }
more_than() { [ "$(lines)" -gt "$1" ] || drop_is_empty; }

put
start
wait_for 'all containers' drop_is_empty
stop
is 'every line is a document' $((3 * N)) "$(lines)"
mv "$T/out" "$T/reference"

compare() { # TEXT
	wait_for "$1" drop_is_empty
	stop
	cmp "$T/reference/part-00001.jsonl" "$T/out/part-00001.jsonl" ||
	    fail "$1: other bytes"
	pass "$1"
}

clean
put
start
for n in $((N / 7)) $((N * 8 / 7)) $((N * 15 / 7)); do
	wait_for "$n lines" more_than $n
	crash
	start
done
compare 'killed in the middle, they go on without loss or repetition'

clean
put
start
for n in $((N / 10)) $((N * 11 / 10)) $((N * 21 / 10)); do
	wait_for "$n lines" more_than $n
	stop
	start
done
compare 'stopped at a child boundary, they go on'

clean
put
start
for n in $((N / 10)) $((N * 11 / 10)) $((N * 21 / 10)); do
	wait_for "$n lines" more_than $n
	lavoir reload >/dev/null || fail 'reload'
done
compare 'under a new configuration they go on'

clean
put
start
wait_for 'some lines' more_than $((N / 4))
crash
printf 'x' >>"$T/drop/a.jsonl"
start
wait_for 'the end' drop_is_empty
wait_for 'its row' ended a.jsonl
decision a.jsonl | jq -c 'select(.id == "web-1")' |
    json 'one that changed midway has failed' \
    '.outcome == "failed" and .reason == "changed"'
is 'its children stand' $((N / 4)) "$(decision a.jsonl |
    jq -r 'select(.id | startswith("web-1#")) | .outcome' | head -n $((N / 4)) |
    grep -c exported)"
stop
end
