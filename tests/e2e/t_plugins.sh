#!/bin/sh
# t_plugins.sh - plugins as they describe themselves.
. "$(dirname "$0")/lib.sh"

config web ".plugin_path = [\"$PLUGINS_DIR\"]"
lavoir plugins list >"$T/list"
for plugin in read-text clean-text tag-basic dedup-exact export-jsonl; do
	grep -q "^$plugin  *[0-9]" "$T/list" || fail "no $plugin"
done
pass 'all are listed'
lavoir plugins list --json | jq -es 'length >= 5 and all(.name and .version)' \
    >/dev/null || fail 'not as JSON'
status 'one in detail' 0 lavoir plugins info export-jsonl
grep -q 'compression' "$T/output" || fail 'without its options'
lavoir plugins info export-jsonl --json | json 'as JSON' \
    '.name == "export-jsonl" and (.options | length) > 0'
status 'one that is not there' 66 lavoir plugins info none-such
status 'a path is no plugin' 69 lavoir plugins info ../read-text
end
