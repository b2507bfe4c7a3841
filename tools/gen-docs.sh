#!/bin/sh
# gen-docs.sh - write the pages that are made from tables: docs/commands.md,
# docs/man/, docs/plugins/.  With --check: are they as they would be written?
# (docs/configuration.md is written and checked by tests/unit/test_config_doc.)
set -eu
cd "$(dirname "$0")/.."

O=${O:-build/release}
lavoir=$O/lavoir
plugins=$O/plugins
check=
[ "${1:-}" != --check ] || check=1

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
mkdir -p "$made/man" "$made/plugins"
printf '{"plugin_path": ["%s"]}\n' "$(cd "$plugins" && pwd)" >"$made/c.json"

"$lavoir" docs >"$made/commands.md"
"$lavoir" docs --man lavoir.1 >"$made/man/lavoir.1"
"$lavoir" docs --man lavoird.8 >"$made/man/lavoird.8"
for plugin in "$plugins"/*.so; do
	[ -e "$plugin" ] || continue
	name=$(basename "$plugin" .so)
	"$lavoir" docs --plugin "$name" -c "$made/c.json" \
	    >"$made/plugins/$name.md"
done
rm "$made/c.json"

bad=
for page in $(cd "$made" && find . -type f | sort); do
	page=${page#./}
	if [ -z "$check" ]; then
		mkdir -p "docs/$(dirname "$page")"
		cmp -s "$made/$page" "docs/$page" || cp "$made/$page" "docs/$page"
	elif ! cmp -s "$made/$page" "docs/$page"; then
		echo "docs/$page is out of date, try: make docs"
		diff "docs/$page" "$made/$page" | head -n 10 || true
		bad=1
	fi
done
[ -z "$bad" ]
