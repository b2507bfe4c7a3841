/* t-open.c - a plugin that misbehaves in check() or open(), as its option says.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lavoir/plugin.h"

static const struct lavoir_option options[] = {
	{ "how", LAVOIR_OPT_STR, 0, "\"well\"", 0, 0, NULL, "What it does." },
	{ .name = NULL },
};

static bool
is(const struct lavoir_value *opt, const char *how)
{
	return opt[0].s.len == strlen(how) &&
	    memcmp(opt[0].s.ptr, how, opt[0].s.len) == 0;
}

static void
stay(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	for (;;)
		pause();
}

static bool
check(const struct lavoir_value *opt, char *err, size_t size)
{
	if (is(opt, "check-crash"))
		raise(SIGSEGV);
	if (is(opt, "check-exit"))
		exit(0);
	if (is(opt, "check-hang"))
		stay();
	if (!is(opt, "check-error"))
		return true;
	snprintf(err, size, "it is not to its taste");
	return false;
}

static int
open_it(const struct lavoir_plugin *p, const struct lavoir_host *host,
    const struct lavoir_value *opt, void **self)
{
	(void)p;
	*self = NULL;
	if (is(opt, "open-crash"))
		raise(SIGSEGV);
	if (is(opt, "open-abort"))
		abort();
	if (is(opt, "open-exit"))
		exit(0);
	if (is(opt, "open-hang"))
		stay();
	if (is(opt, "open-error"))
		return host->fail(host, LAVOIR_EINVAL, "no such model");
	if (is(opt, "open-fatal"))
		return LAVOIR_EFATAL;
	if (is(opt, "open-nonsense"))
		return 4711;
	if (is(opt, "open-print"))
		puts("{\"ready\":true}");
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
	LAVOIR_PLUGIN_HEAD,
	.name = "t-open",
	.version = "1",
	.summary = "For tests",
	.options = options,
	.check = check,
	.open = open_it,
	.process = process,
};
