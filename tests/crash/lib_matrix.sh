# lib_matrix.sh - one point of the crash matrix: run, break, restart, compare.
#
# Sourced by run.sh.  Expects: $inject $cut $check $serve $daemon $lavoir
# $plugins $work $patience; $mode, daemon or run; the folder $d, made anew for
# every point, and $side for logs and what was seen.

tab=$(printf '\t')

# A configuration, documents and nothing else in $d.
fresh() {
	rm -rf "$d" "$side"
	mkdir -p "$d" "$side" && cp -a "$work/corpus" "$d/drop" &&
	    cp "$work/config.json" "$d/config.json"
}

waiting() { # is a document left in the drop folder?
	[ "$mode" = daemon ] && find "$d/drop" -name '.?*' -prune -o \
	    -type f -print -quit | grep -q .
}

# Start the daemon (under COMMAND ..., if any), wait until it has taken all,
# stop it; or let "lavoir run" come to its end. With $until set, that file is
# made after a while. Sets $rc: its status; 124: did not come to an end.
serve() { # COMMAND ...
	: >"$side/log.now"
	case $mode in
	daemon) set -- --drop "$d/drop" -- "$@" "$daemon" -c "$d/config.json" ;;
	*) set -- -- "$@" "$lavoir" run --no-progress -c "$d/config.json" \
	    "$d/drop" ;;
	esac
	[ -z "$until" ] || set -- --make "$until:800" "$@"
	"$serve" --log "$side/log.now" --patience "$patience" "$@" >/dev/null
	rc=$?
	cat "$side/log.now" >>"$side/log.txt"
}

# What became of the documents: every column but attempts, batches, inodes and
# times, in order; and without what depends on the order of arrival.
ledger_of() { # FILE FILE
	sqlite3 "$d/state/ledger.sqlite" >"$1" "SELECT id, pipeline, number, child,
	    outcome, substr(folder, length('$d') + 2), hex(path), member, size,
	    hex(sha256), added, media_type, bytes_in, bytes_out, plugin, reason,
	    detail, value, threshold, measurements, duplicate_of, similarity
	    FROM documents ORDER BY seq" \
	    ".output '$2'" "SELECT hex(path), child, outcome,
	    member, size, hex(sha256), media_type, bytes_in, plugin, reason,
	    detail FROM documents ORDER BY path, child"
}

# Names and sizes below a folder, without what daemons keep for themselves.
tree_of() { # DIR FILE
	(cd "$1" && find . \( -name lock -o -name retiring \) -prune -o \
	    -type f ! -name reason.json -printf '%P %s\n' |
	    LC_ALL=C sort) >"$2"
}

reasons_of() { # FILE
	set -- "$1" "$d"/drop/.lavoir/failed/*[0-9]/reason.json
	out=$1
	shift
	: >"$out"
	[ ! -f "$1" ] || jq -Sc '[.id, .path, .member, .plugin, .reason,
	    .detail, .size]' "$@" >"$out"
}

# Records without ids, sorted.
records_of() { # FILE
	{
		cat "$d"/out/*.jsonl 2>/dev/null
		for f in "$d"/outz/*.zst; do
			[ -f "$f" ] && zstd -dqc "$f"
		done
	} | jq -Sc 'del(.id)' | LC_ALL=C sort >"$1"
}

export_of() { # FILE: names and bytes of what readers see
	(cd "$d" && find out outz -type f ! -name '.*' | LC_ALL=C sort |
	    xargs -r sha256sum) >"$1"
}

# Everything that is compared, into DIR.
observe() { # DIR
	mkdir -p "$1"
	ledger_of "$1/ledger" "$1/ends" && tree_of "$d/drop" "$1/tree" && reasons_of "$1/reasons" &&
	    export_of "$1/export"
}

same() { # WHAT REFERENCE: does $side/seen/WHAT agree with it?
	cmp -s "$side/seen/$1" "$2/$1" && return 0
	why="$1 differs: $(diff "$2/$1" "$side/seen/$1" | grep '^[<>]' | head -n 2 |
	    cut -c1-200 | tr '\n' ' ')"
	return 1
}

sound() { # does the store agree with itself, and with the folders?
	"$check" "$d/state" >"$side/fsck.txt" 2>&1 ||
	    { why="storecheck: $(tail -n 1 "$side/fsck.txt")"; return 1; }
	"$lavoir" fsck -c "$d/config.json" >"$side/fsck.txt" 2>&1 &&
	    ! grep '^warning' "$side/fsck.txt" && return 0
	why="fsck: $(grep '^[ew]' "$side/fsck.txt" | head -n 1)"
	return 1
}

# After kills and torn writes: nothing differs.
exact() { # REFERENCE
	observe "$side/seen" || { why='cannot look'; return 1; }
	same export "$1" && same ledger "$1" && same tree "$1" &&
	    same reasons "$1" && sound
}

# After errors and power cuts: the same ends, each once, in any order.
alike() { # REFERENCE
	observe "$side/seen" || { why='cannot look'; return 1; }
	if ! cmp -s "$side/seen/export" "$1/export"; then
		records_of "$side/seen/records"
		same records "$1" || return 1
	fi
	same ends "$1" && sound
}
