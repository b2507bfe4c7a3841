#!/bin/sh
# t_arrival.sh - a document is taken when it is complete, whatever way it came.
. "$(dirname "$0")/lib.sh"

config web '.pipelines.web.watch[0].settle = "200ms"'
start
text_of() { exported | jq -r --arg p "$1" 'select(.metadata.path == $p).text'; }

# A writer that pauses longer than settle keeps its file.
(
	exec 3>"$T/drop/slow.txt"
	printf 'first half, ' >&3
	: >"$T/half"
	while [ ! -e "$T/go" ]; do sleep 0.05; done
	printf 'second half' >&3
) &
WRITER=$!
wait_for 'the writer' test -e "$T/half"
drop other.txt 'another document'
wait_for 'other.txt' ended other.txt
drop later.txt 'a later one'
wait_for 'later.txt' ended later.txt
[ -z "$(decision slow.txt)" ] || fail 'slow.txt was cut'
pass 'a writer that pauses is not cut'
: >"$T/go"
wait "$WRITER"
wait_for 'slow.txt' ended slow.txt
is 'it is taken whole' 'first half, second half' "$(text_of slow.txt)"

# Hard links: taken when one name is left.
printf 'linked text' >"$T/linked"
ln "$T/linked" "$T/drop/linked.txt"
drop sign1.txt 'sign one'
wait_for 'sign1.txt' ended sign1.txt
[ -z "$(decision linked.txt)" ] || fail 'linked.txt was taken too early'
rm "$T/linked"
wait_for 'linked.txt' ended linked.txt
pass 'a link is taken when it is the only name'

# A directory moved in, with directories in it.
mkdir -p "$T/tree/x/y"
printf 'in x' >"$T/tree/x/1.txt"
printf 'in y' >"$T/tree/x/y/2.txt"
mv "$T/tree" "$T/drop/tree"
wait_for 'tree/x/1.txt' ended tree/x/1.txt
wait_for 'tree/x/y/2.txt' ended tree/x/y/2.txt
pass 'a directory moved in is looked through'
[ -f "$T/drop/.lavoir/done/tree/x/y/2.txt" ] || fail 'done/ has no tree'
pass 'done/ has the same tree'

# What is no regular file stays and is explained.
ln -s /etc/passwd "$T/drop/link.txt"
mkfifo "$T/drop/fifo.txt"
truncate -s 1T "$T/drop/sparse.txt"
drop sign2.txt 'sign two'
wait_for 'sign2.txt' ended sign2.txt
for name in link fifo sparse; do
	[ -e "$T/drop/$name.txt" ] || [ -L "$T/drop/$name.txt" ] ||
	    fail "$name.txt is gone"
	lavoir explain "$T/drop/$name.txt" >"$T/output" 2>&1 || true
	[ -s "$T/output" ] || fail "$name.txt is not explained"
	pass "$name.txt stays and is explained: $(tail -n 1 "$T/output")"
done
rm "$T/drop/link.txt" "$T/drop/fifo.txt" "$T/drop/sparse.txt"

# Names are bytes.
hostile=$(printf 'new\nline -- \377\376.txt')
drop "$hostile" 'text under a hostile name'
drop '-rf' 'text under a dashing name'
long=$(awk 'BEGIN { for (i = 0; i < 251; i++) printf "n"; print ".txt" }')
drop "$long" 'text under a long name'
wait_for 'the dashing name' ended -rf
wait_for 'the long name' ended "$long"
wait_for 'the folder to be empty' drop_is_empty
[ -f "$T/drop/.lavoir/done/$hostile" ] || fail 'the hostile name is lost'
exported | jq -r .metadata.path_b64 | grep -q "$(printf '%s' "$hostile" |
    base64 | tr -d '\n')" || fail 'its bytes are not exported'
pass 'names are bytes, in and out'

# The same name again and again is a document each time.
for n in 1 2 3; do
	drop same.txt "text number $n"
	wait_for "same.txt $n" drop_is_empty
done
is 'a name that comes again is a new document' 3 \
    "$(decision same.txt | wc -l)"

# While the daemon is away.
stop
drop away.txt 'dropped while it was away'
start
wait_for 'away.txt' ended away.txt
pass 'what came while it was away is found'
stop
end
