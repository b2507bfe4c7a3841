#!/bin/bash
# t_systemd_notify.sh - the daemon tells the service manager that it is ready,
# that it is alive, and that it stops.
set -eu
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT

# wait_for WHAT COMMAND ...: a minute at most.
wait_for() {
	local what=$1 end=$((SECONDS + 60))
	shift
	until "$@"; do
		if [ "$SECONDS" -ge "$end" ]; then
			echo "no $what; the daemon said:"
			cat "$dir/log"
			echo "and to the service manager:"
			cat "$dir/said"
			exit 1
		fi
		sleep 0.05
	done
}
said() { grep -q "^$1" "$dir/said"; }

mkdir "$dir/drop"
cat >"$dir/lavoir.json" <<END
{"plugin_path": ["$PLUGINS"], "pipelines": {"p": {"watch": "drop", "chain": [
	"read-text", {"plugin": "export-jsonl", "options": {"path": "out"}}]}}}
END

"$O/tests/e2e/notify_receive" "$dir/socket" >"$dir/said" &
receiver=$!
: >"$dir/log"
wait_for socket [ -S "$dir/socket" ]

NOTIFY_SOCKET=$dir/socket WATCHDOG_USEC=2000000 \
    "$LAVOIRD" -c "$dir/lavoir.json" 2>"$dir/log" &
daemon=$!
wait_for READY=1 said READY=1
grep -q ': ready$' "$dir/log"
wait_for WATCHDOG=1 said WATCHDOG=1
wait_for "a second sign of life" \
    sh -c '[ "$(grep -c ^WATCHDOG=1 "$1")" -ge 2 ]' - "$dir/said"
if said STOPPING=1; then
	echo "STOPPING=1 came too early"
	exit 1
fi

kill -HUP "$daemon"
wait_for RELOADING=1 said RELOADING=1
wait_for MONOTONIC_USEC said 'MONOTONIC_USEC=[1-9][0-9]*$'
wait_for "READY=1 after it" \
    sh -c '[ "$(grep -c ^READY=1 "$1")" -ge 2 ]' - "$dir/said"

kill -TERM "$daemon"
wait "$daemon" || { echo "ended with status $?"; cat "$dir/log"; exit 1; }
wait_for STOPPING=1 said STOPPING=1
kill "$receiver"

# Nobody asked for signs of life: there are none.
"$O/tests/e2e/notify_receive" "$dir/socket2" >"$dir/said" &
wait_for socket [ -S "$dir/socket2" ]
NOTIFY_SOCKET=$dir/socket2 "$LAVOIRD" -c "$dir/lavoir.json" 2>"$dir/log" &
daemon=$!
wait_for READY=1 said READY=1
kill -TERM "$daemon"
wait "$daemon"
wait_for STOPPING=1 said STOPPING=1
! said WATCHDOG=1
