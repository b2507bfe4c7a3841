#!/bin/sh
# t_pause.sh - pause, resume, drain: of everything, of one pipeline.
. "$(dirname "$0")/lib.sh"

config web '.pipelines.other = {watch: [{path: "other", settle: "100ms"}],
    chain: [{plugin: "read-text"}, {plugin: "export-jsonl",
    options: {path: "other-out"}}]}'
mkdir "$T/other"
start
status 'without such a pipeline' 64 lavoir pause wob
status 'pause' 0 lavoir pause
lavoir status --json | json 'it is told' '.state == "paused" and .paused'
drop a.txt 'some text'
status 'nothing is taken' 0 lavoir explain "$T/drop/a.txt"
grep -q 'everything is paused' "$T/output" || fail "$(cat "$T/output")"
status 'one pipeline cannot go on alone' 75 lavoir resume web
status 'resume' 0 lavoir resume
wait_for 'a.txt' ended a.txt
pass 'what waited is taken'

status 'pause one' 0 lavoir pause web
drop b.txt 'other text'
drop c.txt 'text c' "$T/other"
wait_for 'c.txt' ended c.txt
pass 'the other goes on'
ended b.txt && fail 'b.txt was taken'
lavoir status --json | json 'which is told' \
    '[.pipelines[] | .paused] == [true, false]'
status 'a reload' 0 lavoir reload
lavoir status --json | json 'keeps it paused' \
    '.generation == 2 and [.pipelines[] | .paused] == [true, false]'
ended b.txt && fail 'b.txt was taken'
status 'resume it' 0 lavoir resume web
wait_for 'b.txt' ended b.txt
pass 'it goes on'

status 'drain' 0 lavoir drain
lavoir status --json | json 'it stays up, idle' '.state == "drained" and
    .under_way.documents == 0'
drop d.txt 'text d'
status 'resume' 0 lavoir resume
wait_for 'd.txt' ended d.txt
pass 'it goes on'
stop
status 'without a daemon there is nothing to pause' 69 lavoir pause
end
