#!/bin/sh
# check-style.sh - rules that neither compiler nor clang-format knows:
# the first line says what a file is; a file's own header comes first, which
# proves that it stands alone; nothing is left to be done later.
set -eu
cd "$(dirname "$0")/.."

files=$(ls daemon/*/*.[ch] plugins/*/*.[ch] plugins/common/*/*.[ch] \
    tests/*/*.[ch] bench/*.[ch] 2>/dev/null || true)
[ -n "$files" ] || exit 0

awk '
function complain(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	bad = 1
}
function exists(path,    line, found) {
	found = (getline line <path) > 0
	close(path)
	return found
}
FNR == 1 {
	name = FILENAME
	sub(/.*\//, "", name)
	if (index($0, "/* " name " - ") != 1)
		complain("the first line is not \"/* " name " - what it is\"")
	own = ""
	if (FILENAME ~ /^daemon\/.*\.c$/) {
		own = FILENAME
		sub(/c$/, "h", own)
		if (!exists(own))
			own = ""
		sub(/^daemon\//, "", own)
	}
}
own && /^#[ \t]*include/ {
	if ($2 != "\"" own "\"")
		complain("\"" own "\" is not included first")
	own = ""
}
/(^|[^A-Za-z_])(TODO|FIXME|XXX)([^A-Za-z_]|$)/ { complain("unfinished") }
END { exit bad }
' $files
