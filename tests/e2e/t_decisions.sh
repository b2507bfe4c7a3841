#!/bin/sh
# t_decisions.sh - what became of every document, also without a daemon.
. "$(dirname "$0")/lib.sh"

config web '.pipelines.tiny = {watch: [{path: "tiny"}],
    chain: [{plugin: "read-text"}, {plugin: "export-jsonl",
    options: {path: "tiny-out"}}]}'
mkdir "$T/tiny"
status 'before the first there is none' 0 lavoir decisions
is 'not a line' 0 "$(wc -l <"$T/output")"
start
drop a.txt 'some text'
wait_for 'a.txt' ended a.txt
drop b.txt 'some text'
drop "$(printf 'odd\377\nname')" 'more text'
: >"$T/drop/empty.txt"
wait_for 'four ends' ended_count 4
drop c.txt 'tiny text' "$T/tiny"
wait_for 'c.txt' ended c.txt

lavoir decisions --json | head -n 1 | json 'the fields are those, in order' \
    'keys_unsorted == ["id", "path", "member", "sha256", "outcome", "plugin",
    "reason", "detail", "value", "threshold", "measurements", "duplicate_of",
    "similarity", "attempts", "batch"]'
decision a.txt | json 'exported' '.id == "web-1" and .outcome == "exported" and
    (.sha256 | length) == 64 and .attempts == 1 and .plugin == null'
decision b.txt | json 'duplicate' '.outcome == "duplicate" and
    .duplicate_of == "web-1" and .similarity == 1 and
    .plugin == "dedup-exact"'
decision empty.txt | json 'dropped' '.outcome == "dropped" and
    .reason == "empty"'
lavoir decisions --json | jq -c 'select(.path_b64)' |
    json 'a name that is no UTF-8 comes in bytes, too' \
    '(.path_b64 | @base64d | length) > 0 and (.path | test("^odd"))'

lines() { # OPTION...
	lavoir decisions --json "$@" | wc -l
}
is 'only duplicates' 1 "$(lines --outcome duplicate)"
is 'only one pipeline' 1 "$(lines --pipeline tiny)"
is 'since tomorrow' 0 "$(lines --since 2999-01-01)"
is 'since yesterday' 5 "$(lines --since 24h)"
is 'since a time' 5 "$(lines --since 2020-01-01T00:00:00+02:00)"
is 'since the second batch' 4 "$(lines --since 2)"
status 'since nonsense' 64 lavoir decisions --since yesterday
status 'an unknown outcome' 64 lavoir decisions --outcome good
lavoir decisions --json >"$T/alive"
stop
lavoir decisions --json >"$T/stopped"
cmp -s "$T/alive" "$T/stopped" || fail 'they differ without a daemon'
pass 'without a daemon they are the same'
end
