#!/bin/sh
# t_hostile.sh - bombs, traversals, loops and damage in containers: each ends with
# its reason, in bounded time, and takes nothing else with it.
. "$(dirname "$0")/lib.sh"

[ -e "$PLUGINS_DIR/read-archive.so" ] && [ -e "$PLUGINS_DIR/read-warc.so" ] ||
    exit 77

config web '.pipelines.web.chain = [{plugin: "read-jsonl"},
    {plugin: "read-warc"}, {plugin: "read-archive"}] +
    (.pipelines.web.chain | map(select(.plugin != "dedup-exact")))'
D=$T/in
mkdir -p "$D" "$T/tmp"
packed() { # NAME: base64 on standard input
	base64 -d >"$D/$1"
}
zeros() { # MEBIBYTES
	head -c "$(($1 * 1024 * 1024))" /dev/zero
}

# ---- bombs ----
zeros 256 | gzip -9 >"$D/bomb.gz"
gzip -9c "$D/bomb.gz" >"$D/bomb.gz.gz"
mkdir "$T/tmp/many"
for i in 1 2 3 4 5 6 7 8; do
	cp "$D/bomb.gz" "$T/tmp/many/$i.gz"
done
tar -C "$T/tmp/many" -czf "$D/bombs.tar.gz" .
truncate -s 1T "$T/tmp/hole"
tar -C "$T/tmp" -cSf "$D/hole.tar" hole
if command -v bzip2 >/dev/null; then
	zeros 256 | bzip2 >"$D/bomb.bz2"
fi
# 60 members that lie in each other: 60 MiB in 6 KB.
packed overlap.zip.gz <<'END'
H4sIAAAAAAACA+3X/UvddRQH8M998mqzuZmCtYq72GKsZt75LFpf25DShpZD5hh4XYuEHlwDYcsm
d2FIgk3oYRCNvuVmzRbFCtpa4E1SF4a1qen6Yd0oWliWZeuBRXbO7R4OO5/TX5BvET7IC5T3UfBd
V+PzZxljUuFz9bbm76eKetONiQRXGC98JS/PhMyXi3VXoP0fHXz/IUAOobCC/nje3VwFKERoo4LW
BB/tWA3IEMrXvl3O+e6/lhkTT0miAgXd+vsNw9OAYoQKFXTb03c3nwDkEipSUI9n4FIPoCihYgWV
/3iHpwVQhFCJgoZ7/N9tAuQQKlXQxPai128EFEqisNZ47vidn/95FTwJaY1vGV0snwQUDySR1ri3
v+z0W4BihLTG2/5+6uNuQC4hrfFfdjnNDwCKEtIaX3doZtIBFCGkNR7OL4ytAuQQ0hqPD1299rc0
6ImQ1njH8dFXzwIyhLTGa5ZvDRwHFPf/izZqjf9w34r6LkAxQlrjX8wO3r8TkEtIa/zyruuqKwBF
CWmNP3xk5t4cQBFCWuMNU6crF+DpENIaf3JfY/c4PEOEtMb3bG5JO4ZPQlrjUyb7Qic8474k0hov
q+6aboJnjJDW+INbTz5TBk83ifK1xs0nL2/PhmeUkNa4c6QtPh+Enghpjb9S2eqOAXIIaY2P3Fz1
WD+gECGt8YGByV8PADKEtMZfuLy+ZQeguDeJtMY3rAyfKAYUI6Q1Hj65YU0mIJeQ1vhE5bLauRTo
iZDWeP2n+987AyiSRAVa42/MPBvoA+QQ0hrP/ilrUwegECGt8W97q9oaARlCWuPRo4/vLgAU9ySR
1vjBoxP7MgDFCGmNjz5xqnQ2AD0R0hof3H1txTCgKCGt8c6Rr69xAUUIaY2Xv3M2sx2QQ0hrfGR5
8KYGQKEkKtQab121/lwYkCGkNb7trvaMdEBxk0Ra423Fb5Zf9ENPhLTGM2rP1Q0BcglpjZ/v/bn3
MKAoIa3xz8amF/cCihDSGp+7592V9YAcQlrj8wsv9eUCChHSGr9+tuS1NECGUOnch2EPPIbcS7WP
pDa5ZilLWcr/Lrf76mo83izz34vlyuTlSS/HC2dtYspIL3cMpzqxaqSXk4bTmhg41s8j1g3nucTW
kV4OHc6pxOyRXm4ezoXEApJezh+Oz4NjSHq5hDjr0JdIL0cRZwv6UunlPuLs8eBakl5OJc4h9NZ9
5WrifIDeuq8cUJyv0Fv3lVuKk+LFZSW9nFWcW9Bb95ULi1OH3rqvHFucNvTWfeXu4ryI3rqvnGCc
QfTWfeUa43zjxW0mvRxmnDQfzjTp5Ubj5KK37ivnGqcevXVfudw4e9Fb95UjjnMYvXVfuec4Q+it
+8ppx7mI3rqvXHmcdD9uPunl4OOE0Vv3lduP0+DHJSi9nIGcdvTWfeUi5LjorfvKccgZRm/dV+5E
zix6675yMnIyAjggpZfrkVOA3rqvHJKcRvTWfeWm5HSgt+4r5yWnD711X7k0OWcCuDull6OTM4fe
uq/cn5zMFFyj0sspyilGb91XrlLODvTWfeVA5RxAb91XblVOP3rrvnK2csbQW/eVC5Yzj966rxyz
nOwgTlvr91/sWk5ZEFeu9HLicprQW/eVa5fTid66rxy+nGPorfvKDcwZR2/dV85hzgJ6675yGXNy
UnEnSy9HMqcCvXVfuZc5O9Fb95XTmdOFHu4bwL8OUw4fDvxf9Tb+r2r+AbYt6osGGAAA
END
gunzip "$D/overlap.zip.gz"

# ---- loops ----
echo 'At the bottom of it all.' >"$T/tmp/deep"
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	gzip -c "$T/tmp/deep" >"$T/tmp/deep.gz"
	mv "$T/tmp/deep.gz" "$T/tmp/deep"
done
mv "$T/tmp/deep" "$D/deep.gz"

# ---- names that lead out ----
packed slip.zip <<'END'
UEsDBBQAAAAAAAAAIVhJgh4nDwAAAA8AAAAOAAAALi4vLi4vZXZpbC50eHRvdmVyIHRoZSBmZW5j
ZQpQSwMEFAAAAAAAAAAhWKmd7okOAAAADgAAAAkAAAAvZXZpbC50eHRmcm9tIHRoZSByb290ClBL
AwQUAAAAAAAAACFY3z0PcgoAAAAKAAAACwAAAC4uXGV2aWwudHh0YmFja3dhcmRzClBLAQIUAxQA
AAAAAAAAIVhJgh4nDwAAAA8AAAAOAAAAAAAAAAAAAACAAQAAAAAuLi8uLi9ldmlsLnR4dFBLAQIU
AxQAAAAAAAAAIVipne6JDgAAAA4AAAAJAAAAAAAAAAAAAACAATsAAAAvZXZpbC50eHRQSwECFAMU
AAAAAAAAACFY3z0PcgoAAAAKAAAACwAAAAAAAAAAAAAAgAFwAAAALi5cZXZpbC50eHRQSwUGAAAA
AAMAAwCsAAAAowAAAAAA
END
mkdir "$T/tmp/escape"
echo 'From a tar.' >"$T/tmp/escape/evil.txt"
ln -s /etc/passwd "$T/tmp/escape/link"
ln "$T/tmp/escape/evil.txt" "$T/tmp/escape/other"
mkfifo "$T/tmp/escape/pipe"
(cd "$T/tmp/escape" && tar -cPf "$D/escape.tar" --transform 's,^,../../,' \
    evil.txt link other pipe)

# ---- damage ----
packed encrypted.zip <<'END'
UEsDBBQAAQAAAAAAIViMsuviBwAAAAcAAAAFAAAAYS50eHRzZWNyZXQKUEsDBBQAAAAAAAAAIVim
j2UdEAAAABAAAAAFAAAAYi50eHRBbiBvcGVuIGxldHRlci4KUEsBAhQDFAABAAAAAAAhWIyy6+IH
AAAABwAAAAUAAAAAAAAAAAAAAIABAAAAAGEudHh0UEsBAhQDFAAAAAAAAAAhWKaPZR0QAAAAEAAA
AAUAAAAAAAAAAAAAAIABKgAAAGIudHh0UEsFBgAAAAACAAIAZgAAAF0AAAAAAA==
END
mkdir "$T/tmp/good"
for i in 1 2 3; do
	echo "Good text number $i." >"$T/tmp/good/$i.txt"
done
(cd "$T/tmp/good" && tar -cf "$T/tmp/good.tar" 1.txt 2.txt 3.txt)
head -c 2600 "$T/tmp/good.tar" >"$D/short.tar"
{ head -c 1024 "$T/tmp/good.tar"; echo noise; } | gzip >"$D/noise.tar.gz"
gzip -c "$T/tmp/good.tar" | head -c 60 >"$D/short.tar.gz"
printf '\037\213\010\000' >"$D/header.gz"
record() { # LENGTH
	printf 'WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: %s\r\n\r\n' "$1"
}
{
	record -5
	printf 'bad length\r\n\r\n'
	record 9999
	printf 'longer than it is\r\n\r\n'
	record 15
	printf 'A good record.\n\r\n\r\n'
} >"$D/bad.warc"

# ---- the run ----
echo 'A neighbour.' >"$D/zz.txt"
status 'all of it ends' 0 timeout "$((3 * DEADLINE))" "$LAVOIR" run \
    -c "$CONFIG" "$D"
lavoir decisions --json >"$T/decisions"

# fails PATH REASON-OR-DETAIL: one of its documents did, for that.
fails() {
	jq -es --arg p "$1" --arg d "$2" 'map(select(.path == $p and
	    .outcome == "failed" and
	    (((.reason // "") + " " + (.detail // "")) | contains($d)))) |
	    length > 0' "$T/decisions" >/dev/null ||
	    fail "$1 does not fail for \"$2\": $(jq -c --arg p "$1" \
		'select(.path == $p) | {member, outcome, reason, detail}' \
		"$T/decisions" | head -n 5)"
	pass "$1 fails: $2"
}
gives() { # PATH TEXT
	exported | jq -r --arg p "$1" 'select(.metadata.path == $p) | .text' |
	    grep -qx -- "$2" || fail "$1 does not give \"$2\""
	pass "$1 gives: $2"
}

fails hole.tar member_size_max
for f in bomb.gz bomb.gz.gz bombs.tar.gz; do
	fails $f ratio_max
done
[ ! -e "$D/bomb.bz2" ] || fails bomb.bz2 ratio_max
is 'each of the bombs in a tar' 8 "$(jq -s 'map(select(.path == "bombs.tar.gz"
    and .outcome == "failed" and (.member // "" | endswith(".gz")))) |
    length' "$T/decisions")"
is 'no more of the overlapping members than the limit' true "$(jq -s \
    '[.[] | select(.path == "overlap.zip")] | length <= 60' "$T/decisions")"
fails deep.gz 'nested too deep'
gives slip.zip 'over the fence'
gives slip.zip 'from the root'
gives slip.zip 'backwards'
gives escape.tar 'From a tar.'
is 'names stay inside' '' "$(exported | jq -r '.metadata.member // empty |
    select(startswith("/") or test("(^|[/\\\\])\\.\\.([/\\\\]|$)"))')"
is 'nothing was written' '' "$(find "$T" / -maxdepth 1 -name 'evil*')"
fails encrypted.zip 'it is encrypted'
gives encrypted.zip 'An open letter.'
fails short.tar runcated
gives short.tar 'Good text number 1.'
gives short.tar 'Good text number 2.'
fails noise.tar.gz ''
fails short.tar.gz 'cut off'
fails header.gz ''
fails bad.warc 'no Content-Length'
fails bad.warc 'cut off'
gives bad.warc 'A good record.'
gives zz.txt 'A neighbour.'
is 'no worker was lost' 1 "$(jq -s 'map(.attempts // 1) | max' "$T/decisions")"
end
