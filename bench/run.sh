#!/bin/bash
# run.sh - speed, latency and memory of the daemon beside a bare program.
#
# usage: bench/run.sh [speed|latency|html|memory|backlog|warc ...]
#                                                      (speed latency html)
#
#   speed    BENCH_DOCUMENTS text files of 2-8 KiB (20000) through the main
#            chain, BENCH_ROUNDS times (3) after the same files through
#            bench/floor.c, on one file system
#   latency  50 documents, one at a time, into an idle folder
#   html     the pages of the folder BENCH_PAGES (UTF-8; else a page made for
#            it) through read-html, in turns with a bare parse of them
#   memory   every role's most memory over 200,000 documents
#   backlog  the supervisor's most memory with 1,000,000 files waiting
#   warc     a web archive of BENCH_WARC_MIB (5120) plain bytes, plain and then
#            gzip, made of the files in BENCH_PAGES (the text files of "speed")
#
# Works in BENCH_DIR (a new folder in O).  Prints one "name value" a line.
set -eu

O=${O:-$PWD/build/release}
LAVOIRD=${LAVOIRD:-$O/lavoird}
PLUGINS=${PLUGINS:-$O/plugins}
documents=${BENCH_DOCUMENTS:-20000}
rounds=${BENCH_ROUNDS:-3}
workers=${BENCH_WORKERS:-2}
dir=$(mktemp -d "${BENCH_DIR:-$O}/bench-XXXXXX")
trap 'rm -rf "$dir"' EXIT

config() { # OPTIONS: more of the daemon's own
	cat >"$dir/lavoir.json" <<-END
	{
		"state": "state", "workers": $workers, "plugin_path": ["$PLUGINS"],
		"control": {"socket": "control.sock"}, ${1-}
		"pipelines": {"bench": {
			"watch": [{"path": "drop"}],
			"chain": [
				{"plugin": "read-text"}, {"plugin": "clean-text"},
				{"plugin": "tag-basic"}, {"plugin": "dedup-exact"},
				{"plugin": "export-jsonl", "options": {
					"path": "out", "compression": "none"}}
			]
		}}
	}
	END
}

drive() { # WHAT [N]
	if ! "$O/bench/drive" "$1" "$LAVOIRD" "$dir/lavoir.json" "$dir/drop" \
		"${@:2}" >"$dir/figures" 2>"$dir/log"; then
		tail -20 "$dir/log" >&2
		exit 1
	fi
}

figure() { awk -v n="$1" '$1 == n { print $2 }' "$dir/figures"; }
median() { sort -n | awk '{ x[NR] = $1 } END { print x[int((NR + 1) / 2)] }'; }
calc() { awk "BEGIN { printf \"%.${2:-1}f\n\", $1 }"; }

# $dir/files become the drop folder, then what is in done/ becomes $dir/files.
through_daemon() {
	rm -rf "$dir/state" "$dir/out" "$dir/drop"
	mv "$dir/files" "$dir/drop"
	drive load
	mv "$dir/drop/.lavoir/done" "$dir/files"
}

through_floor() {
	mkdir "$dir/to"
	rm -f "$dir/floor.out"
	"$O/bench/floor" "$dir/files" "$dir/to" "$dir/floor.out"
	rmdir "$dir/files"
	mv "$dir/to" "$dir/files"
}

corpus() { # COUNT
	mkdir "$dir/files"
	"$O/bench/corpus" "$dir/files" "$1"
	sync -f "$dir"
	sleep 1 # older than "settle"
}

check_output() {
	local want got

	want=$((documents - $(figure_duplicates)))
	got=$(cat "$dir"/out/* | wc -l)
	[ "$got" = "$want" ] || {
		echo "$got records instead of $want" >&2
		exit 1
	}
}

# Every 50th is a copy of one before it.
figure_duplicates() { echo $((documents / 50)); }

one_round() {
	local floor cpu n s

	read -r n s cpu <<<"$(through_floor)"
	floor=$(calc "$n / $s" 0)
	through_daemon
	check_output
	n=$(figure documents) s=$(figure seconds)
	printf 'floor %d docs/s (%.1f us CPU)   daemon %d docs/s   %.1f %%   CPU us:' \
		"$floor" "$(calc "$cpu * 1e6 / $documents")" \
		"$(calc "$n / $s" 0)" "$(calc "100 * $n / $s / $floor")"
	for role in supervisor worker sequencer committer; do
		cpu=$(calc "$(figure cpu_$role) / $n" 2)
		printf ' %s %.1f' $role "$cpu"
		echo "$cpu" >>"$dir/cpu_$role"
	done
	printf '   RSS KiB:'
	for role in supervisor worker sequencer committer; do
		printf ' %s %d' $role "$(figure rss_$role)"
	done
	echo
	calc "100 * $n / $s / $floor" 2 >>"$dir/ratios"
	calc "$n / $s" 0 >>"$dir/rates"
	echo "$floor" >>"$dir/floors"
}

speed() {
	local cpu all=0

	config
	corpus "$documents"
	for ((i = 0; i < rounds; i++)); do one_round; done
	echo "floor_docs_per_s $(median <"$dir/floors")"
	echo "daemon_docs_per_s $(median <"$dir/rates")"
	echo "ratio_percent $(median <"$dir/ratios")   (goal: at least 40)"
	for role in supervisor worker sequencer committer; do
		cpu=$(median <"$dir/cpu_$role")
		all=$(calc "$all + $cpu" 2)
		echo "cpu_us_$role $cpu"
	done
	echo "cpu_us_all $all"
	echo "cpu_us_commit $(calc "$(median <"$dir/cpu_sequencer") + \
		$(median <"$dir/cpu_committer")")   (goal: at most 60)"
	rm -rf "$dir/files"
}

latency() {
	local took sync

	rm -rf "$dir/state" "$dir/out" "$dir/drop"
	config
	mkdir "$dir/drop"
	drive latency 60
	took=$(figure latency_ms) sync=$(figure fdatasync_ms)
	echo "latency_ms $took   (goal: at most $(calc "5 + 4 * $sync" 2))"
	echo "fdatasync_ms $sync"
}

show_memory() { # WHAT
	for role in supervisor zygote worker sequencer committer; do
		echo "$1_kib_$role $(figure rss_$role)"
	done
}

memory() {
	config
	corpus "${BENCH_MEMORY_DOCUMENTS:-200000}"
	through_daemon
	show_memory memory
	rm -rf "$dir/files"
}

html() {
	[ ! -x "$O/bench/html" ] || "$O/bench/html" ${BENCH_PAGES:+"$BENCH_PAGES"}
}

# Nothing is claimed: no disk is large enough.  Empty files do.
backlog() {
	local n=${BENCH_BACKLOG:-1000000}

	rm -rf "$dir/state" "$dir/out" "$dir/drop"
	mkdir "$dir/drop"
	seq -f "$dir/drop/waiting-%.0f.txt" "$n" | xargs touch
	config '"admission": {"disk_reserve": "900T"},'
	drive wait "${BENCH_SECONDS:-20}"
	show_memory backlog
	rm -rf "$dir/drop"
}

# Records of one file, by all workers.
warc() {
	local mib=${BENCH_WARC_MIB:-5120} pages=${BENCH_PAGES:-$dir/files} n

	[ -n "${BENCH_PAGES:-}" ] || corpus "${BENCH_WARC_DOCUMENTS:-2000}"
	config
	sed -i 's/{"plugin": "read-text"}/{"plugin": "read-warc"}, &/
		s/{"path": "drop"}/{"path": "drop", "size_max": "1T"}/' \
		"$dir/lavoir.json"
	for kind in plain gzip; do
		rm -rf "$dir/state" "$dir/out" "$dir/drop"
		mkdir "$dir/drop"
		n=$("$O/bench/warc" "$dir/drop/a.warc" $kind "$mib" "$pages")
		sync -f "$dir"
		sleep 1 # older than "settle"
		drive load
		[ "$(cat "$dir"/out/* | wc -l)" = "$n" ] || {
			echo "not $n records" >&2
			exit 1
		}
		s=$(figure seconds)
		echo "warc_${kind}_records_per_s $(calc "$n / $s" 0)"
		echo "warc_${kind}_mib_per_s $(calc "$mib / $s")"
		for role in supervisor worker sequencer committer; do
			echo "warc_${kind}_cpu_us_$role $(calc \
				"$(figure cpu_$role) / $n")"
		done
		show_memory "warc_$kind"
	done
	rm -rf "$dir/files" "$dir/drop"
}

[ $# -gt 0 ] || set -- speed latency html
for what; do "$what"; done
