#!/bin/sh
# t_validate.sh - every mistake in a configuration is told, at its place.
. "$(dirname "$0")/lib.sh"

config web
status 'a good configuration is valid' 0 lavoir validate
lavoir validate --json | json 'and says so' '.valid and .errors == 0'
lavoir validate --show | jq -e '.pipelines.web.chain | length == 5' \
    >/dev/null || fail 'the shown configuration is no configuration'

config web '.wokers = 3 | .pipelines.web.chain[1].plugin = "clean-txt"'
status 'a wrong one is not' 78 lavoir validate
grep -q "^$CONFIG:[0-9]*:[0-9]*: /wokers: .*did you mean \"workers\"" \
    "$T/output" || fail "no place, or no suggestion: $(cat "$T/output")"
grep -q '/pipelines/web/chain/1' "$T/output" || fail 'only the first problem'
lavoir validate --json >"$T/json" 2>/dev/null || true
json 'all of them as JSON' '(.valid | not) and (.problems | length) == 2 and
    .problems[1].line > 0 and .problems[1].nearest == "workers"' <"$T/json"

printf '{"state": \n' >"$CONFIG"
status 'what is no JSON is wrong' 78 lavoir validate
status 'and nobody can be asked' 78 lavoir status
status 'the daemon does not start either' 78 "$LAVOIRD" -c "$CONFIG"

config web '.pipelines.web.chain[4].options.path = "drop/out"'
status 'an output in a watched folder is wrong' 78 lavoir validate
end
