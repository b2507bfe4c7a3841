#!/bin/bash
# t_doc_links.sh - links between the pages lead somewhere, and source files that
# they name are there.
set -eu
bad=0
links=0
for page in README.md docs/*.md docs/plugins/*.md; do
	for link in $(grep -o ']([^)]*)' "$page" | sed 's/^](//; s/)$//; s/#.*//'); do
		case $link in http* | '') continue ;; esac
		links=$((links + 1))
		[ -e "$(dirname "$page")/$link" ] ||
		    { echo "$page: $link leads nowhere"; bad=1; }
	done
	for file in $(grep -Eo '`[a-z]+(/[A-Za-z0-9_-]+)+\.(c|h|sh|service)`' "$page" |
	    tr -d '`'); do
		[ -e "$file" ] || [ -e "daemon/$file" ] || [ -e "include/$file" ] ||
		    { echo "$page: there is no $file"; bad=1; }
	done
done
[ "$links" -gt 0 ] || { echo "no links found"; bad=1; }
exit "$bad"
