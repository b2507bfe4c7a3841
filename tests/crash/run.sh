#!/bin/sh
# run.sh - the crash matrix: the daemon and "lavoir run", broken at their
# file-system calls.
#
# usage: run.sh             a sample of points, as "make check" does
#        run.sh all         every point, every call of some recoveries, power
#                           cuts on every file system, bugs
#        run.sh bugs [BUG ...]   only the bugs seeded on purpose: are they seen?
#        run.sh point SPEC  one point, as printed for a failure; keeps its folder
#
# environment: O (build folder), SEED, POINTS (of the sample), BUDGET (seconds),
# JOBS, VERBOSE, KEEP (folders of failed points).
#
# The undisturbed run is the reference.  After kills and torn writes the exported
# bytes, the ledger but for attempts, batches and times, and the folders must be
# the same; after errors and power cuts the documents and their ends.  A point
# that was never reached is not counted; a sample of fewer than 300 that were
# fails, except on a loaded machine, where it is said and counted as skipped.
# Last line: N passed, N failed, N skipped.
set -u

[ "${BUILD:-}" != tsan ] || {
	echo 'the thread sanitizer looks at threads, not at crashes'
	exit 77
}

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
top=$here/../..
O=${O:-build/release}
case $O in /*) ;; *) O=$top/$O ;; esac
inject=$O/tests/crash/inject cut=$O/tests/crash/powercut
check=$O/tests/crash/storecheck serve=$O/tests/crash/serve
daemon=${DAEMON:-$O/lavoird} lavoir=$O/lavoir mode=daemon
plugins=$O/plugins
seed=${SEED:-1}
jobs=${JOBS:-2}
verbose=${VERBOSE:-}
began=$(date +%s)
export SOURCE_DATE_EPOCH=1700000000 LC_ALL=C
. "$here/lib_matrix.sh"

slow=1 points=${POINTS:-360} budget=${BUDGET:-200} floor=300
[ -z "${POINTS:-}" ] || floor=0
case ${BUILD:-$O} in
*asan* | *tsan* | *ubsan*) slow=4 points=${POINTS:-60} floor=0 ;;
esac
patience=$((60000 * slow))

work=$(mktemp -d /dev/shm/crash.XXXXXX 2>/dev/null) ||
    work=$(mktemp -d "${TMPDIR:-/tmp}/crash.XXXXXX") || exit 1
clean() {
	for m in "$work"/disk-*; do
		[ -d "$m" ] && "$cut" umount "$m"
	done
	[ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM

#
# Reference
#

config() {
	cat <<-EOF
	{
		"state": "state", "workers": 2, "control": {"socket": "c.sock"},
		"plugin_path": ["$plugins"],
		"admission": {"disk_reserve": 0, "inode_reserve": 0},
		"batch": {"documents": 7, "delay": "2ms"},
		"pipelines": {"web": {
			"watch": [{"path": "drop", "settle": 0}],
			"chain": ["read-jsonl",
				{"plugin": "read-archive", "optional": true},
				"read-text", "clean-text",
				"tag-basic", "dedup-exact",
				{"plugin": "export-jsonl", "name": "plain",
				    "options": {"path": "out",
					"file_size_max": "900K"}},
				{"plugin": "export-jsonl", "name": "zstd",
				    "options": {"path": "outz",
					"compression": "zstd"}}]
		}}
	}
	EOF
}

# Runs undisturbed in $work/NAME, without the document LESS; observes into
# $work/ref-NAME.
reference() { # NAME LESS
	d=$work/$1 side=$work/side-$1 until=
	fresh || return 1
	[ -z "$2" ] || rm "$d/drop/$2"
	serve
	[ $rc -eq 0 ] || { cat "$side/log.txt"; echo "status $rc"; return 1; }
	observe "$work/ref-$1" && records_of "$work/ref-$1/records"
}

# Where the points are: into $work/calls-MODE.
list_calls() { # MODE
	mode=$1 d=$work/list side=$work/side-list until=
	fresh || return 1
	serve "$inject" --list "$work/calls-$1" --match "path=$d/*" --
	[ $rc -eq 0 ] || { cat "$side/log.txt"; echo "status $rc"; return 1; }
}

references() {
	reference full '' && reference less zy-last.txt &&
	    reference twice '' && list_calls daemon || return 1
	for what in export ledger tree reasons; do
		cmp "$work/ref-full/$what" "$work/ref-twice/$what" || return 1
	done
	mode=run
	reference run '' && list_calls run
	mode=daemon
}

#
# One point
#

# What else may happen between a kill and the restart.
meanwhile() { # RESTART
	case $1 in
	cut:*) # the power goes during the recovery
		p_cut=${1#cut:}
		serve "$inject" --at "${p_cut%%:*}" --action "cut:$cut pull $disk" \
		    --match "${p_cut#*:}" --
		"$cut" restore "$disk" || return 1
		;;
	again:* | each:*) # killed at a call of the recovery
		serve "$inject" --at "${1#*:}" --action kill \
		    --match "path=$d/*" --
		# Only of interest as the one of that number.
		case $1:$rc in each:*:99) return 99 ;; esac
		;;
	vanish) # a producer takes a document back
		[ -f "$d/drop/zy-last.txt" ] || return 0
		rm "$d/drop/zy-last.txt"
		;;
	replace) # ... or writes another one under its name
		[ -f "$d/drop/zy-last.txt" ] || return 0
		words='A newer text has come.'
		echo "$words" >"$d/drop/.new" &&
		    touch -d '2023-11-02 00:00:00 UTC' "$d/drop/.new" &&
		    mv "$d/drop/.new" "$d/drop/zy-last.txt"
		;;
	esac
}

# With zy-last.txt gone before its end, the reference is a run without it; when
# it was replaced, the new one must have come out, and once.
compare() { # RESTART
	case $1 in
	vanish)
		sqlite3 "$d/state/ledger.sqlite" "SELECT 1 FROM documents
		    WHERE path = CAST('zy-last.txt' AS BLOB)" | grep -q 1 ||
		    reference=$work/ref-less
		observe "$side/seen" || return 1
		same export "$reference" && same ledger "$reference" && sound
		;;
	replace)
		n=$(grep -h '"A newer text has come\.' "$d"/out/*.jsonl | wc -l)
		[ -f "$d/drop/.lavoir/done/zy-last.txt" ] || n=lost
		newer=$(grep -lr 'A newer text has come' "$d/drop" | wc -l)
		[ "$newer" -eq 0 ] || [ "$n" = 1 ] ||
		    { why="newer document came out $n times"; return 1; }
		sound
		;;
	cut:*) alike "$reference" ;;
	resubmit)
		exact "$reference" || return 1
		mv "$d/drop/.lavoir/done/doc-02.txt" "$d/drop/doc-02.txt"
		serve
		n=$(sqlite3 "$d/state/ledger.sqlite" "SELECT count(*) FROM
		    documents WHERE path = CAST('doc-02.txt' AS BLOB)")
		[ $rc -eq 0 ] && [ "$n" = 2 ] && return 0
		why="doc-02.txt, dropped again, has $n ends"
		return 1
		;;
	*) exact "$reference" ;;
	esac
}

# Status: 0 held, 1 violated ($why), 99 not reached, 2 the harness failed.
point() { # FS ACTION ROLE CALL GLOB NTH RESTART MODE
	p_fs=$1 p_action=$2 p_nth=$6 p_restart=$7 why= until= forever=
	mode=$8 reference=$work/ref-full
	[ "$mode" = daemon ] || reference=$work/ref-run
	match="syscall=$4,role=$3,path=$d/$5"
	fresh || return 2
	[ "$p_fs" = - ] || sync -f "$d"
	case $p_action in
	cut)
		p_action="cut:$cut pull $disk"
		;;
	forever:*)
		until=$side/until
		rm -f "$until"
		forever="--forever --until $until"
		p_action=errno:${p_action#forever:}
		;;
	esac
	serve "$inject" --at "$p_nth" --action "$p_action" $forever \
	    --match "$match" --report "$side/report" --
	until=
	case $rc in
	99) return 99 ;;
	124) why='did not come to an end'; return 1 ;;
	125) why=$(tail -n 1 "$side/log.txt"); return 2 ;;
	esac
	[ -n "$forever" ] || grep -q '^fired yes' "$side/report" || return 99
	case $p_action in
	errno:*)
		died=$rc
		if [ $rc -ne 0 ] || waiting ||
		    grep -q "until the next start" "$side/log.txt"; then
			serve
			[ $rc -eq 0 ] || { why="restart: $rc"; return 1; }
			echo "$died $2 $3 $4 $5 $6 $8" >>"$work/exits"
		fi
		alike "$reference"
		;;
	cut:*)
		"$cut" restore "$disk" || return 2
		serve
		[ $rc -eq 0 ] || { why="restart: $rc"; return 1; }
		alike "$reference"
		;;
	*)
		meanwhile "$p_restart" || { [ $? -eq 99 ] && return 99; return 2; }
		serve
		[ $rc -eq 0 ] || { why="restart: $rc"; return 1; }
		compare "$p_restart"
		;;
	esac
}

# Points of a plan, every $jobs-th from NUMBER on; results by line.
worker() { # NUMBER PLAN
	n=0
	while IFS="$tab" read -r x fs action role call glob nth restart how; do
		n=$((n + 1))
		[ $((n % jobs)) -eq $(($1 % jobs)) ] || continue
		if [ $(($(date +%s) - began)) -gt "$budget" ]; then
			echo "late"
			break
		fi
		disk=$work/disk-$fs-$1 d=$work/w$1 side=$work/side-$1
		[ "$fs" = - ] || d=$disk/mnt/w
		start=$(date +%s%N)
		point "$fs" "$action" "$role" "$call" "$glob" "$nth" "$restart" \
		    "$how"
		result=$?
		spent=$((($(date +%s%N) - start) / 1000000))
		spec="$fs $action $role $call '$glob' $nth $restart $how"
		echo "$result $spec"
		[ -z "$verbose" ] || echo "$result $spec ($spent ms)" >&2
		case $result in 0 | 99) continue ;; esac
		echo "FAILED  $spec: $why" >&2
		[ -z "${KEEP:-}" ] || {
			cp -a "$d" "$work/failed-$1-$n"
			cp -a "$side" "$work/failed-$1-$n/side"
		}
	done <"$2"
}

sweep() { # PLAN
	j=1
	while [ $j -le "$jobs" ]; do
		worker $j "$1" >"$work/results-$j" &
		j=$((j + 1))
	done
	wait
	cat "$work"/results-* >>"$work/all-results"
	rm -f "$work"/results-*
}

plan() { # WANT FS MODE
	awk -v d="$work/list" -v seed="$seed" -v want="$1" -v fs="$2" \
	    -v mode="$3" -f "$here/plan.awk" "$work/calls-$3" | sort -n
}

# Disks of FS for all workers; 1: not possible here.
mount_disks() { # FS
	j=1
	while [ $j -le "$jobs" ]; do
		"$cut" mount "$1" "$work/disk-$1-$j" 512 || {
			echo "power cuts on $1: skipped"
			echo skipped >>"$work/all-results"
			return 1
		}
		j=$((j + 1))
	done
}

umount_disks() { # FS
	for m in "$work/disk-$1"-*; do
		[ -d "$m" ] && "$cut" umount "$m"
	done
}

# Points of all kinds, mixed, so that what is left out for want of time is of
# all kinds, too.
mixed() { # CUTS DAEMON RUN FS ...
	cuts=$1 daemons=$2 runs=$3
	shift 3
	{
		for fs; do
			mount_disks "$fs" >&2 && plan "$cuts" "$fs" daemon
		done
		plan "$daemons" - daemon
		plan "$runs" - run
	} | sort -n >"$work/plan"
}

. "$here/lib_bugs.sh"

# How the machine is: said where a sample came short.
loaded() {
	read -r load x </proc/loadavg
	[ "${load%%.*}" -gt $(($(nproc) + jobs / 2)) ]
}

report() {
	read -r load x </proc/loadavg
	loaded && busy=1 || busy=
	awk -v seed="$seed" -v floor="$floor" -v busy="$busy" -v load="$load" \
	    -v seconds=$(($(date +%s) - began)) '
		{ n[$1]++ }
		$1 ~ /^[01]$/ && $2 != "bug" { what[$2 == "-" ? $9 : $2]++ }
		END {
			for (w in what)
				printf "%d points, %s; ", what[w], w
			printf "seed %s, %d s; %d not reached\n", seed,
			    seconds, n[99]
			fired = n[0] + n[1]
			short = fired < floor
			if (n["late"])
				print "out of time, the rest is left out"
			if (short)
				printf "SHORT: %d of %d points, load %s\n", fired,
				    floor, load
			failed = n[1] + n[2] + (short && !busy)
			printf "%d passed, %d failed, %d skipped\n", n[0],
			    failed, n["skipped"] + (short && busy)
			exit failed > 0
		}' "$work/all-results"
}

[ -x "$daemon" ] || { echo "no $daemon"; exit 1; }
sh "$here/corpus.sh" "$work/corpus" && config >"$work/config.json" &&
    references || {
	echo "the undisturbed run fails"
	exit 1
}
: >"$work/all-results"
case ${1:-sample} in
sample)
	mixed $((points / 10)) $((points * 7 / 10)) $((points / 5)) ext4
	;;
all)
	budget=${BUDGET:-1000000} floor=0
	bugs
	mixed 0 0 0 ext4 xfs btrfs
	;;
bugs)
	budget=1000000 floor=0
	shift
	bugs "$@"
	: >"$work/plan"
	;;
point)
	KEEP=1 jobs=1 verbose=1 floor=0
	echo "kept: $work"
	shift
	[ "$1" = - ] || mount_disks "$1" || exit 1
	printf '0\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@" \
	    ${8:-daemon} | head -n 1 >"$work/plan"
	;;
esac
sweep "$work/plan"
report
