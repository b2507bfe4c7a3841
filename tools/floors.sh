#!/bin/sh
# floors.sh - check the direction of includes by floors.txt.
#
# Of a file in daemon/: quoted names start at daemon/ ("store/batch.h"), at
# include/ ("lavoir/plugin.h") or, generated tables, in the same folder.
# Of a plugin: lavoir/, common/ (with its pieces), and its own folder.
set -eu
cd "$(dirname "$0")/.."

files=$(ls daemon/*/*.[ch] plugins/*/*.[ch] plugins/common/*/*.[ch] \
    2>/dev/null || true)
[ -n "$files" ] || exit 0

awk '
FILENAME == "tools/floors.txt" {
	if ($1 == "floor")
		for (i = 3; i <= NF; i++)
			floor[$i] = $2
	else if ($1 == "only" || $1 == "never") {
		rule[$2] = $1
		for (i = 3; i <= NF; i++)
			listed[$2, $i] = 1
	}
	next
}

function complain(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	bad = 1
}

function check_library(folder, header) {
	if (!(header in rule))
		return
	if ((rule[header] == "only") != ((header SUBSEP folder) in listed))
		complain(folder " may not include " header)
}

function check_daemon(folder, header,    parts, to) {
	if (!(folder in floor)) {
		complain(folder " has no floor in tools/floors.txt")
		return
	}
	if (header ~ /^lavoir\// || header !~ /\//)
		return
	split(header, parts, "/")
	to = parts[1]
	if (!(to in floor))
		complain("unknown folder in " header)
	else if (to != folder && floor[to] >= floor[folder])
		complain(folder " may not include " header)
}

function check_plugin(folder, header) {
	if (header ~ /\// && header !~ /^(lavoir|common)\//)
		complain("plugins may not include " header)
}

/^[ \t]*#[ \t]*include/ {
	if (!match($0, /[<"][^>"]+[>"]/))
		next
	quoted = substr($0, RSTART, 1) == "\""
	header = substr($0, RSTART + 1, RLENGTH - 2)
	split(FILENAME, path, "/")
	if (path[1] == "daemon")
		check_library(path[2], header)
	if (!quoted)
		next
	if (path[1] == "daemon")
		check_daemon(path[2], header)
	else
		check_plugin(path[2], header)
}

END { exit bad }
' tools/floors.txt $files
