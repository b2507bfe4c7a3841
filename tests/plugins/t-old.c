/* t-old.c - a plugin with a table shorter than that of ABI 1.0. */

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
	.size = sizeof(struct lavoir_plugin) - sizeof(void *),
	.abi = LAVOIR_ABI,
	.option_size = sizeof(struct lavoir_option),
	.name = "t-old",
	.version = "1",
	.summary = "For tests",
	.open = open_it,
	.process = process,
};
