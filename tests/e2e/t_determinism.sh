#!/bin/bash
# t_determinism.sh - the same documents in the same order give the same bytes:
# for 1, 2 and 4 workers, batches of 1, 7 and 512, plain and zstd, and whether
# they come all at once or one by one.  A plugin delays each by a hash of its
# text, so that results come in another order than documents.
. "$(dirname "$0")/plugins.sh"

# 150 documents of their own, 40 copies, failures, an empty one, a container.
documents() { # FOLDER
	local n words
	for ((n = 1; n <= 190; n++)); do
		if ((n % 5 == 0 && n > 40)); then words=$((n / 5)); else words=$n; fi
		printf 'Document %d, with %d words of its own.\n%s\n' "$words" \
		    "$words" "$(seq -s ' ' "$words")" \
		    >"$1/$(printf %03d "$n").txt"
	done
	printf '\0\1\2\3\0\0\377\376\0' >"$1/050-binary.bin"
	: >"$1/060-empty.txt"
	for ((n = 1; n <= 60; n++)); do
		printf '{"text": "Child %d of a container."}\n' $((n % 45))
	done >"$1/100-container.jsonl"
	echo 'no JSON' >>"$1/100-container.jsonl"
	printf 'twice\n' >"$1/zz-1.txt"
	printf 'twice\n' >"$1/zz-2.txt"
}

configure() { # WORKERS BATCH CODEC
	mkdir -p "$d/drop"
	cat >"$d/c.json" <<-END
	{"state": "state", "workers": $1, "batch": {"documents": $2},
	 "plugin_path": ["$PLUGINS", "$TEST_PLUGINS"],
	 "pipelines": {"p": {"watch": [{"path": "drop", "settle": "0s"}],
	  "chain": ["read-text", "read-jsonl", "t-delay", "clean-text",
		"tag-basic", "dedup-exact", {"plugin": "export-jsonl",
		"options": {"path": "out", "compression": "$3"}}]}}}
	END
}

# What came out, by name: every file of the series, and every decision but for
# what tells one run from another.
result() {
	(cd "$d/out" && for file in part-*; do
		echo "$file $(sha256sum <"$file")"
	done)
	ledger "SELECT id, path, member, outcome, hex(sha256), media_type,
	    bytes_in, bytes_out, plugin, reason, detail, value, threshold,
	    measurements, duplicate_of, similarity FROM documents ORDER BY seq"
}

compare() { # NAME
	result >"$d/result"
	[ -e "$T/result.$codec" ] || cp "$d/result" "$T/result.$codec"
	if cmp -s "$T/result.$codec" "$d/result"; then
		passed
		return
	fi
	failed "$1: not the same bytes"
	diff "$T/result.$codec" "$d/result" | cut -c 1-200 | head -n 20
	tail -n 20 "$d/log"
}

at_once() { # WORKERS BATCH
	d=$T/$codec-$1-$2
	mkdir "$d"
	configure "$1" "$2" "$codec"
	cp "$T"/documents/* "$d/drop"
	start && until_true taken_or_gone && stop ||
	    failed "$codec, $1 workers, batches of $2: the run"
	compare "$codec, $1 workers, batches of $2"
	[ -n "${KEEP:-}" ] || rm -rf "$d"
}

one_by_one() { # the next when the one before has been taken
	local file
	d=$T/$codec-one-by-one
	mkdir "$d"
	configure 2 512 "$codec"
	check 'the daemon starts' start
	(cd "$T/documents" && printf '%s\n' *) | LC_ALL=C sort >"$T/names"
	while read -r file; do
		cp "$T/documents/$file" "$d/.$file"
		mv "$d/.$file" "$d/drop/$file"
		until_true taken_or_gone || break
	done <"$T/names"
	check 'the daemon ends well' stop
	compare "$codec, one by one"
	[ -n "${KEEP:-}" ] || rm -rf "$d"
}

mkdir "$T/documents"
documents "$T/documents"
for codec in none zstd; do
	for workers in 1 2 4; do
		for batch in 1 7 512; do
			[ "$codec" = none ] || [ "$workers" = 4 ] ||
			    [ "$batch" = 7 ] || continue
			at_once "$workers" "$batch"
		done
	done
done
codec=none
one_by_one

ends=$(awk '$1 !~ /^part/ { n[$0 ~ /#/ ? "children" : "files"]++ }
    END { print n["files"], n["children"] }' "$T/result.none")
check "all documents are there: $ends" [ "$ends" = '195 61' ]
total
