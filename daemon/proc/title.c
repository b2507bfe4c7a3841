/* title.c - what ps shows of a process. */
#include "proc/title.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/xalloc.h"

/* The one place where argv lies is a property of the process. */
static struct {
	char *start;
	size_t size;
} place;

void
title_init(int argc, char **argv)
{
	char *end = argv[0] + strlen(argv[0]) + 1;
	size_t n = 0;
	char **moved;

	for (int i = 1; i < argc; i++)
		if (argv[i] == end)
			end += strlen(end) + 1;
	while (environ[n])
		n++;
	moved = xcalloc(n + 1, sizeof *moved);
	for (size_t i = 0; i < n; i++) {
		if (environ[i] == end)
			end += strlen(end) + 1;
		moved[i] = xstrdup(environ[i]);
	}
	environ = moved;
	place.start = argv[0];
	place.size = (size_t)(end - argv[0]);
}

void
title_set(const char *format, ...)
{
	char title[256];
	const char *name;
	va_list ap;

	va_start(ap, format);
	vsnprintf(title, sizeof title, format, ap);
	va_end(ap);
	name = strchr(title, ' ');
	prctl(PR_SET_NAME, name ? name + 1 : title);
	if (place.size == 0)
		return;
	memset(place.start, 0, place.size);
	snprintf(place.start, place.size, "%s", title);
}
