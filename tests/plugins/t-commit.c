/* t-commit.c - a plugin that misbehaves in the sequencer, as the document says.
 */
#include <unistd.h>

#include "marked.h"

static int
do_abort(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	abort();
}

static int
exit_0(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	exit(0);
}

static int
spin(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	for (volatile unsigned long i = 0;; i++)
		;
	return LAVOIR_OK;
}

static int
sleep_on(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	for (;;)
		sleep(1000);
	return LAVOIR_OK;
}

static int
alive(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	while (!self->host->cancelled(self->host))
		;
	return LAVOIR_ECANCELED;
}

static int
invalid(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	return self->host->fail(self->host, LAVOIR_EINVAL, "not to be handled");
}

static int
no_memory(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	return self->host->fail(self->host, LAVOIR_ENOMEM, "no memory left");
}

static int
nonsense(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	return 4711;
}

static int
series_unknown(struct self *self, struct lavoir_doc *doc)
{
	self->host->append(doc, 99, NULL, (struct lavoir_str){ "x\n", 2 });
	return LAVOIR_OK;
}

static int
close_all(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	return LAVOIR_OK;
}

static int
garbage(struct self *self, struct lavoir_doc *doc)
{
	static const char junk[64] = "\xff\xff\xff\xff\xff\xff\xff\xff";

	(void)self;
	(void)doc;
	for (int fd = 3; fd < 1024; fd++)
		if (write(fd, junk, sizeof(junk)) < 0)
			continue;
	return LAVOIR_OK;
}

static const struct behaviour behaviours[] = {
	{ "commit-segv", marked_segv },
	{ "commit-abort", do_abort },
	{ "commit-exit", exit_0 },
	{ "commit-spin", spin },
	{ "commit-sleep", sleep_on },
	{ "commit-alive", alive },
	{ "commit-invalid", invalid },
	{ "commit-no-memory", no_memory },
	{ "commit-nonsense", nonsense },
	{ "commit-series", series_unknown },
	{ "commit-close-all", close_all },
	{ "commit-garbage", garbage },
	{ .name = NULL },
};

static int
commit(void *self, struct lavoir_doc *doc)
{
	return marked_run(self, doc, behaviours);
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "t-commit",
	.version = "1",
	.summary = "For tests",
	.options = marked_options,
	.open = marked_open,
	.close = marked_close,
	.commit = commit,
};
