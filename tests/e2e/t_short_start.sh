#!/bin/sh
# t_short_start.sh - what runs short while the daemon comes up is waited for.
. "$(dirname "$0")/lib.sh"

inject=$O/tests/crash/inject
[ -x "$inject" ] || { echo "no $inject"; exit 77; }
[ "${BUILD:-}" != tsan ] || { echo 'not under the thread sanitizer'; exit 77; }
config web
mkdir -p "$T/drop"

# The first call of that kind, and all after it, until $T/room is there.
short() { # ERRNO ROLE CALL GLOB SAYS
	echo "text $*" >"$T/drop/a.txt"
	rm -f "$T/room" "$T/told"
	"$inject" --at 1 --action "errno:$1" --forever --until "$T/room" \
	    --match "syscall=$3,role=$2,path=$T/$4" --report "$T/report" -- \
	    "$LAVOIRD" -c "$CONFIG" 2>"$T/told" &
	pid=$!
	tries=0
	until grep -q "$5" "$T/told" || [ $tries -gt 400 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
	is "$2, $1 from $3: it says so" 1 "$(grep -c "$5" "$T/told")"
	is "$2, $1 from $3: it waits" yes \
	    "$(kill -0 $pid 2>/dev/null && echo yes)"
	: >"$T/room"
	tries=0
	while [ -f "$T/drop/a.txt" ] && [ $tries -le 400 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
	kill -TERM $pid 2>/dev/null
	status=0
	wait $pid || status=$?
	is "$2, $1 from $3: then it goes on" '0 1' \
	    "$status $(cat "$T"/out/*.jsonl | wc -l)"
	[ "$status" -eq 0 ] || cat "$T/told"
	rm -rf "$T/state" "$T/out" "$T/drop"
	mkdir "$T/drop"
}

short ENOSPC supervisor mkdirat 'state' 'waiting: '
short EDQUOT supervisor openat 'drop/.lavoir/lock' 'waiting: '
short EMFILE supervisor openat 'state/supervisor.lock' 'waiting: '
short ENOSPC committer openat 'state/log/*' 'intake pauses'
short ENOSPC committer mkdirat 'state/index' 'intake pauses'
short EDQUOT committer pwrite64 'state/log/*' 'intake pauses'
short EMFILE committer openat 'state/lock' 'intake pauses'
short ENOSPC committer openat 'out/*' 'intake pauses'
end
