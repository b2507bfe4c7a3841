# lib_matrix.sh - one point of the crash matrix: run, break, restart, compare.
#
# Sourced by run.sh.  Expects: $inject $cut $check $daemon $plugins $work; the
# folder $d, made anew for every point, and $side for logs and what was seen.

tab=$(printf '\t')

# A configuration, documents and nothing else in $d.
fresh() {
	rm -rf "$d" "$side"
	mkdir -p "$d" "$side" && cp -a "$work/corpus" "$d/drop" &&
	    cp "$work/config.json" "$d/config.json"
}

waiting() { # is a document left in the drop folder?
	for f in "$d"/drop/* "$d"/drop/sub/* "$d"/drop/sub/deeper/* \
	    "$d"/drop/-sub/*; do
		[ -f "$f" ] && return 0
	done
	return 1
}

# Start the daemon (under COMMAND ..., if any), wait until it has taken all,
# stop it.  Sets $rc: its status; 124: did not come to an end.
serve() { # COMMAND ...
	: >"$side/log.now"
	setsid "$@" "$daemon" -c "$d/config.json" 2>"$side/log.now" &
	pid=$! turns=0 told=
	while kill -0 $pid 2>/dev/null; do
		turns=$((turns + 1))
		if [ -z "$told" ] && ! waiting &&
		    grep -q ": ready$" "$side/log.now"; then
			kill -TERM $pid 2>/dev/null
			told=1
		fi
		if [ $turns -eq 40 ] && [ -n "$until" ]; then
			: >"$until"
		fi
		if [ $turns -gt $patience ]; then
			kill -KILL -$pid 2>/dev/null
			wait $pid 2>/dev/null
			rc=124
			cat "$side/log.now" >>"$side/log.txt"
			return
		fi
		sleep 0.02
	done
	wait $pid
	rc=$?
	cat "$side/log.now" >>"$side/log.txt"
}

# What became of the documents, comparable between runs: but for attempts,
# batches, inodes, times.
ledger_rows() { # FILE
	sqlite3 "$d/state/ledger.sqlite" "SELECT id, pipeline, number, child,
	    outcome, substr(folder, length('$d') + 2), hex(path), member, size,
	    hex(sha256), added, media_type, bytes_in, bytes_out, plugin, reason,
	    detail, value, threshold, measurements, duplicate_of, similarity
	    FROM documents ORDER BY seq" >"$1"
}

# The same without what depends on the order of arrival.
ledger_ends() { # FILE
	sqlite3 "$d/state/ledger.sqlite" "SELECT hex(path), child, outcome,
	    member, size, hex(sha256), media_type, bytes_in, plugin, reason,
	    detail FROM documents ORDER BY path, child" >"$1"
}

# Names and sizes below a folder, without what daemons keep for themselves, and
# without copies of failed children (ID#n: their bytes are in the container).
tree_of() { # DIR FILE
	(cd "$1" && find . \( -name lock -o -name retiring -o -name "*#*" \) -prune -o \
	    -type f ! -name reason.json -printf '%P %s\n' |
	    LC_ALL=C sort) >"$2"
}

reasons_of() { # FILE
	for f in "$d"/drop/.lavoir/failed/*[0-9]/reason.json; do
		case $f in *"#"*) continue ;; esac
		[ -f "$f" ] && jq -Sc '[.id, .path, .member, .plugin, .reason,
		    .detail, .size]' "$f"
	done >"$1"
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
	ledger_rows "$1/ledger" && ledger_ends "$1/ends" &&
	    tree_of "$d/drop" "$1/tree" && reasons_of "$1/reasons" &&
	    export_of "$1/export"
}

same() { # WHAT REFERENCE: does $side/seen/WHAT agree with it?
	cmp -s "$side/seen/$1" "$2/$1" && return 0
	why="$1 differs: $(diff "$2/$1" "$side/seen/$1" | grep '^[<>]' | head -n 2 |
	    cut -c1-200 | tr '\n' ' ')"
	return 1
}

sound() { # does the store agree with itself?
	"$check" "$d/state" >"$side/fsck.txt" 2>&1 && return 0
	why="fsck: $(tail -n 1 "$side/fsck.txt")"
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
