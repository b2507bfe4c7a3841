#!/bin/sh
# selftest.sh - do the injector and the power cut catch what they are for?
#
# usage: [O=build/release] sh tests/crash/selftest.sh [-v]
#
# A toy daemon with one seeded mistake at a time: the faults that are said to
# catch it must, at some point of its run; the toy without mistake must pass at
# every point.  Last line: N passed, N failed, N skipped.
set -u

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
bin=${O:-build/release}/tests/crash
case $bin in /*) ;; *) bin=$here/../../$bin ;; esac
inject=$bin/inject toy=$bin/toy tree=$bin/toy_tree cut=$bin/powercut
verbose=${1:-}
# In memory, if possible: here nothing needs a disk, the cuts have their own.
work=$(mktemp -d /dev/shm/selftest.XXXXXX 2>/dev/null) ||
    work=$(mktemp -d "${TMPDIR:-/tmp}/selftest.XXXXXX") || exit 1
passed=0 failed=0 skipped=0
docs=12

clean() {
	for fs in ext4 xfs btrfs; do
		[ -d "$work/$fs.img" ] && "$cut" umount "$work/$fs.img"
	done
	rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM

result() { # STATUS NAME [DETAIL]
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
		[ "$verbose" = -v ] && echo "ok      $2 ${3:-}"
	else
		failed=$((failed + 1))
		echo "FAILED  $2 ${3:-}"
	fi
	return 0
}

value() { # KEY: of the last report
	sed -n "s/^$1 //p" "$work/report"
}

#
# The injector itself
#

fresh() { # NAME: an empty folder, its path in $d
	d=$work/$1
	rm -rf "$d"
	mkdir "$d"
}

t_status() {
	"$inject" -- sh -c 'exit 3'
	[ $? -eq 3 ] || return 1
	"$inject" -- sh -c 'kill -9 $$' 2>"$work/err"
	[ $? -eq 137 ] || return 1
	"$inject" -- /nonexistent 2>"$work/err"
	[ $? -eq 127 ] || return 1
	"$inject" --at 1 -- true 2>"$work/err"
	[ $? -eq 125 ]
}

t_not_reached() {
	"$inject" --at 5 --action kill --report "$work/report" -- \
	    sh -c "echo >$work/a; rm $work/a"
	[ $? -eq 99 ] && [ "$(value fired)" = no ] && [ "$(value calls)" = 3 ]
}

t_list() {
	fresh list
	"$inject" --list "$work/l1" -- "$toy" init "$d" 4 || return 1
	"$inject" --list "$work/l1" -- "$toy" run "$d" || return 1
	fresh list
	"$toy" init "$d" 4
	"$inject" --list "$work/l2" -- "$toy" run "$d" || return 1
	cut -f1-5 "$work/l1" >"$work/c1"
	cut -f1-5 "$work/l2" >"$work/c2"
	cmp -s "$work/c1" "$work/c2" || return 1
	tab=$(printf '\t')
	grep -q "^3${tab}committer${tab}pwrite64${tab}$d/shard${tab}57$" \
	    "$work/c1" &&
	    grep -q "${tab}rename${tab}$d/drop/d000.*${tab}$d/done/d000$" \
		"$work/l1"
}

t_match() {
	fresh match
	"$toy" init "$d" 8
	"$inject" --list "$work/l" --match 'syscall=@sync,role=committer' \
	    --match 'syscall=rename+link,path=*/d00[12]' \
	    --ignore 'path=*/log' -- "$toy" run "$d" || return 1
	[ "$(cut -f3 "$work/l" | tr '\n' ' ')" = \
	    'fdatasync rename rename fdatasync ' ]
}

t_only_files() { # writes to pipes and memfds are not counted
	fresh noise
	"$inject" --list "$work/l" -- "$tree" noise "$d" || return 1
	[ "$(wc -l <"$work/l")" -eq 2 ]
}

t_own_filters() { # a child's own seccomp and Landlock: what they allow is seen
	fresh locked
	"$inject" --list "$work/l" -- "$tree" locked "$d" || return 1
	grep -q "write.*/seen" "$work/l" && ! grep -q unlink "$work/l"
}

t_locked_kill() {
	fresh locked
	"$inject" --at 1 --match 'syscall=write,path=*/seen' --action kill -- \
	    "$tree" locked "$d"
	[ $? -eq 137 ] && [ -e "$d/seen" ] && [ ! -s "$d/seen" ]
}

gone() { # PID
	! kill -0 "$1" 2>/dev/null
}

t_stray() { # other group and session, parent dead: killed none the less
	for action in kill kill-after tear 'cut:true'; do
		fresh stray
		timeout 20 "$inject" --at 1 --match 'path=*/mark' \
		    --action "$action" -- "$tree" stray "$d"
		[ $? -eq 137 ] && gone "$(cat "$d/pid")" || return 1
	done
}

t_killed_before() {
	fresh stray
	"$inject" --at 1 --match 'path=*/mark' --action kill -- \
	    "$tree" stray "$d"
	[ $? -eq 137 ] && [ ! -e "$d/mark" ]
}

t_killed_after() {
	fresh stray
	"$inject" --at 1 --match 'path=*/mark' --action kill-after -- \
	    "$tree" stray "$d"
	[ $? -eq 137 ] && [ -e "$d/mark" ] && [ ! -s "$d/mark" ]
}

t_swarm() { # killed while they wait for an answer: nobody hangs
	for i in 1 2 3; do
		fresh swarm
		timeout 60 "$inject" -- "$tree" swarm "$d" || return 1
		[ -e "$d/last" ] || return 1
	done
}

t_swarm_kill() {
	for n in 1 77 400; do
		fresh swarm
		timeout 60 "$inject" --at $n --action kill -- \
		    "$tree" swarm "$d"
		[ $? -eq 137 ] || return 1
	done
}

t_term() { # SIGTERM is forwarded, the command's status comes back
	fresh term
	"$inject" -- "$tree" term "$d" &
	pid=$!
	while [ ! -e "$d/ready" ]; do sleep 0.02; done
	kill -TERM $pid
	wait $pid
	[ $? -eq 7 ]
}

t_helper_fails() {
	fresh stray
	"$inject" --at 1 --action cut:false -- "$tree" stray "$d" 2>"$work/err"
	[ $? -eq 125 ]
}

t_frozen() { # while the command of cut runs the call has not happened
	fresh stray
	"$inject" --at 1 --match 'path=*/mark' --action \
	    "cut:ls $d >$work/seen; cat /proc/\$(cat $d/pid)/stat >$work/stat" \
	    -- "$tree" stray "$d"
	[ $? -eq 137 ] && ! grep -q mark "$work/seen" &&
	    grep -q ') T ' "$work/stat"
}

t_until() { # fails until the file is there; the toy waits, then ends well
	fresh until
	"$toy" init "$d" $docs
	"$inject" --at 2 --match 'syscall=@write,path=*/shard' \
	    --action errno:ENOSPC --forever --until "$work/space" \
	    --report "$work/report" -- "$toy" run "$d" &
	pid=$!
	sleep 0.2
	kill -0 $pid || return 1
	: >"$work/space"
	wait $pid || return 1
	[ "$(value hits)" -gt 3 ] && [ "$(value syscall)" = pwrite64 ] &&
	    "$toy" check "$d" $docs >/dev/null
}

t_all_opens() {
	fresh opens
	: >"$d/a"
	! "$inject" --all-opens --at 1 --match "syscall=@open,path=$d/a" \
	    --action errno:EMFILE -- cat "$d/a" 2>"$work/err" &&
	    grep -q 'Too many open files' "$work/err" || return 1
	"$inject" --match "syscall=@open,path=$d/a" --list "$work/l" -- cat "$d/a"
	[ ! -s "$work/l" ]
}

#
# Mistakes and faults
#

# Runs the toy with MISTAKE in $d, breaks call N, lets it recover, checks.
# Status: 0 whole, 1 damaged, 99 call N was not reached.
point() { # MISTAKE N ACTION [OPTION ...]
	p_mistake=$1 p_n=$2 p_action=$3
	shift 3
	"$toy" init "$d" $docs || return 2
	"$inject" --at "$p_n" --action "$p_action" "$@" -- \
	    "$toy" run "$d" "$p_mistake" 2>/dev/null
	rc=$?
	[ $rc -eq 99 ] && return 99
	[ $rc -eq 125 ] && return 2
	[ -z "$fs" ] || "$cut" restore "$image" || return 2
	"$toy" run "$d" "$p_mistake" 2>/dev/null
	"$toy" check "$d" $docs >"$work/check" || return 1
}

# Prints "points damaged"; ends early at the first damage of a mistake.
sweep() { # MISTAKE ACTION [OPTION ...]
	s_mistake=$1 s_action=$2 s_n=0 s_bad=0
	shift 2
	while :; do
		s_n=$((s_n + 1))
		rm -rf "$d"
		mkdir "$d"
		point "$s_mistake" $s_n "$s_action" "$@"
		case $? in
		0) ;;
		1)
			s_bad=$((s_bad + 1))
			[ "$s_mistake" = none ] || break
			;;
		99) break ;;
		*) echo "broken at $s_n"; return ;;
		esac
	done
	[ "$s_mistake" = none ] && s_n=$((s_n - 1))
	echo "$s_n $s_bad"
}

passes() { # ACTION [OPTION ...]: the toy without mistake, at every point
	set -- "$(sweep none "$@")" "$1"
	case $1 in
	'0 '*) false ;;
	*' 0') true ;;
	*) false ;;
	esac
	result $? "no mistake: ${fs:+$fs }${2%%:/*}" "(points, damaged: $1)"
}

caught() { # MISTAKE ACTION [OPTION ...]
	name=$1 action=$2
	set -- "$(sweep "$@")"
	case $1 in *' 1') true ;; *) false ;; esac
	result $? "$name: caught by ${fs:+$fs }${action%%:/*}" "(point: $1)"
}

missed() { # MISTAKE ACTION: what this fault cannot see, to know its limits
	name=$1 action=$2
	set -- "$(sweep "$@")"
	case $1 in *' 0') true ;; *) false ;; esac
	result $? "$name: not seen by ${fs:+$fs }${action%%:/*}" "(points, damaged: $1)"
}

faults() {
	fs= d=$work/toy
	for action in kill kill-after tear short short:1; do
		passes $action
	done
	for e in EIO ENOSPC EDQUOT EINTR; do
		passes errno:$e --match syscall=@write+@sync+@name
	done
	passes errno:EIO --forever
	caught retire-early kill
	caught no-truncate kill
	caught no-truncate kill-after
	caught no-sum tear --match 'path=*/log'
	caught ignore-short short
	missed ignore-short tear
	caught ignore-errno errno:ENOSPC
	caught ignore-errno errno:EIO
	missed no-shard-sync kill
	missed no-log-sync kill
	missed no-sum kill
}

power_cuts() { # FS
	fs=$1 image=$work/$1.img d=$work/$1.img/mnt/toy
	"$cut" mount "$fs" "$image"
	case $? in
	0) ;;
	77)
		skipped=$((skipped + 5))
		rm -rf "$image"
		return
		;;
	*) result 1 "$fs: mount"; return ;;
	esac
	passes "cut:$cut pull $image"
	caught no-shard-sync "cut:$cut pull $image"
	caught no-log-sync "cut:$cut pull $image"
	# What is synced at the cut is kept: then the mistake does no harm.
	missed no-shard-sync "cut:$cut pull $image $d/shard"
	"$cut" umount "$image"
	result $? "$fs: unmounted"
}

for t in t_status t_not_reached t_list t_match t_only_files t_own_filters \
    t_locked_kill t_stray t_killed_before t_killed_after t_swarm t_swarm_kill \
    t_term t_helper_fails t_frozen t_until t_all_opens; do
	$t
	result $? $t
done
faults
for f in ext4 xfs btrfs; do
	power_cuts $f
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
