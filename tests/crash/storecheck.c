/* storecheck.c - does a state folder agree with itself?  Changes nothing.
 *
 * usage: storecheck STATE	status 0: yes; 1: no, the last line says why
 */
#include <stdio.h>
#include <string.h>

#include "store/fsck.h"

static void
report(void *arg, enum fsck_severity severity, const char *text)
{
	char *last = arg;

	if (severity == FSCK_ERROR)
		snprintf(last, 512, "%s", text);
	puts(text);
}

int
main(int argc, char **argv)
{
	struct fsck_totals totals = { 0 };
	struct err e = { 0 };
	char last[512] = "";

	if (argc != 2) {
		fputs("usage: storecheck STATE\n", stderr);
		return 2;
	}
	if (fsck_store(argv[1], report, last, &totals, &e) < 0) {
		puts(e.text);
		return 1;
	}
	if (totals.errors > 0)
		puts(last);
	return totals.errors > 0;
}
