#!/bin/sh
# t_mail.sh - a mailbox with everything in it, and on after a crash.
. "$(dirname "$0")/lib.sh"

for p in read-mail read-csv read-archive; do
	[ -e "$PLUGINS_DIR/$p.so" ] || { echo "no $p.so"; exit 77; }
done
export SOURCE_DATE_EPOCH=1700000000
config web '.pipelines.web.chain = [{plugin: "read-mail"},
    {plugin: "read-archive"}, {plugin: "read-csv"}] +
    .pipelines.web.chain'

# message SUBJECT, with the rest of the header and the body on standard input
message() {
	printf 'From sender@example.org Mon Mar  4 09:30:00 2024\n'
	printf 'From: Jeanne Martin <jeanne@example.org>\nSubject: %s\n' "$1"
	cat
	printf '\n'
}
# part TYPE NAME, its contents on standard input
part() {
	printf -- '--b\nContent-Type: %s; name="%s"\n' "$1" "$2"
	printf 'Content-Disposition: attachment; filename="%s"\n' "$2"
	printf 'Content-Transfer-Encoding: base64\n\n'
	base64
}
mixed='Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

'

mkdir "$T/files"
printf 'the first file of the archive' >"$T/files/1.txt"
printf 'the second file of the archive' >"$T/files/2.txt"
tar -C "$T/files" -czf "$T/files.tar.gz" 1.txt 2.txt
{
	printf '\nGood morning, this is plain text.\n>From here on.\n' |
	    message '=?utf-8?q?D=C3=A9j=C3=A0_vu?='
	{
		printf '%sVoil=E0 the files.\n' "$mixed"
		part application/octet-stream files.tar.gz <"$T/files.tar.gz"
		printf 'text,n\nthe first row,1\n"the second, row",2\n' |
		    part text/csv rows.csv
		printf -- '--b--\n'
	} | message 'with files'
	{
		printf '%sForwarded.\n--b\n' "$mixed"
		printf 'Content-Type: message/rfc822\n\nSubject: inner\n\n'
		printf 'The message within.\n--b--\n'
	} | message 'with a message'
	printf 'Content-Type: multipart/encrypted; boundary=b\n\n--b\n\n\n' |
	    message 'secret'
} >"$T/mail.mbox"

cd "$T"
cp mail.mbox drop/
is 'every part has its end' '[9,8,0,0,1]' "$(lavoir run --json drop 2>"$LOG" |
    jq -c '[.documents, .exported, .dropped, .duplicates, .failed]')"
is 'in order, with the way to each' \
    '1!/text 2!/text 2!/files.tar.gz!/1.txt 2!/files.tar.gz!/2.txt '"\
2!/rows.csv!/1 2!/rows.csv!/2 3!/text 3!/2!/text" \
    "$(exported | jq -r .metadata.member | tr '\n' ' ' | sed 's/ $//')"
exported | jq -s '.[0]' | json 'the text, its title and author' \
    '.text == "Good morning, this is plain text.\nFrom here on." and
    .metadata.title == "Déjà vu" and .metadata.authors == ["Jeanne Martin"]'
exported | jq -s '.[1]' | json 'encodings are undone' '.text == "Voilà the files."'
exported | jq -s '.[2]' | json 'what is attached knows its message' \
    '.text == "the first file of the archive" and
    .metadata["mail.subject"] == "with files" and .metadata.title == null'
exported | jq -s '.[5]' | json 'a row of a table that was attached' \
    '.text == "the second, row" and .metadata.n == "2"'
exported | jq -s '.[7]' | json 'a message within has its own title' \
    '.metadata.title == "inner" and .metadata["mail.subject"] == null'
lavoir decisions --json | jq -c 'select(.outcome == "failed")' |
    json 'an encrypted message fails alone' '.detail == "encrypted"'
rm -rf "$T/drop" "$T/out" "$T/state" "$T/run"

# A large one, killed on the way.
N=1500
[ "${BUILD:-release}" = release ] || N=300
DEADLINE=$((3 * DEADLINE))
i=0
while [ $i -lt $N ]; do
	printf 'From a@example.org Mon Mar  4 09:30:00 2024\n'
	printf 'Subject: number %d\n\nThis is message %d.\n\n' $i $i
	i=$((i + 1))
done >"$T/large"
lines() { cat "$T"/out/*.jsonl 2>/dev/null | wc -l; }
more_than() { [ "$(lines)" -gt "$1" ] || drop_is_empty; }

for run in 1 2; do
	mkdir -p "$T/drop"
	cp "$T/large" "$T/drop/large.mbox"
	start
	if [ $run = 2 ]; then
		for n in $((N / 4)) $((N / 2)); do
			wait_for "$n messages" more_than $n
			crash
			start
		done
	fi
	wait_for 'the mailbox has its end' drop_is_empty
	stop
	is 'every message is a document' $N "$(lines)"
	mv "$T/out" "$T/out$run"
	rm -rf "$T/drop" "$T/state"
done
cmp "$T/out1/part-00001.jsonl" "$T/out2/part-00001.jsonl" ||
    fail 'a mailbox that was killed on the way: other bytes'
pass 'killed on the way, it goes on without loss or repetition'
end
