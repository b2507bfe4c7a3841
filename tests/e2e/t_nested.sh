#!/bin/sh
# t_nested.sh - containers within containers: a mail in a mailbox in a tar.gz with
# a PDF attached gives the PDF's text, once, whenever the daemon is killed; web
# archives go on where they were.
. "$(dirname "$0")/lib.sh"

for p in read-archive read-warc read-mail read-pdf; do
	[ -e "$PLUGINS_DIR/$p.so" ] || exit 77
done
export SOURCE_DATE_EPOCH=1700000000
config web '.pipelines.web.chain = ["read-jsonl", "read-warc", "read-archive",
    "read-mail", "read-pdf", "read-text", "clean-text", "tag-basic"] +
    [.pipelines.web.chain[-1]]'
DEADLINE=$((3 * DEADLINE))
N=1500 # documents of a container
[ "${BUILD:-release}" = release ] || N=300
PDF=$(dirname "$0")/../../plugins/read-pdf/files/structure.pdf

# Mails, one in a hundred with the PDF.
mails() {
	base64 "$PDF" >"$T/pdf64"
	awk -v n=$N -v pdf="$T/pdf64" 'BEGIN {
		for (i = 1; i <= n; i++) {
			printf "From a@example.org Thu Jan  1 00:00:00 2026\n"
			printf "From: a@example.org\nTo: b@example.org\n"
			printf "Subject: Letter %d\nMIME-Version: 1.0\n", i
			printf "Message-ID: <%d@example.org>\n", i
			if (i % 100 != 1) {
				printf "Content-Type: text/plain\n\nDear reader"
				printf " %d, how are you?\n\n", i
				continue
			}
			printf "Content-Type: multipart/mixed; boundary=b\n\n"
			printf "--b\nContent-Type: text/plain\n\nDear reader"
			printf " %d, see the attached.\n--b\n", i
			printf "Content-Type: application/pdf; name=a.pdf\n"
			printf "Content-Transfer-Encoding: base64\n"
			printf "Content-Disposition: attachment; "
			printf "filename=a.pdf\n\n"
			while ((getline line <pdf) > 0)
				print line
			close(pdf)
			printf "--b--\n\n"
		}
	}'
}
# Records of a web archive: pages, and what is passed over.
records() { # TEXT
	awk -v n=$N -v text="$1" 'function record(type, body) {
		printf "WARC/1.0\r\nWARC-Type: %s\r\n", type
		printf "WARC-Target-URI: http://example.org/%d\r\n", i
		if (type == "response")
			printf "Content-Type: application/http\r\n"
		printf "Content-Length: %d\r\n\r\n%s\r\n\r\n", length(body), body
	}
	BEGIN {
		for (i = 1; i <= n; i++) {
			record("request", "GET / HTTP/1.1\r\n\r\n")
			record("response", "HTTP/1.1 200 OK\r\n" \
			    "Content-Type: text/plain\r\n\r\n" text " " i ".")
			if (i % 10 == 0)
				record("revisit", "HTTP/1.1 200 OK\r\n\r\n")
		}
	}'
}
# As crawlers write them: a member for every record.
members() {
	awk -v RS='WARC/1.0\r\n' -v ORS='' -v to="gzip -c >>$T/r.warc.gz" '
	NR > 1 { print RS $0 | to; close(to) }' 
}

mkdir "$T/put" "$T/box"
mails >"$T/box/letters.mbox"
printf '{"text":"a line"}\n{"text":"another line"}\n' >"$T/box/lines.jsonl"
records 'A page' >"$T/put/b.warc"
N=$((N / 10))
records 'A packed page' >"$T/r.warc"
N=$((N * 10))
members <"$T/r.warc"
mv "$T/r.warc.gz" "$T/put/c.warc.gz"
tar -C "$T/box" -czf "$T/put/a.tar.gz" letters.mbox lines.jsonl

put() {
	mkdir -p "$T/drop"
	cp "$T"/put/* "$T/drop"
}
clean() { rm -rf "$T/drop" "$T/out" "$T/state"; }
lines() { cat "$T"/out/*.jsonl 2>/dev/null | wc -l; }
more_than() { [ "$(lines)" -gt "$1" ] || drop_is_empty; }

put
start
wait_for 'all of it' drop_is_empty
stop
WANT=$((N + (N + 99) / 100 + 2 + N + N / 10))
is 'every mail, PDF, line and page is a document' "$WANT" "$(lines)"
is 'the PDF of the mail in the mailbox in the tar.gz' $(((N + 99) / 100)) \
    "$(exported | jq -r 'select(.metadata.media_type == "application/pdf" and
    (.text | length) > 20) | .id' | wc -l)"
exported | jq -c 'select(.metadata.media_type == "application/pdf")' |
    head -n 1 | json 'where it was' '.metadata.member | startswith("letters")
    and endswith("a.pdf")'
mv "$T/out" "$T/reference"

clean
put
start
for n in $((N / 5)) $((N * 4 / 5)) $((N * 5 / 4)) $((N * 7 / 4)) \
    $((WANT - N / 20)); do
	wait_for "$n lines" more_than "$n"
	crash
	start
done
wait_for 'the end' drop_is_empty
stop
cmp "$T/reference/part-00001.jsonl" "$T/out/part-00001.jsonl" ||
    fail 'killed in the middle: other bytes'
pass 'killed in the middle, all goes on without loss or repetition'
end
