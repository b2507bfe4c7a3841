#!/bin/sh
# t_everything.sh - one of everything, mixed and nested, in one folder: each ends
# in a text or in a reason, under every reader there is.
#
# tests/everything/ holds the files; what becomes of them is
# tests/everything.expected (made anew with EVERYTHING_WRITE=1, then read it).
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")/.." && pwd)
for plugin in read-jsonl read-warc read-archive read-mail read-csv read-html \
    read-pdf read-office read-markdown read-text; do
	[ -e "$PLUGINS_DIR/$plugin.so" ] ||
	    { echo "$plugin is not built"; exit 77; }
done

config all '.pipelines.all.chain = ["read-jsonl", "read-warc", "read-archive",
    "read-mail", "read-csv", "read-html",
    "read-pdf", "read-office", "read-markdown", "read-text", "clean-text",
    "dedup-exact", {plugin: "export-jsonl", options: {path: "out"}}]'

cp -r "$here/everything/." "$T/drop/"
cd "$T"

# path, member, outcome, reason
table() {
	lavoir decisions --json | jq -r '[.path, .member // "", .outcome,
	    .reason // ""] | join("|")'
}

SOURCE_DATE_EPOCH=1700000000
export SOURCE_DATE_EPOCH
lavoir run --json drop >"$T/summary" 2>"$LOG"
table >"$T/table"
if [ -n "${EVERYTHING_WRITE:-}" ]; then
	cp "$T/table" "$here/everything.expected"
fi
diff "$here/everything.expected" "$T/table" || fail 'another outcome'
pass 'everything has the expected outcome'

# Every exported text tells of its washing place, and of nothing around it.
exported | jq -r 'select(.text | test("bridge|baskets|knelt|lavoir") | not) |
    "\(.metadata.path) \(.metadata.member): \(.text)"' >"$T/strange"
[ ! -s "$T/strange" ] || fail "no such text: $(cat "$T/strange")"
pass 'what was exported is the text'
exported | jq -r 'select(.text | test("<p>|w:t|%PDF|Content-Type|\r")) |
    "\(.metadata.path) \(.metadata.member): \(.text)"' >"$T/strange"
[ ! -s "$T/strange" ] || fail "more than the text: $(cat "$T/strange")"
pass 'and nothing else'

# One that lies deep: the PDF of a mail in a mailbox in a packed archive.
exported | jq -r 'select(.metadata.path == "nested.tar.gz" and
    .metadata.media_type == "application/pdf") | .metadata.member' >"$T/member"
grep -q '^box.mbox!/.*!/.*paper.pdf$' "$T/member" ||
    fail "the PDF within: $(cat "$T/member")"
pass 'the way to what lies deep is told'

# Again, and in more workers: the same bytes.
for workers in 1 4; do
	jq ".workers = $workers" "$CONFIG" >"$T/w.json"
	"$LAVOIR" run -c "$T/w.json" --state "$T/s$workers" \
	    --out "$T/o$workers" drop >/dev/null 2>"$LOG"
	cat "$T/o$workers"/*.jsonl | cmp - "$T"/out/part-00001.jsonl ||
	    fail "other bytes with $workers workers"
done
pass 'the same bytes from any number of workers'

# The daemon itself: explain shows the way.
rm -rf "$T/out" "$T/state"
start
wait_for 'the folder to be empty' drop_is_empty
lavoir explain "$(exported | jq -r 'select(.metadata.path == "nested.tar.gz" and
    .metadata.media_type == "application/pdf") | .id')" >"$T/explained"
grep -q 'box.mbox!/' "$T/explained" ||
    fail "explain: $(cat "$T/explained")"
pass 'explain shows the way'
table | LC_ALL=C sort >"$T/daemon"
LC_ALL=C sort "$here/everything.expected" | cmp - "$T/daemon" ||
    fail 'another outcome in the daemon'
pass 'the daemon comes to the same'
stop
end
