# lib_bugs.sh - mistakes seeded on purpose (base/bug.h): does the matrix see
# them?
#
# Sourced by run.sh.

# BUG FS ACTION ROLE CALL GLOB RESTART: the faults meant for it.
bug_table() {
	sed 's/^[ 	]*//' <<-'EOF'
	retire_early - kill committer pwrite64 state/log/*.log -
	no_truncate - kill-after committer pwrite64 out/[!.]* vanish
	no_shard_sync ext4 cut supervisor renameat2 drop/[!.]* -
	no_log_sync ext4 cut supervisor renameat2 drop/[!.]* -
	no_folder_sync btrfs cut committer pwrite64 state/ledger.sqlite-wal -
	no_witness - kill supervisor renameat2 drop/[!.]* replace
	no_retire_log - kill-after committer fdatasync state/log/*.log resubmit
	trust_cache ext4 kill committer fdatasync state/log/*.log cut:1:syscall=pwrite64,role=committer,path=*/state/log/*
	any_order - kill supervisor renameat2 drop/[!.]* -
	tail_early - kill committer pwrite64 state/log/*.log -
	EOF
}

# Points of one line of the table until one is violated, last calls first.
# Prints "points why".
hunt() { # FS ACTION ROLE CALL GLOB RESTART
	last=0
	while IFS="$tab" read -r x r c path x; do
		case $r:$c:$path in "$3:$4:$work/list/"$5) last=$((last + 1)) ;; esac
	done <"$work/calls-daemon"
	tried=0
	for nth in $(seq "$last" -1 1); do
		[ "$tried" -lt 40 ] || break
		point "$1" "$2" "$3" "$4" "$5" "$nth" "$6" daemon
		case $? in
		0) tried=$((tried + 1)) ;;
		1)
			echo "$((tried + 1)) $why"
			return
			;;
		esac
	done
	echo "$tried -"
}

# A daemon with the mistake: only the files that have it are built anew.
seed() { # BUG
	(
		cd "$top" && rm -rf "build/bug-$1" && mkdir -p "build/bug-$1" &&
		    cp -a "$O/daemon" "$O/flags" "$O/sources" \
			"$O/liblavoir.a" "build/bug-$1/" &&
		    grep -rl "BUG($1)" daemon --include='*.c' |
		    sed "s#\(.*\)c\$#build/bug-$1/\1o#" | xargs touch -d @0 &&
		    ${MAKE:-make} -s O="build/bug-$1" BUG="$1" \
			"build/bug-$1/lavoird"
	) >"$work/make.log" 2>&1
}

bugs() { # NAME ...: only these
	bug_table >"$work/bugs"
	printf '%-16s %-6s %-10s %-8s %s\n' bug on by points found
	while read -r bug fs action role call glob restart <&3; do
		case " ${*:-$bug} " in *" $bug "*) ;; *) continue ;; esac
		seed "$bug" || {
			cat "$work/make.log"
			echo "1 bug $bug" >>"$work/all-results"
			continue
		}
		disk=$work/disk-$fs-1 side=$work/side-1 d=$work/w1
		if [ "$fs" != - ]; then
			mount_disks "$fs" || continue
			d=$disk/mnt/w
		fi
		daemon=$top/build/bug-$bug/lavoird
		found=$(hunt "$fs" "$action" "$role" "$call" "$glob" "$restart")
		daemon=${DAEMON:-$O/lavoird}
		[ "$fs" = - ] || umount_disks "$fs"
		printf '%-16s %-6s %-10s %-8s %.60s\n' "$bug" "$fs" "$action" \
		    "${found%% *}" "${found#* }"
		case $found in
		*' -') echo "1 bug $bug" ;;
		*) echo "0 bug $bug" ;;
		esac >>"$work/all-results"
	done 3<"$work/bugs"
}
