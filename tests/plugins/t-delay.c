/* t-delay.c - a plugin that takes its time, as a hash of the text says: results
 * come in another order than documents, in the same one every time. */
#include <stdlib.h>
#include <time.h>

#include "lavoir/plugin.h"

enum { DELAY_MAX_NS = 4 * 1000 * 1000 };

struct self {
	const struct lavoir_host *host;
};

static int
open_it(const struct lavoir_plugin *p, const struct lavoir_host *host,
    const struct lavoir_value *opt, void **self_r)
{
	struct self *self = calloc(1, sizeof(*self));

	(void)p;
	(void)opt;
	if (!self)
		return host->fail(host, LAVOIR_ENOMEM, "no memory");
	self->host = host;
	*self_r = self;
	return LAVOIR_OK;
}

static int
process(void *arg, struct lavoir_doc *doc)
{
	struct self *self = arg;
	struct lavoir_str text = self->host->doc_text(doc);
	uint32_t hash = 2166136261u;
	struct timespec t = { 0 };

	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.ptr[i]) * 16777619u;
	t.tv_nsec = hash % DELAY_MAX_NS;
	nanosleep(&t, NULL);
	return LAVOIR_OK;
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "t-delay",
	.version = "1",
	.summary = "For tests",
	.open = open_it,
	.close = free,
	.process = process,
};
