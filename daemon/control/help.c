/* help.c - help texts for the terminal. */
#include "control/help.h"

#include <string.h>

#include "control/cmd.h"
#include "control/output.h"

enum { WIDTH = 78, OPTION_INDENT = 8 };

/* Words wrapped behind an indent; an empty line parts paragraphs. */
static void
wrap(FILE *f, const char *s, size_t indent)
{
	size_t column = 0;

	while (*s) {
		size_t len = strcspn(s, " \n");

		if (column > 0 && column + 1 + len > WIDTH) {
			fputc('\n', f);
			column = 0;
		}
		if (column == 0)
			column += (size_t)fprintf(f, "%*s", (int)indent, "");
		else
			column += (size_t)fprintf(f, " ");
		column += fwrite(s, 1, len, f);
		s += len;
		if (strncmp(s, "\n\n", 2) == 0) {
			fputs("\n\n", f);
			column = 0;
		}
		s += strspn(s, " \n");
	}
	fputc('\n', f);
}

static void
print_options(FILE *f, const struct command_option *o)
{
	for (; o->name; o++) {
		fprintf(f, "  --%s%s%s\n", o->name, o->argument ? " " : "",
		    o->argument ? o->argument : "");
		wrap(f, o->help, OPTION_INDENT);
	}
}

void
help_usage(FILE *f, const struct command *c)
{
	fprintf(f, "usage: lavoir %s [OPTIONS]%s%s\n", c->name,
	    *c->arguments ? " " : "", c->arguments);
}

void
help_command(FILE *f, const struct command *c)
{
	if (c->run == cmd_help) {
		help_list(f);
		return;
	}
	help_usage(f, c);
	fputc('\n', f);
	wrap(f, c->help, 0);
	fputs("\nOptions:\n", f);
	print_options(f, c->options);
	print_options(f, command_common());
}

void
help_list(FILE *f)
{
	fputs("usage: lavoir COMMAND [OPTIONS] [ARGUMENTS]\n\n", f);
	for (const struct command *c = command_table(); c->name; c++)
		if (!(c->flags & COMMAND_HIDDEN))
			fprintf(f, "  %-14s %s\n", c->name, c->summary);
	fputs("\nOptions of every command:\n", f);
	print_options(f, command_common());
	fputs("\n\"lavoir COMMAND --help\" tells more.\n", f);
}

int
cmd_help(const struct invocation *v)
{
	char name[80];
	const struct command *c;

	if (v->n_arguments == 0) {
		help_list(stdout);
		return output_end();
	}
	snprintf(name, sizeof name, "%s%s%s", v->argument[0],
	    v->n_arguments > 1 ? " " : "",
	    v->n_arguments > 1 ? v->argument[1] : "");
	c = command_find(name);
	if (c && c->run) {
		help_command(stdout, c);
		return output_end();
	}
	fputs("lavoir help: no command \"", stderr);
	output_escaped(stderr, name);
	fputs("\"\n", stderr);
	return 64;
}
