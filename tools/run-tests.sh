#!/bin/bash
# run-tests.sh - run tests, one line each; show all that a failing one printed.
#
# usage: run-tests.sh KIND TEST ...     each TEST is a program or a script
#        run-tests.sh KIND TEST ARG ... for docs and crash: one test, arguments
#        run-tests.sh --total FOLDER    sum up what the runs before left there
#
# A test passes with status 0, is skipped with 77 (its last line says why) and
# fails otherwise, or when it outlasts TEST_TIMEOUT seconds.  The cases of a
# cmocka program are counted one by one, and so are the "N passed, N failed" of
# a script whose last line says so.  Every test gets a TMPDIR of its own; what
# it leaves running is ended.
# KEEP=1 keeps the TMPDIR of failing tests.
#
# Tests run in the root of the source tree, find absolute paths in O, LAVOIRD,
# LAVOIR, PLUGINS and TEST_PLUGINS, and know nothing of the make around them.
set -u
unset MAKEFLAGS MAKELEVEL MFLAGS
ulimit -c 0

slow=1
case ${BUILD:-release} in asan | tsan | ubsan) slow=3 ;; esac
TEST_TIMEOUT=${TEST_TIMEOUT:-$((180 * slow))}

export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}

sum() { # FILE ...: "passed failed skipped"
	cat /dev/null "$@" |
	    awk '{ p += $1; f += $2; s += $3 } END { print p+0, f+0, s+0 }'
}

if [ "${1:-}" = --total ]; then
	shopt -s nullglob
	set -- $(sum "$2"/*.count)
	echo "$1 passed, $2 failed, $3 skipped"
	[ "$2" -eq 0 ]
	exit
fi

# Thread sanitizers older than the kernel cannot cope with much address
# randomisation.
calm=
if [ "${BUILD:-}" = tsan ] && setarch -R true 2>/dev/null; then
	calm='setarch -R'
fi

count_cases() { # LOG STATUS: "passed failed skipped"
	awk -v status="$2" '
	/^\[  PASSED  \] [0-9]+ test/ { p += $4; seen = 1 }
	/^\[  FAILED  \] [0-9]+ test/ { f += $4; seen = 1 }
	/^\[  SKIPPED \] [0-9]+ test/ { s += $4; seen = 1 }
	/^[0-9]+ passed, [0-9]+ failed/ {
		p = $1; f = $3; s = $6 == "skipped" ? $5 : 0; seen = 1
	}
	END {
		if (!seen && status == 0) p = 1
		if (status == 77) { p = 0; f = 0; s = 1 }
		else if (status != 0 && !f) f = 1
		print p+0, f+0, s+0
	}' "$1"
}

one() { # KIND NUMBER TEST [ARG ...]
	local kind=$1 number=$2 name log tmp start pid status counts took note
	shift 2
	name=${1##*/}
	log=$results/$kind.$name.log
	tmp=$(mktemp -d "${TMPDIR:-/tmp}/lavoir.XXXXXX") || exit 1
	start=$(date +%s.%N)
	TMPDIR=$tmp setsid timeout -k 10 "$TEST_TIMEOUT" $calm "$@" \
	    </dev/null >"$log" 2>&1 &
	pid=$!
	wait "$pid"
	status=$?
	kill -KILL -- "-$pid" 2>/dev/null
	took=$(date +%s.%N | awk -v s="$start" '{ printf "%.1f s", $1 - s }')
	counts=$(count_cases "$log" "$status")
	echo "$counts" >"$results/$kind.$number.count"
	set -- $counts
	note="$took"
	[ $(($1 + $2 + $3)) -gt 1 ] && note="$(($1 + $2 + $3)) cases, $took"
	case $status in
	0) printf 'ok      %s/%s (%s)\n' "$kind" "$name" "$note" ;;
	77) printf 'skip    %s/%s: %s\n' "$kind" "$name" "$(tail -n 1 "$log")" ;;
	*)
		[ "$status" -eq 124 ] && echo "(ended after $TEST_TIMEOUT s)" >>"$log"
		out=$(printf 'not ok  %s/%s (status %s, %s)\n' "$kind" "$name" \
		    "$status" "$note"; sed 's/^/        /' "$log")
		printf '%s\n' "$out"
		if [ -n "${KEEP:-}" ]; then
			echo "        kept: $tmp"
			return
		fi
		;;
	esac
	chmod -R u+rwx "$tmp" 2>/dev/null
	rm -rf "$tmp"
}

export O=${O:-$PWD/build/release}
results=$O/results
mkdir -p "$results" || exit 1
kind=$1
shift
rm -f "$results/$kind".*
case $kind in
docs | crash)
	TEST_TIMEOUT=$((TEST_TIMEOUT * 5)) one "$kind" 1 "$@"
	;;
*)
	number=0
	jobs=${JOBS:-1}
	for test; do
		number=$((number + 1))
		while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n; done
		one "$kind" "$number" "$test" &
	done
	wait
	;;
esac
shopt -s nullglob
set -- $(sum "$results/$kind".*.count)
echo "        $kind: $1 passed, $2 failed, $3 skipped"
[ "$2" -eq 0 ]
