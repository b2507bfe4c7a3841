#!/bin/sh
# t_explain.sh - why a file was not taken, and what became of a document.
. "$(dirname "$0")/lib.sh"

config web '.pipelines.web.watch[0] += {settle: "1h", exclude: ["*.log"],
    size_max: 1000}'
start
cd "$T"

# says STATE FILE
says() {
	lavoir explain --json "$2" | jq -r .file.state >"$T/found" || true
	is "$2" "$1" "$(cat "$T/found")"
}

echo young >drop/young.txt
says settling drop/young.txt
echo x >drop/x.log
says excluded drop/x.log
ln -s young.txt drop/link.txt
says not_regular drop/link.txt
mkfifo drop/fifo
says not_regular drop/fifo
head -c 2000 /dev/zero | tr '\0' x >drop/large.txt
says too_large drop/large.txt
says settling "$T/tmp/../drop/young.txt"
status 'a file elsewhere is not watched' 66 lavoir explain "$CONFIG"
status 'a file that is not there' 66 lavoir explain drop/none.txt
status 'an id that is not there' 66 lavoir explain web-77

status 'people get a sentence' 0 lavoir explain drop/young.txt
grep -q '^why .*quiet' "$T/output" || fail "no reason: $(cat "$T/output")"
lavoir pause
lavoir explain --json drop/young.txt |
    json 'and what else is in the way' '.file.blocked | test("paused")'
drop moved.txt 'moved in'
says waiting drop/moved.txt
lavoir explain --json drop/moved.txt |
    json 'with the reason' '.file.detail | test("paused")'
lavoir resume

wait_for 'moved.txt' ended moved.txt
drop copy.txt 'moved in'
wait_for 'copy.txt' ended copy.txt
lavoir explain --json drop/moved.txt | json 'an end, by its path' \
    '.ends[0].id == "web-1" and .ends[0].outcome == "exported" and
    (.ends[0].exported_to[0] | endswith("/out")) and
    .ends[0].media_type == "text/plain"'
lavoir explain --json web-2 | json 'an end, by its id' \
    '.ends[0].path == "copy.txt" and .ends[0].duplicate_of == "web-1" and
    .ends[0].similarity == 1'
status 'for people, too' 0 lavoir explain web-2
grep -q '^duplicate of  *web-1' "$T/output" || fail 'not of what'
stop
says settling drop/young.txt
lavoir explain --json web-1 |
    json 'also without a daemon' '(.daemon | not) and .ends[0].id == "web-1"'
end
