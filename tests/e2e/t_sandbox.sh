#!/bin/bash
# t_sandbox.sh - the processes seen from outside: no plugin where files are
# claimed or the log is written; workers and sequencer locked; started as root,
# plugins run as the user that the configuration names.
. "$(dirname "$0")/plugins.sh"
[ "${BUILD:-release}" != tsan ] || {
	echo "the thread sanitizer has a thread of its own and dies in other ways"
	exit 77
}

configure() { # EXTRA
	mkdir -p "$d/drop"
	cat >"$d/c.json" <<-END
	{"state": "state", "workers": 2, $1
	 "plugin_path": ["$PLUGINS", "$TEST_PLUGINS"],
	 "pipelines": {"p": {"watch": [{"path": "drop", "settle": "0s"}],
	  "chain": ["read-text", "t-delay", "dedup-exact",
		{"plugin": "export-jsonl", "options": {"path": "out"}}]}}}
	END
}

status_of() { # PID FIELD
	awk -v f="$2:" '$1 == f { print $2 }' "/proc/$1/status"
}
has_plugins() { grep -q '/plugins/.*\.so' "/proc/$1/maps"; }
without_plugins() { ! has_plugins "$1"; }
locked() { # the roles that run plugins
	child_named worker "$zygote"
	child_named sequencer "$zygote"
}
three_locked() { [ "$(locked | wc -w)" -eq 3 ]; }
look() {
	committer=$(child_named committer)
	zygote=$(child_named zygote)
}

d=$T/lock
mkdir "$d"
configure ''
check 'the daemon starts' start
echo 'a document' >"$d/drop/1.txt"
check 'its document is taken' until_true taken_or_gone
look
check 'two workers and a sequencer' until_true three_locked
check 'no plugin in the supervisor' without_plugins "$pid"
check 'no plugin in the committer' without_plugins "$committer"
check 'plugins in the zygote' has_plugins "$zygote"
check 'the supervisor says how it locks' logged 'sandbox: .*seccomp'
for process in $(locked); do
	what=$(tr -d '\0' <"/proc/$process/cmdline")
	check "$what: seccomp" [ "$(status_of "$process" Seccomp)" = 2 ]
	check "$what: no new privileges" \
	    [ "$(status_of "$process" NoNewPrivs)" = 1 ]
	check "$what: no capabilities" \
	    [ "$(status_of "$process" CapEff)" = 0000000000000000 ]
	check "$what: one thread" [ "$(status_of "$process" Threads)" = 1 ] ||
	    [ -n "$sanitized" ]
	check "$what: no core" \
	    grep -q '^Max core file size *0 *0' "/proc/$process/limits"
	# Its own channels, files that are open: nothing of state or folder.
	check "$what: nothing of the state is open" \
	    [ -z "$(find "/proc/$process/fd" -lname "$d/state/l*")" ]
done
check 'the daemon ends well' stop

# ---- as root ----

readable() { # by nobody
	setpriv --reuid nobody --regid nogroup --clear-groups \
	    test -r "$PLUGINS/read-text.so" -a -x "$LAVOIRD"
}
if [ "$(id -u)" -ne 0 ]; then
	skipped 'another user: not root'
elif ! readable; then
	skipped 'another user: nobody cannot read the plugins'
else
	d=$T/user
	mkdir "$d"
	configure '"user": "nobody",'
	check 'the daemon starts' start
	echo 'a document' >"$d/drop/1.txt"
	check 'its document is taken' until_true taken_or_gone
	look
	check 'two workers and a sequencer' until_true three_locked
	for process in $(locked) $zygote; do
		what=$(tr -d '\0' <"/proc/$process/cmdline")
		check "$what: nobody" \
		    [ "$(status_of "$process" Uid)" = "$(id -u nobody)" ]
	done
	check 'the daemon ends well' stop
	check 'the document is out' grep -q 'a document' "$d"/out/part-*
fi

total
