/* probe.h - run the describe process and collect what it says, whatever the
 * plugin in it does. */
#ifndef LAVOIR_PLUGIN_PROBE_H
#define LAVOIR_PLUGIN_PROBE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct probe {
	const char *program;	 /* NULL: this one */
	const char *const *argv; /* NULL-terminated */
	const char *input;	 /* its standard input; NULL: empty */
	int timeout_ms;
	size_t output_max;
};

/* Run it in a process group of its own, to its end or to its deadline, and end
 * the group.  0: it ended with status 0, *output holds what it printed.
 * ERR_INVAL: it did not (the text says how, with the last line of its standard
 * error); ERR_LIMIT and the like: it could not be started. */
int probe_run(const struct probe *p, struct buf *output, struct err *e);

#endif
