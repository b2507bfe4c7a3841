#!/bin/bash
# t_sample.sh - "make run" shows every sample document with the right end.
set -eu
export LAVOIR_RUN
LAVOIR_RUN=$(mktemp -d)/run
trap 'rm -rf "${LAVOIR_RUN%/run}"' EXIT

tools/run-sample.sh >"${LAVOIR_RUN%/run}/shown" ||
    { cat "${LAVOIR_RUN%/run}/shown"; exit 1; }

ends=$(sqlite3 -batch "$LAVOIR_RUN/state/ledger.sqlite" "
SELECT substr(cast(path AS text), 1, 2) || ' ' || coalesce(member, '') || ' ' ||
	outcome_name || ' ' || coalesce(reason, '') || ' ' ||
	coalesce(duplicate_of, '') FROM decisions ORDER BY seq;")
expected='01  exported  
02  duplicate exact sample-1
03  exported  
04  exported  
05 1 exported  
05 2 exported  
05 3 failed invalid 
05 4 duplicate exact sample-5#0
05 5 exported  
05  container  
06  dropped empty 
07  failed no_reader 
08  duplicate exact sample-3
09 text exported  
09 paper.pdf exported  
09  container  
10 http://example.org/d exported  
10 http://example.org/e.pdf exported  
10  container  
11 a/one.txt exported  
11 a/two.html exported  
11 three.txt exported  
11  container  
le  exported  '
if [ "$ends" != "$expected" ]; then
	diff <(echo "$expected") <(echo "$ends")
	exit 1
fi
for name in $(cd tests/samples && ls -d [01]*); do
	grep -q "^$name" "${LAVOIR_RUN%/run}/shown" ||
	    { echo "$name is not shown"; exit 1; }
done
[ "$(wc -l <"$LAVOIR_RUN/out/part-00001.jsonl")" -eq 14 ]
