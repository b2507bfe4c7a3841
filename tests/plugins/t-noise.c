/* t-noise.c - a plugin that writes to standard output when loaded. */
#include <unistd.h>

#include "lavoir/plugin.h"

static int
open_it(const struct lavoir_plugin *p, const struct lavoir_host *host,
    const struct lavoir_value *opt, void **self)
{
	(void)p;
	(void)host;
	(void)opt;
	*self = NULL;
	return LAVOIR_OK;
}

static int
process(void *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	return LAVOIR_OK;
}

__attribute__((constructor)) static void
at_load(void)
{
	static const char junk[] = "{\"name\":\"t-forged\"}\n";

	if (write(STDOUT_FILENO, junk, sizeof(junk) - 1) < 0)
		_exit(1);
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "t-noise",
	.version = "1",
	.summary = "For tests",
	.open = open_it,
	.process = process,
};
