#!/bin/sh
# t_pipe.sh - JSON lines in, JSON lines out.
. "$(dirname "$0")/lib.sh"

config web 'del(.pipelines.web.watch) | .pipelines.web.chain |=
    [{plugin: "read-jsonl"}] + .'
cd "$T"
printf '{"text":"one"}\n{"text":"two  two"}\nno json\n' >a.jsonl
printf 'file  text' >f.txt
ln -s f.txt link.txt
mkfifo fifo
cat >in <<'LINES'
{"id":"a","text":"hello   world","attributes":{"lang":"en","list":[1,"x"]}}
{"id":7,"path":"f.txt"}
{"id":"c","path":"a.jsonl"}
{"id":"d","raw_base64":"aGVsbG8=","media_type":"text/plain"}
{"id":"e","raw_base64":"AAAAAAAA"}
nonsense
{"id":"g"}
{"id":"h","path":"none"}
{"id":"i","text":""}
{"id":"j","path":"fifo"}
{"id":"k","text":"x","attributes":{"bad name":1}}
{"id":"l","text":"last"}
LINES
code=0
lavoir pipe <in >out 2>err || code=$?
is 'what is no JSON is told at the end' 65 "$code"
is 'one line for each, and for each child, in order' \
    '["a",7,"c#0","c#1","c#2","d","e",null,"g","h","i","j","k","l"]' \
    "$(jq -sc 'map(.id)' out)"
is 'the verdicts' 'keep keep keep keep fail keep fail fail fail fail drop fail fail keep' \
    "$(jq -r .verdict out | tr '\n' ' ' | sed 's/ $//')"
head -n 1 out | json 'all fields' 'keys_unsorted == ["id", "text",
    "attributes", "tags", "verdict", "plugin", "reason", "detail",
    "measurements"]'
head -n 1 out | json 'cleaned, labelled, attributes kept' \
    '.text == "hello world" and .attributes.lang == "en" and
    .attributes.list == [1, "x"] and .attributes.words == 2'
sed -n 2p out | json 'a file' '.text == "file text"'
sed -n 4p out | json 'a child' '.text == "two two"'
sed -n 6p out | json 'bytes' '.text == "hello"'
sed -n 11p out | json 'a drop has no text' '.text == null and
    .reason == "empty"'
is 'nothing is written' '' "$(ls -d state out2 run 2>/dev/null)"

# What comes out goes in again: the same.
jq -c 'select(.verdict == "keep") | {id, text, attributes}' out >again
lavoir pipe <again >twice
is 'a second time nothing changes' "$(jq -c '[.id, .text]' again)" \
    "$(jq -c '[.id, .text]' twice)"

# Containers beside each other, more lines than are taken at once.
seq 1 500 | sed 's/.*/{"text":"child &"}/' >many.jsonl
for i in 1 2 3 4 5 6; do
	echo "{\"id\":\"c$i\",\"path\":\"many.jsonl\"}"
	echo "{\"id\":\"t$i\",\"text\":\"between\"}"
done >in
lavoir pipe <in >out
is 'no line is lost' 3006 "$(wc -l <out)"
for i in 1 2 3 4 5 6; do
	seq 0 499 | sed "s/^/c$i#/"
	echo "t$i"
done >expected
jq -r .id out >ids
cmp -s expected ids || fail 'other lines, or another order'
pass 'in order'

# Asked one by one: no answer waits for the next question.
mkfifo ask answer
lavoir pipe <ask >answer &
exec 3>ask 4<answer
for i in 1 2 3; do
	echo "{\"id\":$i,\"text\":\"question\"}" >&3
	read -r line <&4
	is 'an answer at once' "$i" "$(echo "$line" | jq .id)"
done
exec 3>&- 4<&-

# A plugin that dies or hangs costs its own document.
config web 'del(.pipelines.web.watch) | .limits = {stall: "1s", total: "2s"} |
    .pipelines.web.chain |= .[:1] + [{plugin: "t-misbehave"}] + .[1:]'
cat >in <<'LINES'
{"id":1,"text":"good"}
{"id":2,"text":"do abort"}
{"id":3,"text":"good, too"}
{"id":4,"text":"do spin"}
{"id":5,"text":"do exit"}
{"id":6,"text":"do text-invalid"}
{"id":7,"text":"good as well"}
LINES
lavoir pipe <in >out 2>err
is 'its neighbours are well' 'keep fail keep fail fail fail keep' \
    "$(jq -r .verdict out | tr '\n' ' ' | sed 's/ $//')"
sed -n 2p out | json 'a crash is told' '.plugin == "t-misbehave" and
    .reason == "crash" and (.detail | test("SIGABRT"))'
sed -n 4p out | json 'a hang is told' '.plugin == "t-misbehave" and
    .reason == "timeout"'

config web '.pipelines.other = .pipelines.web |
    .pipelines.other.watch[0].path = "other" |
    .pipelines.other.chain[4].options.path = "other-out"'
status 'with two pipelines, which?' 64 lavoir pipe </dev/null
status 'that one' 0 lavoir pipe --pipeline other </dev/null
status 'not that one' 64 lavoir pipe --pipeline none </dev/null
end
