#!/bin/sh
# check-size.sh - no file over 500 lines, no function over 60.
#
# A function is what stands between a "{" and a "}" in column 1.
set -eu
cd "$(dirname "$0")/.."

files=$(ls daemon/*/*.[ch] plugins/*/*.[ch] plugins/common/*/*.[ch] \
    tests/*/*.[ch] bench/*.[ch] include/*/*.h 2>/dev/null || true)
[ -n "$files" ] || exit 0

awk -v file_max=500 -v function_max=60 '
function finish() {
	if (lines > file_max) {
		printf "%s: %d lines, at most %d\n", name, lines, file_max
		bad = 1
	}
}
FNR == 1 { finish(); name = FILENAME; begin = 0 }
{ lines = FNR }
/^\{$/ { begin = FNR }
/^\}$/ && begin {
	if (FNR - begin - 1 > function_max) {
		printf "%s:%d: a function of %d lines, at most %d\n", \
		    name, begin, FNR - begin - 1, function_max
		bad = 1
	}
	begin = 0
}
END { finish(); exit bad }
' $files
