#!/bin/sh
# run.sh - libFuzzer on the plugins, from the documents of their golden cases.
#
# usage: run.sh [PLUGIN ...]     all without arguments
#
# environment: O (build folder, of BUILD=fuzz), FUZZ_S (seconds for each plugin,
# 60).  What was found worth keeping stays in $O/fuzz/PLUGIN and is begun with
# the next time; a crash lies in $O/fuzz/PLUGIN.crash-HASH, and becomes a case of
# the plugin when it is mended.  Last line: N passed, N failed, N skipped.
set -u

cd "$(dirname "$0")/../.." || exit 1
O=${O:-build/fuzz}
program=$O/tests/fuzz/fuzz_plugin
[ -x "$program" ] || { echo "no $program: make fuzz" >&2; exit 1; }
# Of the engine only what a plugin is given: 64 KiB are a large document.
options="-max_total_time=${FUZZ_S:-60} -max_len=65536 -timeout=30
-rss_limit_mb=4096 -print_final_stats=1 -verbosity=0"

# The documents of the cases, one a file; what is there already stays.
seed() { # PLUGIN FOLDER
	n=0
	jq -r '.[] | (.raw // .text | strings | @base64), .raw_base64 // empty' \
	    "plugins/$1/cases.json" | while read -r document; do
		n=$((n + 1))
		echo "$document" | base64 -d >"$2/case-$n"
	done
	jq -r '.[].raw_file // empty' "plugins/$1/cases.json" | sort -u |
	    while read -r file; do cp "plugins/$1/$file" "$2/"; done
}

passed=0 failed=0 skipped=0
[ $# -gt 0 ] || set -- $(cd "$O/plugins" && ls ./*.so | sed 's,\./\(.*\)\.so,\1,')
for plugin; do
	corpus=$O/fuzz/$plugin
	mkdir -p "$corpus" && seed "$plugin" "$corpus" || exit 1
	# shellcheck disable=SC2086
	FUZZ_PLUGIN=$O/plugins/$plugin.so "$program" $options \
	    -artifact_prefix="$corpus." "$corpus" >"$corpus.log" 2>&1
	case $? in
	0) passed=$((passed + 1)) verdict='ok     ' ;;
	77) skipped=$((skipped + 1)) verdict='skip   ' ;;
	*)
		failed=$((failed + 1)) verdict='not ok '
		grep -E 'ERROR|error:|#[0-9] |Test unit' "$corpus.log" |
		    head -n 30
		;;
	esac
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$corpus.log" |
	    tail -n 1)
	echo "$verdict fuzz/$plugin (${runs:-0} runs)"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
