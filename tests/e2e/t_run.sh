#!/bin/sh
# t_run.sh - the same engine over files and folders, once.
. "$(dirname "$0")/lib.sh"

config web 'del(.pipelines.web.watch)'
mkdir -p "$T/in/b" "$T/in/.hidden"
printf 'text of a-b' >"$T/in/a-b.txt"
printf 'text of b' >"$T/in/b/1.txt"
printf 'text of b' >"$T/in/b/2.txt"
printf 'hidden' >"$T/in/.hidden/x.txt"
: >"$T/in/c.txt"
head -c 3000 /dev/zero >"$T/in/d.bin"
printf 'one more' >"$T/one.txt"

cd "$T"
summary() { jq -c '[.documents, .exported, .dropped, .duplicates, .failed]'; }
is 'every document has one end' '[6,3,1,1,1]' \
    "$(lavoir run --json one.txt in 2>"$LOG" | summary)"
is 'in the order given, folders in byte order' 'one.txt a-b.txt b/1.txt' \
    "$(exported | jq -r .metadata.path | tr '\n' ' ' | sed 's/ $//')"
[ -f in/b/1.txt ] && [ -f in/d.bin ] && [ ! -e in/.lavoir ] ||
    fail 'sources are not left in place'
pass 'sources stay in place'

is 'what has ended is passed over' '[0,0,0,0,0]' \
    "$(lavoir run --json one.txt in 2>"$LOG" | summary)"
touch -d '2001-01-01' in/a-b.txt
is 'also when it was only touched' '[0,0,0,0,0]' \
    "$(lavoir run --json in 2>"$LOG" | summary)"
printf 'a new text of a-b' >in/a-b.txt
is 'but not when it changed' '[1,1,0,0,0]' \
    "$(lavoir run --json in 2>"$LOG" | summary)"

is 'another state folder knows nothing' '[6,3,1,1,1]' "$(lavoir run --json \
    --state "$T/state2" --out "$T/out2" one.txt in 2>"$LOG" | summary)"
cat "$T"/out2/*.jsonl | json 'and another output folder' '.id == "web-1"'
status 'a missing path is no input' 66 lavoir run none-such
status 'a pipeline that is not there' 64 lavoir run --pipeline x one.txt

# Killed anywhere and run again: the same bytes.
export SOURCE_DATE_EPOCH=1700000000
i=0
while [ $i -lt 400 ]; do
	i=$((i + 1))
	printf 'document %d of the many, which is repeated: %d' $i $((i % 350)) \
	    >"$T/many-$i.txt"
done
mkdir many && mv many-*.txt many/
lavoir run --state "$T/s3" --out "$T/o3" many >/dev/null 2>"$LOG"
begun() { [ -s "$T/o4/part-00001.jsonl" ] || ! kill -0 "$PID" 2>/dev/null; }
n=0
while [ $n -lt 3 ]; do
	n=$((n + 1))
	"$LAVOIR" run -c "$CONFIG" --state "$T/s4" --out "$T/o4" many \
	    >/dev/null 2>&1 &
	PID=$!
	wait_for 'the first records' begun
	kill -KILL "$PID" 2>/dev/null || true
	wait "$PID" 2>/dev/null || true
	PID=
done
again() { lavoir run --state "$T/s4" --out "$T/o4" many >/dev/null 2>"$LOG"; }
wait_for 'the state folder to be free' again
cmp "$T/o3/part-00001.jsonl" "$T/o4/part-00001.jsonl" ||
    fail 'a killed run gives other bytes'
pass 'a killed run goes on to the same bytes'

is 'decisions of another state folder' 400 \
    "$(lavoir decisions --json --state "$T/s4" | wc -l)"
lavoir explain --json --state "$T/s4" web-7 | grep -q '"exported"' || fail 'explain --state does not find it'
lavoir fsck --state "$T/s4" >"$T/output" 2>&1 || fail "$(cat "$T/output")"
grep -q '400 ends' "$T/output" || fail "fsck: $(cat "$T/output")"
pass 'explain and fsck look at it, too'
end
