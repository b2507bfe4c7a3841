/* t-exit.c - a plugin that ends the process when it is loaded. */
#include <stdlib.h>

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
	exit(0);
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "t-exit",
	.version = "1",
	.summary = "For tests",
	.open = open_it,
	.process = process,
};
