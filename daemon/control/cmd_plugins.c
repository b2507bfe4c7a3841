/* cmd_plugins.c - "lavoir plugins list" and "info". */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/json_write.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "control/call.h"
#include "control/cmd.h"
#include "control/output.h"
#include "model/options_help.h"
#include "plugin/descriptor.h"
#include "plugin/table.h"

/* ---- names ---- */

struct names {
	char **name;
	size_t n;
};

static void
add_name(struct names *all, const char *file)
{
	size_t len = strlen(file);
	char *name;

	if (len < 4 || strcmp(file + len - 3, ".so") != 0)
		return;
	name = xasprintf("%.*s", (int)(len - 3), file);
	if (!table_name_valid(name)) {
		free(name);
		return;
	}
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->name[i], name) == 0) {
			free(name);
			return;
		}
	all->name = xrealloc(all->name, all->n + 1, sizeof *all->name);
	all->name[all->n++] = name;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Each once: the first along the path is the one that counts. */
static void
find_names(struct names *all, const char *const *search)
{
	for (; *search; search++) {
		DIR *dir = opendir(*search);
		struct dirent *d;

		while (dir && (d = readdir(dir)))
			add_name(all, d->d_name);
		if (dir)
			closedir(dir);
	}
	if (all->name)
		qsort(all->name, all->n, sizeof *all->name, by_bytes);
}

/* ---- list ---- */

static void
list_one(const struct invocation *v, const char *name,
    const struct descriptor *d, const struct err *e)
{
	struct buf b = { 0 };

	if (!v->json) {
		output_fieldf(name, "%-8s %s", d ? d->table.version : "?",
		    d ? d->table.summary : e->text);
		return;
	}
	if (d) {
		descriptor_write_json(&b, &d->table, d->path);
	} else {
		buf_append_byte(&b, '{');
		json_write_key(&b, "name");
		json_write_cstr(&b, name);
		json_write_key(&b, "error");
		json_write_lossy(&b, e->text, strlen(e->text));
		buf_append_byte(&b, '}');
	}
	output_json(&b);
	buf_fini(&b);
}

int
cmd_plugins_list(const struct invocation *v)
{
	struct config *c = NULL;
	struct names all = { 0 };
	struct arena *a;
	int code = call_settings(v, &c);

	if (code != EX_OK)
		return code;
	a = arena_new(0);
	find_names(&all, c->plugin_path);
	for (size_t i = 0; i < all.n; i++) {
		struct descriptor d;
		struct err e = { 0 };
		int rc = descriptor_load(&d, v->program, c->plugin_path,
		    all.name[i], a, &e);

		list_one(v, all.name[i], rc == 0 ? &d : NULL, &e);
		if (rc < 0)
			code = EX_UNAVAILABLE;
		free(all.name[i]);
	}
	free(all.name);
	arena_free(&a);
	config_free(&c);
	return code == EX_OK ? output_end() : code;
}

/* ---- info ---- */

static void
print_names(const char *title, const struct lavoir_name *list)
{
	if (!list || !list->name)
		return;
	printf("\n%s:\n", title);
	for (; list->name; list++) {
		fputs("  ", stdout);
		output_escaped(stdout, list->name);
		if (list->help) {
			fputs(": ", stdout);
			output_escaped(stdout, list->help);
		}
		putchar('\n');
	}
}

static void
print_info(const struct descriptor *d)
{
	struct buf b = { 0 };

	output_fieldf(d->table.name, "%s: %s", d->table.version,
	    d->table.summary);
	output_field("file", d->path);
	output_field("phases",
	    d->has_process && d->has_commit ? "process, commit"
		: d->has_commit		    ? "commit"
					    : "process");
	print_names("Reads media types", d->table.accepts);
	print_names("Needs attributes", d->table.reads);
	print_names("Sets attributes", d->table.writes);
	print_names("Drops for", d->table.reasons);
	print_names("Counts", d->table.counters);
	if (d->table.options && d->table.options->name) {
		options_help(&b, d->table.options, OPTIONS_HELP_TEXT);
		printf("\nOptions:\n%s", buf_str(&b));
	}
	buf_fini(&b);
}

int
cmd_plugins_info(const struct invocation *v)
{
	struct config *c = NULL;
	struct descriptor d;
	struct err e = { 0 };
	struct arena *a;
	int code = call_settings(v, &c);

	if (code != EX_OK)
		return code;
	a = arena_new(0);
	if (descriptor_load(&d, v->program, c->plugin_path, v->argument[0], a,
		&e) < 0)
		code = call_fail(v,
		    e.code == ERR_NOENT ? EX_NOINPUT : EX_UNAVAILABLE, "%s",
		    e.text);
	else if (v->json)
		list_one(v, v->argument[0], &d, NULL);
	else
		print_info(&d);
	arena_free(&a);
	config_free(&c);
	return code == EX_OK ? output_end() : code;
}
