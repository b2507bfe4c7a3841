#!/bin/sh
# t_failed.sh - failed documents: listed, shown, put back.
. "$(dirname "$0")/lib.sh"

config web
start
is 'nothing has failed' '' "$(lavoir failed list)"
mkdir "$T/drop/sub"
head -c 500 /dev/zero >"$T/zeros"
cp "$T/zeros" "$T/drop/sub/zeros.bin"
wait_for 'its end' ended sub/zeros.bin
kept=$T/drop/.lavoir/failed/web-1/zeros.bin
wait_for 'it to be kept' test -f "$kept"
cmp -s "$T/zeros" "$kept" || fail 'other bytes'
lavoir failed list --json | json 'it is listed' '.id == "web-1" and
    .pipeline == "web" and .original == "zeros.bin" and
    .reason.path == "sub/zeros.bin" and (.reason.attempts | length) == 1'
status 'for people, too' 0 lavoir failed list
grep -q '^web-1  sub/zeros.bin  ' "$T/output" || fail "$(cat "$T/output")"
status 'it is shown' 0 lavoir failed show web-1
grep -q '^original .*/failed/web-1/zeros.bin' "$T/output" || fail 'no place'
status 'another is not there' 66 lavoir failed show web-2
status 'a path is no id' 66 lavoir failed show ../done
status 'retry what?' 64 lavoir failed retry
status 'retry one that is not there' 66 lavoir failed retry web-9

lavoir pause
echo other >"$T/drop/sub/zeros.bin"
status 'nothing is replaced' 73 lavoir failed retry web-1
grep -q 'in use' "$T/output" || fail 'without a reason'
is 'the file is as it was' other "$(cat "$T/drop/sub/zeros.bin")"
[ -f "$kept" ] || fail 'the original is gone'
rm -r "$T/drop/sub"
status 'it is put back, its folder made again' 0 lavoir failed retry web-1
cmp -s "$T/zeros" "$T/drop/sub/zeros.bin" || fail 'other bytes'
[ ! -e "$T/drop/.lavoir/failed/web-1" ] || fail 'its folder is still there'
lavoir resume
wait_for 'it to fail again' test -f "$T/drop/.lavoir/failed/web-3/zeros.bin" \
    -o -f "$T/drop/.lavoir/failed/web-2/zeros.bin"
pass 'it is taken as a new document'
status 'all of them' 0 lavoir failed retry --all
grep -q '^1 retried, 0 refused' "$T/output" || fail "$(cat "$T/output")"

# One that is called as the reason is.
zeros() { ls "$T"/drop/.lavoir/failed/web-*/zeros.bin >/dev/null 2>&1; }
wait_for 'it to fail once more' zeros
rm -rf "$T"/drop/.lavoir/failed/web-* "$T/drop/sub"
cp "$T/zeros" "$T/drop/reason.json"
clash() { ls "$T"/drop/.lavoir/failed/web-*/reason.json~web-* 2>/dev/null; }
wait_for 'reason.json to fail' clash
cmp -s "$T/zeros" "$(clash)" || fail 'other bytes'
lavoir failed list --json | json 'an original called reason.json is listed' \
    '.original | startswith("reason.json~web-")'
jq -e '.path == "reason.json"' "$(dirname "$(clash)")/reason.json" >/dev/null ||
    fail 'the reason is not its own'
lavoir pause
status 'and put back' 0 lavoir failed retry --all
cmp -s "$T/zeros" "$T/drop/reason.json" || fail 'not put back as it was'
lavoir resume
stop
end
