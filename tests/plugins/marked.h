/* marked.h - test plugins that do what the first line of a document tells them:
 * "do NAME", with NAME one of the plugin's own table.
 *
 * With the option "harmless" such documents only fail, so that a run with and a
 * run without misbehaviour give all other documents the same ids.
 */
#ifndef LAVOIR_TESTS_PLUGINS_MARKED_H
#define LAVOIR_TESTS_PLUGINS_MARKED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lavoir/plugin.h"

struct self {
	const struct lavoir_host *host;
	bool harmless;
};

struct behaviour {
	const char *name;
	int (*run)(struct self *self, struct lavoir_doc *doc);
};

static const struct lavoir_option marked_options[] = {
	{ "harmless", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "Documents that are marked only fail." },
	{ .name = NULL },
};

/* A real fault, which no compiler sees coming. */
static inline int
marked_segv(struct self *self, struct lavoir_doc *doc)
{
	volatile int *page =
	    mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)self;
	(void)doc;
	*page = 1;
	return LAVOIR_OK;
}

static int
marked_open(const struct lavoir_plugin *p, const struct lavoir_host *host,
    const struct lavoir_value *opt, void **self_r)
{
	struct self *self = calloc(1, sizeof(*self));

	(void)p;
	if (!self)
		return host->fail(host, LAVOIR_ENOMEM, "no memory");
	self->host = host;
	self->harmless = opt[0].i;
	*self_r = self;
	return LAVOIR_OK;
}

static void
marked_close(void *self)
{
	free(self);
}

static int
marked_run(struct self *self, struct lavoir_doc *doc,
    const struct behaviour *table)
{
	struct lavoir_str text = self->host->doc_text(doc);
	char line[64];
	size_t n = 0;

	while (n < text.len && n < sizeof(line) - 1 && text.ptr[n] != '\n') {
		line[n] = text.ptr[n];
		n++;
	}
	line[n] = '\0';
	if (strncmp(line, "do ", 3) != 0)
		return LAVOIR_OK;
	for (const struct behaviour *b = table; b->name; b++) {
		if (strcmp(b->name, line + 3) != 0)
			continue;
		if (self->harmless)
			return self->host->fail(self->host, LAVOIR_EINVAL,
			    "marked");
		fprintf(stderr, "about to do %s\n", b->name);
		return b->run(self, doc);
	}
	return LAVOIR_OK;
}

#endif
