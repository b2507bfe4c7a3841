/* config.c - lavoir.json as checked settings. */
#include "config/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/xalloc.h"
#include "config/load.h"
#include "config/pipelines.h"
#include "config/plugins.h"
#include "config/settings.h"

static const char *
keep(struct load *l, const char *s, size_t len)
{
	const char *copy = arena_strndup(l->arena, s, len);

	ensure(copy != NULL);
	return copy;
}

/* The folder is resolved, the file's own name is not: a configuration that is a
 * link has its relative paths where the link is. */
static int
locate(struct load *l, struct err *e)
{
	const char *file = l->o->file, *slash;
	char *cwd = getcwd(NULL, 0), *folder = NULL, *whole = NULL;
	int rc = 0;

	if (!cwd)
		return err_sys(e, "the current folder");
	l->cwd = keep(l, cwd, strlen(cwd));
	l->c->base = l->cwd;
	l->c->file = "";
	if (!file)
		goto out;
	slash = strrchr(file, '/');
	folder = slash ? xasprintf("%.*s", (int)(slash - file + 1), file)
		       : xstrdup(".");
	whole = realpath(folder, NULL);
	if (!whole) {
		rc = err_sys(e, "%s", file);
		goto out;
	}
	l->c->base = keep(l, whole, strlen(whole));
	free(whole);
	whole = xasprintf("%s/%s", strcmp(l->c->base, "/") ? l->c->base : "",
	    slash ? slash + 1 : file);
	l->c->file = keep(l, whole, strlen(whole));
out:
	free(whole);
	free(folder);
	free(cwd);
	return rc;
}

static void
load_all(struct load *l)
{
	/* With a main file that is no JSON nothing else can be judged. */
	if (!l->sources.source[0].root)
		return;
	settings_load(l);
	if (l->o->settings_only) {
		l->problems.errors = 0;
		return;
	}
	pipelines_load(l);
	guard_check(&l->guard, &l->problems);
}

int
config_load(struct config **c_r, const struct config_load_options *o,
    struct err *e)
{
	struct load l = { .o = o, .c = xcalloc(1, sizeof(*l.c)) };
	int rc;

	*c_r = NULL;
	l.arena = l.c->arena = l.problems.arena = arena_new(0);
	rc = locate(&l, e);
	if (rc < 0)
		goto out;
	rc = sources_open(&l.sources, &l.problems, o->file ? l.c->file : NULL,
	    e);
	if (rc < 0)
		goto out;
	load_all(&l);
	if (!o->settings_only || l.problems.errors)
		problems_tell(&l.problems, o->problem, o->arg);
	if (l.problems.errors)
		rc = err_set(e, ERR_CONFIG, "%s: %zu error%s",
		    o->file ? o->file : "built-in defaults", l.problems.errors,
		    l.problems.errors == 1 ? "" : "s");
out:
	plugins_forget(&l);
	guard_fini(&l.guard);
	problems_fini(&l.problems);
	sources_close(&l.sources);
	if (rc < 0)
		config_free(&l.c);
	*c_r = l.c;
	return rc;
}

void
config_free(struct config **c)
{
	if (!*c)
		return;
	arena_free(&(*c)->arena);
	free(*c);
	*c = NULL;
}
