#!/bin/bash
# t_plugin_page.sh - docs/plugins.md is true: its plugin builds, runs and passes
# its cases, typed off the page.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
tree=$PWD
umask 022

# block N: the N-th code block of the page.
block() {
	awk -v n="$1" '
	/^```/ { inside = !inside; if (inside) at++; next }
	inside && at == n' "$tree/docs/plugins.md"
}

block 1 >"$dir/shout.c"
block 3 >"$dir/lavoir.json"
cd "$dir"
# The folders of an installed lavoir are those of the build here.
sed -i "s,/usr/lib/lavoir/plugins,$PLUGINS," lavoir.json
step() {
	block "$1" | sed "s,^cc ,${CC:-cc} -I$tree/include ,
		s,SOURCE/build/release,$O,; s,^lavoir ,$LAVOIR ," >"step$1"
	sh -eu "./step$1" >"out$1" 2>&1 || {
		echo "step $1 failed:"
		cat "step$1" "out$1"
		exit 1
	}
}
has() { # FILE PATTERN
	grep -q "$2" "$1" || { echo "no \"$2\" in $1:"; cat "$1"; exit 1; }
}

step 2
step 4
has out4 'shout .*1\.0'
has out4 'no errors'
step 5
has out5 '"path":"loud.txt".*"reason":"shouting".*"threshold":0.3'
has out5 '"text":"Nothing to see here.*"shout.share":0.0625'
step 6
has out6 '^5 passed, 0 failed'

# "Change 0.3 to 3 and validate once more."
sed -i 's/0\.3/3/' lavoir.json
status=0
"$LAVOIR" validate -c lavoir.json >wrong 2>&1 || status=$?
[ "$status" -eq 78 ] || { echo "status $status"; cat wrong; exit 1; }
has wrong 'chain/1/options/max'
echo "the page is true"
