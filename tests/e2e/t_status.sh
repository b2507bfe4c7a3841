#!/bin/sh
# t_status.sh - how the daemon is doing, and what the socket takes from whom.
. "$(dirname "$0")/lib.sh"

SOCKET=$T/run/control.sock
RAW=$O/tests/e2e/socket

config web
status 'without a daemon there is nobody' 69 lavoir status
start
lavoir status --json | json 'it is running' '.state == "running" and
    .generation == 1 and (.paused | not) and .no_room == null and
    .pipelines[0].name == "web" and .set.state == "active" and
    .committer.ready and .store.exported == 0'
is 'the socket is for owner and group' 660 "$(stat -c %a "$SOCKET")"
is 'its folder too' 750 "$(stat -c %a "$T/run")"

drop a.txt 'some text'
drop b.txt 'some text'
head -c 100 /dev/zero >"$T/zeros"
mv "$T/zeros" "$T/drop/zeros.bin"
wait_for 'three ends' ended_count 3
lavoir status --json | json 'ends are counted' '.totals.exported == 1 and
    .totals.duplicates == 1 and .totals.failed == 1 and .store.exported == 1'
status 'for people, too' 0 lavoir status
grep -q '^since start  *1 exported, 0 dropped, 1 duplicates, 1 failed' \
    "$T/output" || fail "not in: $(cat "$T/output")"

ask() { # REPLIES
	"$RAW" "$SOCKET" "$@"
}
is 'several requests on one connection' 2 "$(printf '%s\n%s\n' \
    '{"version":1,"command":"version"}' '{"version":1,"command":"status"}' |
    ask 2 frame | grep -c '"ok":true')"
echo '{"version":2,"command":"status"}' | ask 1 frame |
    json 'another version is refused' '.ok == false and .code == 76'
echo '{"version":1,"command":"nonsense"}' | ask 1 frame |
    json 'an unknown command is refused' '.code == 64'
echo '{"version":1,"command":"validate"}' | ask 1 frame |
    json 'and so is one that is none of the daemon'\''s' '.code == 64'
echo 'no json' | ask 2 frame >"$T/reply"
head -n 1 "$T/reply" | json 'what is no JSON is refused' '.code == 76'
is 'and ends the connection' closed "$(tail -n 1 "$T/reply")"
printf '\377\377\377\377' | ask 2 >"$T/reply"
head -n 1 "$T/reply" | json 'what is too long is refused' '.code == 76'
is 'and ends the connection, too' closed "$(tail -n 1 "$T/reply")"
lavoir status --json | json 'the daemon is well' '.state == "running"'

status 'a second daemon gets no folder' 75 \
    timeout 60 "$LAVOIRD" -c "$CONFIG"
crash
[ -S "$SOCKET" ] || fail 'a crash leaves the socket'
status 'nobody listens on it' 69 lavoir status
start
status 'the next daemon replaces it' 0 lavoir status
stop
[ ! -e "$SOCKET" ] || fail 'a stopped daemon leaves its socket'
end
