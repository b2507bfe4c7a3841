/* options_help.c - an option table as help text, Markdown and roff. */
#include "model/options_help.h"

#include <string.h>

#include "model/options.h"
#include "model/options_text.h"

enum { WIDTH = 78, INDENT = 8 };

/* "integer, list" and what is said behind it. */
static void
write_type(struct buf *b, const struct lavoir_option *o)
{
	if ((o->flags & LAVOIR_OPT_LIST) != 0)
		buf_append_str(b, "list of ");
	buf_append_str(b, options_type_name(o->type));
}

static void
write_flags(struct buf *b, const struct lavoir_option *o)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} flags[] = {
		{ LAVOIR_OPT_REQUIRED, "required" },
		{ LAVOIR_OPT_SECRET, "secret" },
		{ LAVOIR_OPT_DEPRECATED, "deprecated" },
		{ LAVOIR_OPT_OUTPUT, "written to" },
		{ LAVOIR_OPT_RESOURCE, "read while running" },
	};
	bool first = true;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if ((o->flags & flags[i].flag) == 0)
			continue;
		buf_append_str(b, first ? "" : ", ");
		buf_append_str(b, flags[i].name);
		first = false;
	}
}

static void
write_allowed(struct buf *b, const struct lavoir_option *o)
{
	if (o->type == LAVOIR_OPT_ENUM)
		options_write_choices(b, o);
	else
		options_write_range(b, o);
}

/* Words of s, wrapped behind an indent. */
static void
write_wrapped(struct buf *b, const char *s)
{
	size_t column = 0;

	while (*s != '\0') {
		size_t len = strcspn(s, " \n");

		if (len > 0 && column + 1 + len > WIDTH - INDENT) {
			buf_append_byte(b, '\n');
			column = 0;
		}
		if (len > 0 && column == 0)
			buf_append_str(b, "        ");
		else if (len > 0)
			buf_append_byte(b, ' ');
		buf_append(b, s, len);
		column += len > 0 ? len + (column > 0) : 0;
		s += len;
		s += strspn(s, " \n");
	}
	if (column > 0)
		buf_append_byte(b, '\n');
}

static void
write_part(struct buf *b, const char *lead, struct buf *part)
{
	if (part->len > 0) {
		buf_append_str(b, lead);
		buf_append(b, part->ptr, part->len);
	}
	part->len = 0;
}

/* "integer, from 1 to 10, default 3, required" */
static void
write_summary(struct buf *b, const struct lavoir_option *o)
{
	struct buf part = { 0 };

	write_type(b, o);
	write_allowed(&part, o);
	write_part(b, o->type == LAVOIR_OPT_ENUM ? ": " : ", ", &part);
	if (o->def != NULL) {
		buf_append_str(b, "; default ");
		buf_append_str(b, o->def);
	}
	write_flags(&part, o);
	write_part(b, "; ", &part);
	buf_fini(&part);
}

static void
help_text(struct buf *b, const struct lavoir_option *table)
{
	for (size_t i = 0; table[i].name != NULL; i++) {
		buf_printf(b, "    %s  (", table[i].name);
		write_summary(b, &table[i]);
		buf_append_str(b, ")\n");
		write_wrapped(b, table[i].help ? table[i].help : "");
	}
}

/* A cell of a table: no line ends, no bars. */
static void
write_cell(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '|')
			buf_append_byte(b, '\\');
		buf_append_byte(b, *s == '\n' ? ' ' : (uint8_t)*s);
	}
}

static void
markdown_row(struct buf *b, const struct lavoir_option *o)
{
	struct buf cell = { 0 };

	buf_printf(b, "| `%s` | ", o->name);
	write_type(b, o);
	buf_append_str(b, " | ");
	if (o->def != NULL) {
		buf_append_byte(b, '`');
		write_cell(b, o->def);
		buf_append_byte(b, '`');
	}
	buf_append_str(b, " | ");
	write_allowed(&cell, o);
	write_cell(b, buf_str(&cell));
	buf_append_str(b, " | ");
	write_cell(b, o->help ? o->help : "");
	cell.len = 0;
	write_flags(&cell, o);
	if (cell.len > 0)
		buf_printf(b, "%s*%s*", o->help ? " " : "", buf_str(&cell));
	buf_append_str(b, " |\n");
	buf_fini(&cell);
}

static void
help_markdown(struct buf *b, const struct lavoir_option *table)
{
	buf_append_str(b,
	    "| option | type | default | allowed | meaning |\n"
	    "|---|---|---|---|---|\n");
	for (size_t i = 0; table[i].name != NULL; i++)
		markdown_row(b, &table[i]);
}

/* Backslashes, hyphens and what would be a request at the start of a line. */
static void
write_roff(struct buf *b, const char *s)
{
	bool start = true;

	for (; *s != '\0'; s++) {
		if (start && (*s == '.' || *s == '\''))
			buf_append_str(b, "\\&");
		start = *s == '\n';
		if (*s == '\\')
			buf_append_str(b, "\\e");
		else if (*s == '-')
			buf_append_str(b, "\\-");
		else
			buf_append_byte(b, (uint8_t)*s);
	}
}

static void
help_roff(struct buf *b, const struct lavoir_option *table)
{
	struct buf summary = { 0 };

	for (size_t i = 0; table[i].name != NULL; i++) {
		buf_append_str(b, ".TP\n\\fB");
		write_roff(b, table[i].name);
		buf_append_str(b, "\\fR (");
		summary.len = 0;
		write_summary(&summary, &table[i]);
		write_roff(b, buf_str(&summary));
		buf_append_str(b, ")\n");
		write_roff(b, table[i].help ? table[i].help : "");
		buf_append_byte(b, '\n');
	}
	buf_fini(&summary);
}

void
options_help(struct buf *b, const struct lavoir_option *table, int format)
{
	if (options_count(table) == 0)
		return;
	if (format == OPTIONS_HELP_MARKDOWN)
		help_markdown(b, table);
	else if (format == OPTIONS_HELP_ROFF)
		help_roff(b, table);
	else
		help_text(b, table);
}
