#!/bin/bash
# t_systemd_unit.sh - systemd understands the unit and finds it well locked; its
# user and folders can be made.
set -eu
command -v systemd-analyze >/dev/null || { echo "no systemd-analyze"; exit 77; }
exposure_max=0.5
unit=systemd/lavoird.service
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# The programs of the unit need not be installed here: it gets those just built.
sed "s,/usr/sbin/lavoird,$LAVOIRD,; s,/usr/bin/lavoir ,$LAVOIR ," \
    "$unit" >"$dir/lavoird.service"
[ -x "$LAVOIR" ] || sed -i '/^ExecReload=/d' "$dir/lavoird.service"
out=$(systemd-analyze --man=no verify "$dir/lavoird.service" 2>&1) ||
    { echo "$out"; exit 1; }
# What it does not understand it passes over, with a word.
if grep -F lavoird.service <<<"$out"; then
	exit 1
fi

out=$(systemd-analyze security --offline=true --no-pager "$unit" 2>&1)
exposure=$(sed -n 's/.*Overall exposure level.*: \([0-9.]*\) .*/\1/p' <<<"$out")
if ! awk -v e="$exposure" -v max="$exposure_max" \
    'BEGIN { exit !(e != "" && e + 0 <= max) }'; then
	echo "exposure \"$exposure\", at most $exposure_max"
	grep '✗' <<<"$out" || echo "$out"
	exit 1
fi

# What workers are locked with must be allowed.
for call in seccomp landlock_create_ruleset landlock_add_rule \
    landlock_restrict_self; do
	grep -q "^SystemCallFilter=[^~]*\b$call\b" "$unit" ||
	    { echo "the unit does not allow $call"; exit 1; }
done

# Folders of the installed configuration are those that tmpfiles makes.
for folder in $(grep -o '"/var/lib/lavoir/[a-z]*"' etc/lavoir.json | tr -d '"'); do
	grep -q "^d $folder " systemd/lavoir.tmpfiles ||
	    { echo "lavoir.tmpfiles does not make $folder"; exit 1; }
done

if command -v systemd-sysusers >/dev/null; then
	mkdir -p "$dir/root/etc"
	systemd-sysusers --root="$dir/root" "$PWD/systemd/lavoir.sysusers" \
	    >"$dir/log" 2>&1 || { cat "$dir/log"; exit 1; }
	grep -q '^lavoir:' "$dir/root/etc/passwd" ||
	    { echo "no user lavoir was made"; cat "$dir/log"; exit 1; }
fi
