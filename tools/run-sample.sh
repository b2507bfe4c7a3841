#!/bin/bash
# run-sample.sh - the daemon on sample documents: start it, drop them, show what
# became of each, stop it.
#
# usage: run-sample.sh      LAVOIR_SAMPLES=DIR: other documents than our own
#
# All of it happens in $O/run (or LAVOIR_RUN), which is made anew and left
# there to look at.
set -eu
umask 022
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/.."

build=$(cd "${O:-build/release}" && pwd)
samples=${LAVOIR_SAMPLES:-tests/samples}
run=${LAVOIR_RUN:-$build/run}
ready_max=60 # seconds
still_max=30 # seconds without a document's end

[ -d "$samples" ] || { echo "$samples: no such folder" >&2; exit 66; }
rm -rf "$run"
mkdir -p "$run/drop" "$run/incoming"

cat >"$run/lavoir.json" <<'END'
{
	"pipelines": {
		"sample": {
			"watch": "drop",
			"chain": [
				"read-jsonl",
				{"plugin": "read-warc", "optional": true},
				{"plugin": "read-archive", "optional": true},
				{"plugin": "read-mail", "optional": true},
				{"plugin": "read-csv", "optional": true},
				{"plugin": "read-html", "optional": true},
				{"plugin": "read-pdf", "optional": true},
				{"plugin": "read-office", "optional": true},
				{"plugin": "read-markdown", "optional": true},
				"read-text",
				{"plugin": "clean-repair", "optional": true},
				{"plugin": "clean-lines", "optional": true},
				"clean-text", "tag-basic", "dedup-exact",
				{"plugin": "export-jsonl", "options": {"path": "out"}}
			]
		}
	}
}
END

"$build/lavoird" -c "$run/lavoir.json" 2>"$run/lavoird.log" &
daemon=$!
trap 'kill -KILL $daemon 2>/dev/null || true' EXIT

give_up() {
	echo "run-sample: $1; the daemon's last words:" >&2
	tail -n 20 "$run/lavoird.log" >&2
	exit 70
}

alive() { kill -0 "$daemon" 2>/dev/null; }

# wait_until SECONDS COMMAND ...
wait_until() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		alive || give_up "lavoird has ended"
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

is_ready() { grep -q ': ready$' "$run/lavoird.log"; }

waiting() { find "$run/drop" -name .lavoir -prune -o -type f -print; }

# Fewer than before, or none at all.
left=0
goes_on() {
	local now
	now=$(waiting | wc -l)
	[ "$now" -eq 0 ] || [ "$now" -lt "$left" ] || return 1
	left=$now
}

wait_until "$ready_max" is_ready || give_up "lavoird does not come up"

# Copied beside the drop folder, then renamed into it: a rename is complete at
# once, what is written in place only when it was quiet for a while.
cp -R "$samples/." "$run/incoming/"
total=$(find "$run/incoming" -type f | wc -l)
for path in "$run/incoming"/*; do
	mv "$path" "$run/drop/"
done
rmdir "$run/incoming" 2>/dev/null || true
left=$(waiting | wc -l)
while [ "$left" -gt 0 ]; do
	wait_until "$still_max" goes_on || break
done

kill -TERM "$daemon"
status=0
wait "$daemon" || status=$?
trap - EXIT
[ "$status" -eq 0 ] || give_up "lavoird ended with status $status"

rows=40 # shown
ask() { sqlite3 -batch "$@" "$run/state/ledger.sqlite"; }

echo
echo "Dropped: $total files from $samples"
echo
ask -column -header <<END
SELECT CASE WHEN length(cast(path AS text)) > 36
		THEN substr(cast(path AS text), 1, 35) || '…'
		ELSE cast(path AS text) END ||
	CASE WHEN coalesce(member, '') = '' THEN '' ELSE ' (' || member || ')'
		END AS file,
	outcome_name AS outcome,
	CASE WHEN reason IS NULL THEN ''
		WHEN outcome_name <> 'failed' OR coalesce(detail, '') = '' THEN reason
		WHEN length(detail) > 32
		THEN reason || ': ' || substr(detail, 1, 31) || '…'
		ELSE reason || ': ' || detail END AS reason,
	id,
	coalesce(duplicate_of, '') AS "duplicate of"
FROM decisions ORDER BY seq LIMIT $rows;
END
more=$(ask <<<"SELECT max(count(*) - $rows, 0) FROM decisions;")
[ "$more" -eq 0 ] || echo "... and $more more"
if [ "$left" -gt 0 ]; then
	echo
	echo "Still waiting, see $run/lavoird.log:"
	waiting | head -n 10
fi

echo
for shard in "$run"/out/*; do
	[ -f "$shard" ] || continue
	echo "Output: $shard, $(wc -l <"$shard") records; it begins:"
	head -n 3 "$shard" | sed -E 's/^(.{300}).+/\1 …/; s/^/  /'
done
echo
echo "Originals: $run/drop/.lavoir/done, failed ones in ../failed/ID with"
echo "reason.json.  Configuration: $run/lavoir.json.  Log: lavoird.log there."
[ "$left" -eq 0 ]
