#!/bin/sh
# corpus.sh - the documents of the crash matrix.
#
# usage: corpus.sh DIR
#
# The same bytes every time.  More than 60 files: distinct texts, exact
# duplicates, some that fail, empty ones, JSON lines plain, compressed and in an
# archive, names that are hard to handle, and enough text for several compressed
# frames.
set -eu

dir=$1
mkdir -p "$dir/sub/deeper" "$dir/-sub"
cd "$dir"

words() { # SEED COUNT
	awk -v x="$1" -v n="$2" 'BEGIN {
		split("the river of linen and soap runs below a stone roof " \
		    "where people wash talk sing wring carry home their " \
		    "sheets shirts in grey light before noon", w, " ")
		for (i = 1; i <= n; i++) {
			x = (x * 16807 + 11) % 2147483647
			printf "%s%s", w[x % 27 + 1], i % 12 ? " " : ".\n"
		}
		printf "%d.\n", x
	}'
}

text() { # NAME SEED COUNT
	words "$2" "$3" >"./$1"
}

records() { # FROM TO: JSON lines
	i=$1
	while [ "$i" -le "$2" ]; do
		printf '{"id":"r%d","text":"Record %d: %s","lang":"en"}\n' \
		    "$i" "$i" "$(words "$i" 9 | tr '\n' ' ')"
		i=$((i + 1))
	done
}

for i in 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16; do
	text "doc-$i.txt" "1$i" $((${i#0} * 30))
done
for i in 01 02 03 04 05 06 07 08; do
	text "sub/note-$i.txt" "2$i" 80
	text "sub/deeper/leaf-$i.md" "3$i" 60
done
for i in 1 2 3 4 5 6; do
	cp "doc-0$i.txt" "copy-$i.txt"
done
cp doc-03.txt sub/again.txt
cp sub/note-01.txt zz-copy.txt
text big-1.txt 901 90000
text eve-big.txt 902 180000
text sub/large.txt 903 210000
for i in 1 2 3; do
	: >"empty-$i.txt"
	words "$i" 400 | gzip -nc | head -c 900 >"noise-$i.bin"
done
printf '\000\001\002binary\000\377\376\000\000\003' >nul.txt
records 1 9 >lines.jsonl
printf '{"id":"bad","text":\n' >>lines.jsonl
records 10 14 >>lines.jsonl
records 20 29 | gzip -nc >packed.jsonl.gz
{ records 30 33; records 2 3; } | zstd -qc >sub/squeezed.jsonl.zst
# Containers in containers, with members and lines that fail.
mkdir nest nest/sub
records 40 47 >nest/a.jsonl
printf '{"id":"bad","text":\n' >>nest/a.jsonl
records 48 52 | gzip -nc >nest/sub/b.jsonl.gz
text nest/c.txt 501 40
head -c 300 big-1.txt | gzip -nc | head -c 150 >nest/d.bin
printf '\001\002\377\000\003' >nest/e.bin
tar -C nest --sort=name --mtime='2023-11-01 00:00:00 UTC' --owner=0 --group=0 \
    --numeric-owner --format=ustar -cf - . | gzip -nc >nested.tar.gz
rm -r nest
text 'two words.txt' 401 50
text "$(printf 'new\nline.txt')" 402 50
text "$(printf 'latin-\351.txt')" 403 50
text '-rf' 404 50
text '-sub/--help' 405 50
text "quote'\"\$x;.txt" 406 50
text "$(printf '%0255d' 7)" 407 50
text '*' 408 50
text zy-last.txt 999 70
# Files that are older than any run: then none looks as if still written to.
find . -type f -exec touch -h -d '2023-11-01 00:00:00 UTC' {} +
