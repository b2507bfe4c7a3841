#!/bin/sh
# t_reload.sh - a new configuration takes over, or the reason is told.
. "$(dirname "$0")/lib.sh"

config web
start
drop a.txt 'some text'
wait_for 'a.txt' ended a.txt
config web '.pipelines.web.chain[4].options.path = "out2"'
status 'it takes over' 0 lavoir reload
lavoir status --json | json 'it is another' '.generation == 2 and
    .last_reload_error == null'
drop b.txt 'other text'
wait_for 'b.txt' ended b.txt
is 'the old output has the first' a.txt \
    "$(cat "$T"/out/* | jq -r .metadata.path)"
is 'the new output has the second' b.txt \
    "$(cat "$T"/out2/* | jq -r .metadata.path)"

config web '.pipelines.web.chain[1].plugin = "none-such"'
status 'a wrong one does not' 78 lavoir reload
grep -q 'none-such' "$T/output" || fail "no reason: $(cat "$T/output")"
lavoir status --json | json 'the old one stays' '.generation == 2 and
    .state == "running" and (.last_reload_error | test("none-such"))'
drop c.txt 'text c'
wait_for 'c.txt' ended c.txt
pass 'and works'

config web '.state = "elsewhere" | .control.socket = "run/control.sock"'
status 'another state folder is refused' 78 lavoir reload
config web
kill -HUP "$PID"
reloaded() { [ "$(lavoir status --json | jq .generation)" -eq 3 ]; }
wait_for 'SIGHUP to do the same' reloaded
pass 'SIGHUP does the same'
stop
end
