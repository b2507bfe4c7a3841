/* t-flags.c - a plugin that needs something this daemon does not know. */

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

const struct lavoir_plugin lavoir_plugin_v1 = {
	.size = sizeof(struct lavoir_plugin),
	.abi = LAVOIR_ABI,
	.option_size = sizeof(struct lavoir_option),
	.flags = 1u << 31,
	.name = "t-flags",
	.version = "1",
	.summary = "For tests",
	.open = open_it,
	.process = process,
};
