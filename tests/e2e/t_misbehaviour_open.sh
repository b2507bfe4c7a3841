#!/bin/bash
# t_misbehaviour_open.sh - plugins that misbehave before there is a document: in
# a constructor, in check(), in open().  The daemon does not start, and says why;
# one that runs keeps its configuration.
. "$(dirname "$0")/plugins.sh"
[ "${BUILD:-release}" != tsan ] || {
	echo "the thread sanitizer has a thread of its own and dies in other ways"
	exit 77
}

configure() { # STEP: as JSON
	mkdir -p "$d/drop"
	cat >"$d/c.json" <<-END
	{"state": "state", "workers": 1, "limits": {"total": "2s"},
	 "plugin_path": ["$PLUGINS", "$TEST_PLUGINS"],
	 "pipelines": {"p": {"watch": [{"path": "drop", "settle": "0s"}],
	  "chain": ["read-text", $1,
		{"plugin": "export-jsonl", "options": {"path": "out"}}]}}}
	END
}
how() { echo "{\"plugin\": \"t-open\", \"options\": {\"how\": \"$1\"}}"; }

# A step; what the log says (a pattern).
cases='
"t-abort"          ; died of SIGABRT when loaded: last words
"t-exit"           ; ended the process, with status 0
"t-hang"           ; hung for .* ms when loaded
"t-flood"          ; t-flood
check-crash        ; died of SIG|status 1|ended the process
check-exit         ; ended the process
check-hang         ; hung for
check-error        ; not to its taste
open-crash         ; killed by SIGSEGV|exited with status
open-abort         ; killed by SIGABRT|exited with status
open-exit          ; ended the process that loads it: it exited with status 0
open-hang          ; held up the process that loads it
open-error         ; no such model
open-fatal         ; t-open
open-nonsense      ; 4711
'

step_of() {
	case $1 in \"*) echo "$1" ;; *) how "$1" ;; esac
}

refuses() { # NAME STEP PATTERN
	local status=0
	d=$T/start-$1
	mkdir "$d"
	configure "$2"
	timeout -k 1 "$patience" "$LAVOIRD" -c "$d/c.json" 2>"$d/log" ||
	    status=$?
	check "$1: the daemon ends with 78, not $status" [ "$status" -eq 78 ]
	check "$1: $(head -n 3 "$d/log")" grep -qE -- "$3" "$d/log"
}

rows() { sed 's/[ \t]*;[ \t]*/;/g; s/[ \t]*$//; /^$/d' <<<"$cases"; }

while IFS=';' read -r name pattern; do
	refuses "${name//\"/}" "$(step_of "$name")" "$pattern"
done < <(rows)

# A constructor and an open() that print do no harm.
d=$T/print
mkdir "$d"
configure "$(how open-print)"
check 'open() that prints: the daemon starts' start
echo 'a document' >"$d/drop/1.txt"
check 'its document is taken' until_true taken_or_gone

# ---- reload ----

supervisor=$pid
committer=$(child_named committer)
n=0
for name in '"t-abort"' check-error open-crash open-exit open-hang open-error; do
	n=$((n + 1))
	: >"$d/log"
	configure "$(step_of "$name")"
	kill -HUP "$pid"
	check "reload with $name is refused" \
	    until_true logged '^<3>.*\(configuration\|reload\)'
	echo "document after $name" >"$d/drop/after-$n.txt"
	check "the old configuration goes on after $name" \
	    until_true taken_or_gone
done
check 'it is the same daemon' running
check 'it is the same committer' [ "$(child_named committer)" = "$committer" ]
check 'the daemon ends well' stop
check 'all documents are out' \
    [ "$(cat "$d"/out/part-* | wc -l)" -eq $((n + 1)) ]

total
