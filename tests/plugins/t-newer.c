/* t-newer.c - a plugin built with the header of a later minor version: table,
 * options and lists are longer than ours. */
#include "lavoir/plugin.h"

struct later_option {
	struct lavoir_option now;
	const char *unit;
	double step;
};

struct later_plugin {
	struct lavoir_plugin now;
	void (*hibernate)(void *self);
};

static const struct later_option options[] = {
	{ { "first", LAVOIR_OPT_INT, 0, "1", 0, 9, NULL, "One." }, "s", 1 },
	{ { "second", LAVOIR_OPT_STR, 0, "\"x\"", 0, 0, NULL, "Two." }, "m",
	    2 },
	{ .unit = NULL },
};

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

extern const struct later_plugin later __asm__("lavoir_plugin_v1")
    __attribute__((visibility("default")));

const struct later_plugin later = {
	.now = {
		.size = sizeof(struct later_plugin),
		.abi = (uint32_t)LAVOIR_ABI_MAJOR << 16 | 7,
		.option_size = sizeof(struct later_option),
		.name = "t-newer",
		.version = "1",
		.summary = "From the future",
		.options = &options[0].now,
		.open = open_it,
		.process = process,
	},
};
