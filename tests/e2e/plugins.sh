# plugins.sh - what the tests of plugins in a real daemon share; bash, sourced.
#
# A run has a folder of its own, $d: c.json, drop/, out/, state/, log.
set -eu

T=$(mktemp -d "${TMPDIR:-/tmp}/plugins.XXXXXX")
chmod 755 "$T"
export SOURCE_DATE_EPOCH=1700000000
pid=
n_passed=0
n_failed=0
n_skipped=0
case ${BUILD:-release} in
asan | tsan | ubsan) sanitized=1 patience=120 ;;
*) sanitized= patience=30 ;;
esac

end() {
	[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true
	[ -n "${KEEP:-}" ] || rm -rf "$T"
}
trap end EXIT

passed() { n_passed=$((n_passed + 1)); }
failed() { # TEXT
	echo "FAILED: $1"
	n_failed=$((n_failed + 1))
}
check() { # TEXT COMMAND...
	local text=$1
	shift
	if "$@"; then passed; else failed "$text"; fi
}
skipped() { # TEXT
	echo "skipped: $1"
	n_skipped=$((n_skipped + 1))
}
total() {
	echo "$n_passed passed, $n_failed failed, $n_skipped skipped"
	[ "$n_failed" -eq 0 ]
}

# until_true COMMAND...: within $patience seconds; false if never.
until_true() {
	local end=$((SECONDS + patience))
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.02
	done
}

running() { kill -0 "$pid" 2>/dev/null; }
logged() { grep -q -- "$1" "$d/log"; }
ready_or_gone() { logged ': ready$' || ! running; }
waiting_files() { find "$d/drop" -name .lavoir -prune -o -type f -print; }
all_taken() { [ -z "$(waiting_files)" ]; }
taken_or_gone() { all_taken || ! running; }

start() { # in $d
	: >"$d/log"
	"$LAVOIRD" -c "$d/c.json" 2>>"$d/log" &
	pid=$!
	until_true ready_or_gone && running
}

# The daemon's exit status.
stop() {
	local status=0
	kill -TERM "$pid" 2>/dev/null || true
	wait "$pid" || status=$?
	pid=
	return "$status"
}

child_named() { # NAME [PARENT]: number of the process of that role
	pgrep -P "${2:-$pid}" -f "^lavoird: $1" || true
}

ledger() { # SQL
	sqlite3 -batch -separator ' ' "$d/state/ledger.sqlite" "$1"
}
