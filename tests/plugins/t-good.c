/* t-good.c - a plugin that has everything a table can have. */
#include <string.h>

#include "lavoir/plugin.h"

static const char *const colours[] = { "red", "green", NULL };

/* clang-format off */
static const struct lavoir_option options[] = {
	{ "colour", LAVOIR_OPT_ENUM, 0, "\"green\"", 0, 0, colours, "A colour." },
	{ "words_max", LAVOIR_OPT_INT, 0, "10", 1, 100, NULL, "At most so many." },
	{ "words_min", LAVOIR_OPT_INT, 0, "1", 0, 0, NULL, "At least so many." },
	{ "out", LAVOIR_OPT_PATH, LAVOIR_OPT_OUTPUT, NULL, 0, 0, NULL, "Where to." },
	{ "key", LAVOIR_OPT_STR, LAVOIR_OPT_SECRET | LAVOIR_OPT_LIST, NULL, 0, 0,
	    NULL, "Keys \"to\" something." },
	{ .name = NULL },
};
static const struct lavoir_name accepts[] = {
	{ "text/*", "any text" },
	{ .name = NULL },
};
static const struct lavoir_name reads[] = {
	{ "language", "of the text" },
	{ .name = NULL },
};
static const struct lavoir_name writes[] = {
	{ "meta.*", NULL },
	{ .name = NULL },
};
static const struct lavoir_name reasons[] = {
	{ "too_short", "fewer words than words_min" },
	{ "too_long", "more words than words_max" },
	{ .name = NULL },
};
static const struct lavoir_name counters[] = {
	{ "words", "words seen" },
	{ .name = NULL },
};
/* clang-format on */

static bool
check(const struct lavoir_value *opt, char *err, size_t size)
{
	static const char message[] = "words_min is above words_max";

	if (opt[2].i <= opt[1].i)
		return true;
	if (size > sizeof(message))
		memcpy(err, message, sizeof(message));
	return false;
}

static int
open_good(const struct lavoir_plugin *p, const struct lavoir_host *host,
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
	return LAVOIR_PASS;
}

static int
commit(void *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	return LAVOIR_OK;
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "t-good",
	.version = "1.2",
	.summary = "Everything a table can have",
	.options = options,
	.accepts = accepts,
	.reads = reads,
	.writes = writes,
	.reasons = reasons,
	.counters = counters,
	.check = check,
	.open = open_good,
	.process = process,
	.commit = commit,
};
