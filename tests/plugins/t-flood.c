/* t-flood.c - a plugin that finds the hidden output and floods it. */
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
	static const char junk[4096];
	int fd;

	for (fd = 3; fd < 128; fd++)
		while (write(fd, junk, sizeof(junk)) > 0)
			;
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "t-flood",
	.version = "1",
	.summary = "For tests",
	.open = open_it,
	.process = process,
};
