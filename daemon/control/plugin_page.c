/* plugin_page.c - a plugin's reference page, from its table. */
#include <sysexits.h>

#include "control/call.h"
#include "control/cmd.h"
#include "model/options_help.h"
#include "plugin/descriptor.h"

static void
put_names(struct buf *b, const char *title, const struct lavoir_name *list)
{
	if (!list || !list->name)
		return;
	buf_printf(b, "## %s\n\n", title);
	for (; list->name; list++)
		buf_printf(b, "- `%s`%s%s\n", list->name,
		    list->help ? ": " : "", list->help ? list->help : "");
	buf_append_byte(b, '\n');
}

static void
put_page(struct buf *b, const struct descriptor *d)
{
	buf_append_str(b,
	    "<!-- Made by \"make docs\" from the plugin's table; "
	    "changes here are lost. -->\n");
	buf_printf(b, "# %s\n\nThis plugin %s. Version %s; %s.\n\n",
	    d->table.name, d->table.summary, d->table.version,
	    d->has_process && d->has_commit ? "takes part in both phases"
		: d->has_commit ? "runs in order, among the other documents "
				  "(`commit`)"
				: "looks at each document alone (`process`)");
	if (d->table.options && d->table.options->name) {
		buf_append_str(b, "## Options\n\n");
		options_help(b, d->table.options, OPTIONS_HELP_MARKDOWN);
		if (b->ptr[b->len - 1] != '\n')
			buf_append_byte(b, '\n');
		buf_append_byte(b, '\n');
	}
	put_names(b, "Media types it reads", d->table.accepts);
	put_names(b, "Attributes it needs", d->table.reads);
	put_names(b, "Attributes it sets", d->table.writes);
	put_names(b, "Reasons it ends documents for", d->table.reasons);
	put_names(b, "Counters", d->table.counters);
	/* One newline at the end. */
	while (b->len > 1 && b->ptr[b->len - 2] == '\n')
		b->len--;
}

int
cmd_plugins_page(const struct invocation *v, const char *name, struct buf *b)
{
	struct config *c = NULL;
	struct descriptor d;
	struct err e = { 0 };
	struct arena *a;
	int code = call_settings(v, &c);

	if (code != EX_OK)
		return code;
	a = arena_new(0);
	if (descriptor_load(&d, v->program, c->plugin_path, name, a, &e) < 0)
		code = call_fail(v, EX_UNAVAILABLE, "%s", e.text);
	else
		put_page(b, &d);
	arena_free(&a);
	config_free(&c);
	return code;
}
