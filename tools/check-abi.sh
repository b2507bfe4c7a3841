#!/bin/sh
# check-abi.sh - the public headers stand alone in every dialect, and a plugin
# exports lavoir_plugin_v1 and nothing else.
set -eu
cd "$(dirname "$0")/.."

bad=0
fail() {
	echo "$*"
	bad=1
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compile() { # COMPILER LANGUAGE STANDARD HEADER
	echo "#include \"$4\"" >"$work/header.c"
	"$1" -x "$2" -std="$3" -Wall -Wextra -Wpedantic -Werror -Iinclude \
	    -fsyntax-only "$work/header.c" || fail "$4: not $3 for $1"
}

for header in include/lavoir/*.h; do
	[ -e "$header" ] || continue
	header=${header#include/}
	for compiler in gcc clang; do
		command -v $compiler >/dev/null || continue
		compile $compiler c c11 "$header"
		compile $compiler c c17 "$header"
	done
	for compiler in g++ clang++; do
		command -v $compiler >/dev/null || continue
		compile $compiler c++ c++20 "$header"
	done
done

for object in "$O"/plugins/*.so "$O"/tests/plugins/*.so; do
	[ -e "$object" ] || continue
	exported=$("${NM:-nm}" -D --defined-only "$object" |
	    awk '{ print $NF }' | sort | tr '\n' ' ')
	[ "$exported" = "lavoir_plugin_v1 " ] ||
	    fail "$object exports: ${exported:-nothing}"
done

exit $bad
