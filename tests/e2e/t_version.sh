#!/bin/sh
# t_version.sh - the command line itself: version, help, what is wrong.
. "$(dirname "$0")/lib.sh"

"$LAVOIR" version >"$T/output"
grep -qx 'lavoir [0-9.]*' "$T/output" || fail "version: $(cat "$T/output")"
"$LAVOIR" version --json | json 'version as JSON' '.version | length > 0'
status 'no command is a mistake' 64 "$LAVOIR"
status 'an unknown command is a mistake' 64 "$LAVOIR" statos
grep -q 'did you mean "status"' "$T/output" || fail 'no suggestion'
status 'an unknown option is a mistake' 64 "$LAVOIR" decisions --sins 1
grep -q 'did you mean "--since"' "$T/output" || fail 'no suggestion'
status 'half a command is a mistake' 64 "$LAVOIR" failed
grep -q 'list, show, retry' "$T/output" || fail 'no list of the halves'
status 'an argument too many is a mistake' 64 "$LAVOIR" drain now
status 'an option without its value is a mistake' 64 "$LAVOIR" status -c
status 'a switch takes no value' 64 "$LAVOIR" version --json=yes
status 'a missing configuration is no input' 66 "$LAVOIR" status -c "$T/none"
for command in run status explain decisions validate 'failed list' \
    'failed show' 'failed retry' 'plugins list' 'plugins info' pause resume \
    drain reload fsck version; do
	# shellcheck disable=SC2086
	status "$command explains itself" 0 "$LAVOIR" $command --help
	grep -q "^usage: lavoir $command" "$T/output" || fail 'no usage'
	"$LAVOIR" help | grep -q "^  $command " || fail "help lacks $command"
done
end
