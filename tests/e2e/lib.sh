# lib.sh - what black-box tests share; POSIX sh, sourced:
#
#	. "$(dirname "$0")/lib.sh"
#	config web					# writes $T/c.json
#	start						# lavoird, until it is ready
#	drop a.txt 'some text'				# renamed into $T/drop
#	wait_for 'a.txt has ended' ended a.txt
#	is 'a.txt is exported' exported "$(outcome a.txt)"
#	stop
#	end
#
# Everything lies in $T, the test's own folder; a test that fails shows the
# daemon's log.  There are no sleeps but the one between two looks.
set -eu

T=$(mktemp -d "${TMPDIR:-/tmp}/e2e.XXXXXX")
T=$(cd "$T" && pwd -P)
CONFIG=$T/c.json
LOG=$T/log
PLUGINS_DIR=${PLUGINS:-${PLUGINS_DIR:-}}
PID=
: >"$T/passed"
case ${BUILD:-release} in
release) DEADLINE=20 ;;
*) DEADLINE=90 ;;
esac
command -v jq >/dev/null || { echo 'jq is not installed'; exit 77; }

at_exit() {
	status=$?
	trap - EXIT
	[ -z "$PID" ] || kill -KILL "$PID" 2>/dev/null || true
	if [ "$status" -ne 0 ] && [ "$status" -ne 77 ] && [ -s "$LOG" ]; then
		echo '--- the end of the log:'
		tail -n 40 "$LOG"
	fi
	if [ -z "${KEEP:-}" ] || [ "$status" -eq 0 ]; then
		chmod -R u+rwx "$T" 2>/dev/null || true
		rm -rf "$T"
	fi
	exit "$status"
}
trap at_exit EXIT
trap 'exit 1' INT TERM

# ---- judging ----

fail() { # TEXT...
	echo "FAILED: $*"
	exit 1
}

pass() { # TEXT
	echo "ok: $1" >>"$T/passed" # also from within a pipe
	echo "ok: $1"
}

# is TEXT EXPECTED FOUND
is() {
	[ "$2" = "$3" ] || fail "$1: expected \"$2\", found \"$3\""
	pass "$1"
}

# json TEXT FILTER [JQ-OPTION...]: the JSON on standard input fits the filter.
json() {
	text=$1 filter=$2
	shift 2
	input=$(cat)
	printf '%s\n' "$input" | jq -es "$@" ".[0] | $filter" >/dev/null ||
	    fail "$text: $filter does not hold for: $input"
	pass "$text"
}

# status TEXT EXPECTED COMMAND...: its exit status; output goes to $T/output.
status() {
	text=$1 expected=$2
	shift 2
	found=0
	"$@" >"$T/output" 2>&1 || found=$?
	[ "$found" -eq "$expected" ] || fail "$text: status $found, expected" \
	    "$expected; it said: $(cat "$T/output")"
	pass "$text"
}

# The last line of a test.
end() {
	echo "$(wc -l <"$T/passed") passed, 0 failed"
}

# ---- waiting ----

# wait_for TEXT COMMAND...: until the command succeeds; fails at the deadline.
wait_for() {
	text=$1
	shift
	until=$(($(date +%s) + DEADLINE))
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$until" ] ||
		    fail "waited $DEADLINE s in vain for: $text"
		sleep 0.05
	done
}

# ---- the daemon ----

# config PIPELINE [JQ-FILTER]: one folder, $T/drop, to $T/out; the filter may
# change what it likes (paths are relative to $T).
config() {
	mkdir -p "$T/drop"
	jq -n --arg p "$1" --arg plugins "$PLUGINS_DIR" \
	    --arg tests "${TEST_PLUGINS:-$PLUGINS_DIR}" '{
		state: "state", workers: 2, plugin_path: [$plugins, $tests],
		control: {socket: "run/control.sock"},
		pipelines: {($p): {
			watch: [{path: "drop", recursive: true, settle: "100ms"}],
			chain: [{plugin: "read-text"}, {plugin: "clean-text"},
				{plugin: "tag-basic"}, {plugin: "dedup-exact"},
				{plugin: "export-jsonl",
				options: {path: "out", compression: "none"}}]
		}}} | '"${2:-.}" >"$CONFIG"
}

# The log has such a line.
logged() { # PATTERN
	grep -q -- "$1" "$LOG"
}

ready_or_gone() {
	grep -q ': ready$' "$LOG" || ! kill -0 "$PID"
}

# start [OPTION...]: lavoird, until it is ready; its log begins anew.
start() {
	: >"$LOG"
	"$LAVOIRD" -c "$CONFIG" "$@" >>"$LOG" 2>&1 &
	PID=$!
	wait_for 'ready' ready_or_gone
	kill -0 "$PID" 2>/dev/null || fail 'lavoird has ended'
}

# stop: drained, and ended with 0.
stop() {
	kill -TERM "$PID"
	code=0
	wait "$PID" || code=$?
	PID=
	[ "$code" -eq 0 ] || fail "lavoird ended with $code"
}

# As a power cut without the cut.
crash() {
	kill -KILL "$PID"
	wait "$PID" 2>/dev/null || true
	PID=
}

lavoir() { # COMMAND...
	"$LAVOIR" "$@" -c "$CONFIG"
}

# ---- documents ----

# drop NAME TEXT [FOLDER]: complete at once.
drop() {
	into=${3:-$T/drop}
	mkdir -p "$T/tmp" "$(dirname "$into/$1")"
	printf '%s' "$2" >"$T/tmp/drop.tmp"
	mv "$T/tmp/drop.tmp" "$into/$1"
}

# The lines of decisions about a path.
decision() { # PATH
	lavoir decisions --json | jq -c --arg p "$1" 'select(.path == $p)'
}

outcome() { # PATH
	decision "$1" | tail -n 1 | jq -r .outcome
}

ended() { # PATH
	[ -n "$(decision "$1")" ]
}

ended_count() { # NUMBER of documents
	[ "$(lavoir decisions --json | wc -l)" -ge "$1" ]
}

# Everything that was exported, in the order of the output.
exported() {
	cat "$T"/out/*.jsonl
}

# The folder is empty but for .lavoir.
drop_is_empty() {
	[ -z "$(find "$T/drop" -name .lavoir -prune -o -type f -print)" ]
}
