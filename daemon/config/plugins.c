/* plugins.c - the tables of the plugins that a configuration names. */
#include "config/plugins.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/suggest.h"
#include "base/xalloc.h"

enum { NAME_MAX_LEN = 64 };

/* Names of NAME.so in a folder; suggest keeps them, hence the arena. */
static void
offer_folder(struct load *l, const char *folder, struct suggest *s)
{
	DIR *d = opendir(folder);
	const struct dirent *entry;

	while (d && (entry = readdir(d))) {
		size_t len = strlen(entry->d_name);
		char *name;

		if (len <= 3 || strcmp(entry->d_name + len - 3, ".so") != 0)
			continue;
		name = arena_strndup(l->arena, entry->d_name, len - 3);
		ensure(name != NULL);
		suggest_offer(s, name);
	}
	if (d)
		closedir(d);
}

static void
report_unknown(struct load *l, const char *name, struct place at)
{
	struct buf problem = { 0 }, expected = { 0 };
	struct config_problem about = { 0 };
	struct suggest s;

	suggest_init(&s, name);
	buf_printf(&problem, "unknown plugin \"%.80s\"", name);
	buf_append_str(&expected, "a plugin in ");
	for (size_t i = 0; l->c->plugin_path[i]; i++) {
		offer_folder(l, l->c->plugin_path[i], &s);
		buf_printf(&expected, "%s%s", i ? ", " : "",
		    l->c->plugin_path[i]);
	}
	if (!l->c->plugin_path[0])
		buf_append_str(&expected, "plugin_path, which is empty");
	about.problem = buf_str(&problem);
	about.expected = buf_str(&expected);
	about.nearest = suggest_best(&s);
	problems_add(&l->problems, at, &about);
	buf_fini(&problem);
	buf_fini(&expected);
}

/* What the loader would refuse as a name, told as what it is. */
static bool
name_possible(const char *name)
{
	size_t len = strlen(name);

	return len && len <= NAME_MAX_LEN &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

static struct load_plugin *
ask(struct load *l, const char *name)
{
	struct load_plugin *p;
	struct err e = { 0 };

	for (size_t i = 0; i < l->n_plugins; i++)
		if (strcmp(l->plugin[i].name, name) == 0)
			return &l->plugin[i];
	l->plugin = xrealloc(l->plugin, l->n_plugins + 1, sizeof(*l->plugin));
	p = &l->plugin[l->n_plugins++];
	*p = (struct load_plugin){ 0 };
	p->name = arena_strdup(l->arena, name);
	p->rc = name_possible(name) ? descriptor_load(&p->d, l->o->program,
					  l->c->plugin_path, name, l->arena, &e)
				    : ERR_NOENT;
	p->error = arena_strdup(l->arena, e.text);
	ensure(p->name && p->error);
	return p;
}

const struct descriptor *
plugins_find(struct load *l, const char *name, struct place at)
{
	const struct load_plugin *p = ask(l, name);
	struct descriptor *d;

	if (p->rc == ERR_NOENT)
		report_unknown(l, name, at);
	else if (p->rc < 0)
		problems_error(&l->problems, at, "plugin \"%s\": %s", name,
		    p->error);
	if (p->rc < 0)
		return NULL;
	/* The list moves when it grows. */
	d = arena_memdup(l->arena, &p->d, sizeof(p->d));
	ensure(d != NULL);
	return d;
}

bool
plugins_installed(struct load *l, const char *name)
{
	return ask(l, name)->rc != ERR_NOENT;
}

void
plugins_forget(struct load *l)
{
	free(l->plugin);
	l->plugin = NULL;
	l->n_plugins = 0;
}
