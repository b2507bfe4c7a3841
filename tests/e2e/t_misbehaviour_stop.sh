#!/bin/bash
# t_misbehaviour_stop.sh - a step that kills five documents in a row stops its
# pipeline, loudly, and no other; a plugin that says it is unusable does so at
# once.  What is not committed stays in the folder.
. "$(dirname "$0")/plugins.sh"

configure() { # two pipelines, lanes of their own
	mkdir -p "$d/bad" "$d/drop"
	cat >"$d/c.json" <<-END
	{"state": "state", "workers": 1,
	 "plugin_path": ["$PLUGINS", "$TEST_PLUGINS"],
	 "pipelines": {
	  "bad": {"watch": [{"path": "bad", "settle": "0s"}],
	   "chain": ["read-text", "t-misbehave",
		{"plugin": "export-jsonl", "options": {"path": "out/bad"}}]},
	  "good": {"watch": [{"path": "drop", "settle": "0s"}],
	   "chain": ["read-text", "t-misbehave",
		{"plugin": "export-jsonl", "options": {"path": "out/good"}}]}}}
	END
}

left() { find "$d/bad" -name .lavoir -prune -o -type f -printf '%f\n' | sort; }
failures() { find "$d/bad/.lavoir/failed" -name '*.txt' 2>/dev/null | wc -l; }

# ---- five in a row ----

d=$T/row
mkdir "$d"
configure
echo 'a good one' >"$d/bad/000.txt"
for n in $(seq 101 120); do echo 'do segv' >"$d/bad/$n.txt"; done
for n in 201 202 203; do echo "good one $n" >"$d/bad/$n.txt"; done
check 'the daemon starts' start
check 'the pipeline is stopped, loudly' until_true logged \
    '^<3>.*pipeline "bad" is stopped: plugin "t-misbehave" was fatal to'
echo 'of another pipeline' >"$d/drop/1.txt"
check 'another pipeline goes on' until_true all_taken
check 'the daemon lives' running
check 'and ends well' stop
check "at least five have failed: $(failures)" [ "$(failures)" -ge 5 ]
check "the others are in the folder: $(left | wc -l)" \
    [ "$(left | wc -l)" -eq $((23 - $(failures))) ]
check 'so are the good ones behind them' \
    [ "$(left | grep -c '^2')" -eq 3 ]
check 'the good one before is out' grep -q 'a good one' "$d"/out/bad/part-*
check 'the other pipeline is out' grep -q 'of another' "$d"/out/good/part-*

# ---- not in a row ----

d=$T/mixed
mkdir "$d"
configure
for n in $(seq 101 120); do
	echo 'do segv' >"$d/bad/$n-a.txt"
	echo "good one $n" >"$d/bad/$n-b.txt"
done
check 'the daemon starts' start
none_left() { [ -z "$(left)" ]; }
check 'twenty, with good ones between, stop nothing' until_true none_left
check 'the daemon ends well' stop
check "twenty have failed: $(failures)" [ "$(failures)" -eq 20 ]
check 'twenty are out' [ "$(cat "$d"/out/bad/part-* | wc -l)" -eq 20 ]

# ---- it says so itself ----

d=$T/fatal
mkdir "$d"
configure
echo 'a good one' >"$d/bad/1.txt"
echo 'do fatal' >"$d/bad/2.txt"
echo 'a third' >"$d/bad/3.txt"
check 'the daemon starts' start
check 'the pipeline is stopped at once' until_true logged \
    '^<3>.*pipeline "bad" is stopped: .*unusable'
echo 'of another pipeline' >"$d/drop/1.txt"
check 'another pipeline goes on' until_true all_taken
check 'the daemon ends well' stop
check 'its document stays in the folder' [ -e "$d/bad/2.txt" ]
check 'nothing has failed' [ "$(failures)" -eq 0 ]

total
