#!/bin/bash
# t_misbehaviour.sh - a plugin can only hurt its own document.
#
# Documents that make a plugin misbehave lie among good ones.  Each has its
# expected end in the table; the others' output is compared, byte for byte, with
# a run in which the same documents merely fail.
. "$(dirname "$0")/plugins.sh"
[ "${BUILD:-release}" != tsan ] || {
	echo "the thread sanitizer has a thread of its own and dies in other ways"
	exit 77
}

stall=1s total=2s
[ -z "$sanitized" ] || stall=4s total=8s

# What is done; its end (a pattern): outcome, plugin, reason; where it cannot
# be tried: "san" under sanitizers, whose run-time takes more memory, catches
# signals and needs more system calls.
table='
segv               ; failed t-misbehave crash:(SIGSEGV|exit)
abort              ; failed t-misbehave crash:(SIGABRT|exit)
exit               ; failed t-misbehave crash:exit
_exit              ; failed t-misbehave crash:exit
kill-itself        ; failed t-misbehave crash:SIGKILL
stack              ; failed t-misbehave crash:(SIGSEGV|exit)
spin               ; failed t-misbehave timeout
sleep              ; failed t-misbehave timeout
block-signals      ; failed t-misbehave timeout
catch-signals      ; failed t-misbehave timeout                   ; san
alive              ; failed t-misbehave timeout
flood-stderr       ; failed t-misbehave timeout
flood-stdout       ; failed t-misbehave timeout
memory             ; failed t-misbehave limit                     ; san
memory-blind       ; failed t-misbehave crash:SIGSEGV             ; san
memory-map         ; failed t-misbehave limit                     ; san
scratch            ; failed t-misbehave limit
text-large         ; failed t-misbehave limit
text-invalid       ; failed t-misbehave invalid
text-lies          ; failed t-misbehave limit
attribute-large    ; failed t-misbehave limit
attributes-many    ; failed t-misbehave limit
tags-many          ; failed t-misbehave limit
leak-files         ; exported - -
print              ; exported - -
handlers           ; exported - -
nonsense           ; failed t-misbehave protocol
end-alone          ; failed t-misbehave protocol
bare-error         ; failed t-misbehave invalid
reason-unknown     ; failed t-misbehave protocol
not-a-number       ; exported - -
wrong-role         ; failed t-misbehave protocol
null-pointers      ; failed t-misbehave protocol
scribble-heap      ; failed t-misbehave crash:(SIGSEGV|exit)
scribble-stack     ; failed t-misbehave crash:(SIGSEGV|SIGABRT|exit)
scribble-doc       ; failed t-misbehave crash:(SIGSEGV|exit)
scribble-host      ; failed t-misbehave crash:(SIGSEGV|exit)
close-all          ; failed - crash:exit
close-all-spin     ; failed t-attack timeout
garbage            ; failed - protocol
garbage-first      ; (failed - protocol|exported - -)
garbage-second     ; failed - protocol
garbage-frame      ; failed - protocol
fork               ; exported - -                                 ; san
threads            ; exported - -                                 ; san
kill-parent        ; exported - -
kill-group         ; exported - -
ptrace             ; exported - -                                 ; san
open               ; exported - -                                 ; san
connect            ; exported - -
exec               ; exported - -
place              ; exported - -
limits             ; exported - -                                 ; san
executable         ; exported - -                                 ; san
commit-segv        ; failed t-commit crash:(SIGSEGV|exit)
commit-abort       ; failed t-commit crash:(SIGABRT|exit)
commit-exit        ; failed t-commit crash:exit
commit-spin        ; failed t-commit timeout
commit-sleep       ; failed t-commit timeout
commit-alive       ; failed t-commit timeout
commit-invalid     ; failed t-commit invalid
commit-no-memory   ; failed t-commit limit
commit-nonsense    ; failed t-commit protocol
commit-series      ; failed t-commit protocol
commit-close-all   ; failed - crash:exit
commit-garbage     ; failed - protocol
'

rows() { # name;end;san
	sed 's/[ \t]*;[ \t]*/;/g; s/[ \t]*$//; /^$/d' <<<"$table"
}
tried() { # names
	rows | awk -F';' -v san="$sanitized" '!(san && $3 == "san") { print $1 }'
}

documents() { # FOLDER
	local n=1000 name
	for name in $(tried); do
		n=$((n + 1))
		echo "a good document before $name" >"$1/$n-a.txt"
		printf 'do %s\nand more\n' "$name" >"$1/$n-do-$name.txt"
		echo "a good document behind $name" >"$1/$n-z.txt"
	done
	# A container's child fails alone.
	printf '%s\n' '{"text": "the first child"}' '{"text": "do segv\nx"}' \
	    '{"text": "do commit-segv\nx"}' '{"text": "the last child"}' \
	    >"$1/2000-container.jsonl"
	echo "the last document" >"$1/2001-last.txt"
}

configure() { # HARMLESS
	local o="\"options\": {\"harmless\": $1}"
	mkdir -p "$d/drop"
	cat >"$d/c.json" <<-END
	{"state": "state", "workers": 4,
	 "plugin_path": ["$PLUGINS", "$TEST_PLUGINS"],
	 "limits": {"stall": "$stall", "total": "$total", "text_max": "1M",
		"memory_max": "96M"},
	 "pipelines": {"p": {"watch": [{"path": "drop", "settle": "0s"}],
	  "chain": ["read-text", "read-jsonl", {"plugin": "t-misbehave", $o},
		{"plugin": "t-attack", $o}, {"plugin": "t-commit", $o},
		"dedup-exact",
		{"plugin": "export-jsonl", "options": {"path": "out"}}]}}}
	END
}

good_output() {
	cat "$d"/out/part-*.jsonl | grep -v '"text":"do '
}

# ---- the run to compare with ----

d=$T/harmless
mkdir "$d"
configure true
documents "$d/drop"
check 'the harmless run starts' start
check 'the harmless run takes everything' until_true taken_or_gone
check 'the harmless run ends well' stop
good_output >"$T/expected"
check 'there is something to compare with' [ -s "$T/expected" ]

# ---- the run ----

d=$T/harm
mkdir "$d"
configure false
documents "$d/drop"
check 'the daemon starts' start
supervisor=$pid
committer=$(child_named committer)
check 'there is a committer' [ -n "$committer" ]
patience=$((patience * 2))
check 'everything is taken' until_true taken_or_gone
check 'the supervisor lives' running
check 'it is the same committer' [ "$(child_named committer)" = "$committer" ]
zygote=$(child_named zygote)
workers() { [ "$(child_named worker "$zygote" | wc -w)" -ge 4 ]; }
check 'there are four workers again' until_true workers
peak=$(awk '/^VmHWM/ { print $2 }' "/proc/$supervisor/status")
[ -n "$sanitized" ] ||
    check "the supervisor has stayed small: $peak KiB" [ "$peak" -lt 32768 ]

# Nothing is left broken: the next good document is processed.
echo "a document after all that" >"$d/drop/3000-after.txt"
check 'the next document is taken' until_true taken_or_gone
check 'the daemon ends well' stop

ledger "SELECT cast(path AS text), outcome_name, coalesce(plugin, '-'),
    coalesce(reason, '-'), attempts FROM decisions
    WHERE cast(path AS text) LIKE '%-do-%'" >"$T/ends"
printf '%-18s %-45s %s\n' behaviour expected found
while IFS=';' read -r name end san; do
	if [ -n "$sanitized" ] && [ "$san" = san ]; then
		printf '%-18s %-45s skipped under sanitizers\n' "$name" "$end"
		n_skipped=$((n_skipped + 1))
		continue
	fi
	found=$(awk -v name="$name" '$1 ~ "-do-" name "[.]txt$" {
		print $2, $3, $4 }' "$T/ends")
	printf '%-18s %-45s %s\n' "$name" "$end" "${found:-nothing}"
	check "$name" grep -qxE -- "$end" <<<"$found"
done < <(rows)

good_output | grep -v 'a document after all that' >"$T/found"
check 'all other output is the same, byte for byte' \
    cmp "$T/expected" "$T/found"
check 'nothing was written beside it' [ ! -e /tmp/lavoir-canary ]

children=$(ledger "SELECT member, outcome_name, coalesce(plugin, '-'),
    coalesce(reason, '-') FROM decisions WHERE child <> '' ORDER BY seq" |
    tr '\n' ';')
check "children fail alone: $children" grep -qxE "1 exported - -;\
2 failed t-misbehave crash:(SIGSEGV|exit);\
3 failed t-commit crash:(SIGSEGV|exit);4 exported - -;" <<<"$children"

# ---- what is kept of a failure ----

reason_of() { # NAME
	cat "$d"/drop/.lavoir/failed/*/reason.json |
	    jq -c "select(.path | endswith(\"-do-$1.txt\"))"
}
attempts() { # NAME PHASE PLUGIN
	reason_of "$1" | jq -e --arg w "about to do $1" "
	    (.attempts | length) == 2 and all(.attempts[];
	    .phase == \"$2\" and .plugin == \"$3\" and
	    (.log | contains(\$w)))" >/dev/null
}
check 'reason.json has both attempts in process()' \
    attempts segv process t-misbehave
check 'reason.json has both attempts in commit()' \
    attempts commit-segv commit t-commit
last_words() {
	reason_of abort | jq -e '.attempts[1].log |
	    contains("last words before the abort")' >/dev/null
}
check 'reason.json has the last words' last_words
check 'the failed document is kept' \
    [ -s "$(echo "$d"/drop/.lavoir/failed/*/*-do-segv.txt)" ]

total
