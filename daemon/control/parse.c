/* parse.c - a command line against the table. */
#include "control/parse.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/suggest.h"

/* ---- options ---- */

struct reader {
	char **argv;
	int argc, at;
	struct invocation *v;
	const char *inside; /* "--name=VALUE"; NULL */
};

/* The value of an option that takes one; NULL: there is none. */
static const char *
take_value(struct reader *r)
{
	if (r->inside)
		return r->inside;
	return r->at + 1 < r->argc ? r->argv[++r->at] : NULL;
}

static int
unknown_option(const struct reader *r, const char *name, struct err *e)
{
	const struct command_option *list[] = { command_common(),
		r->v->command ? r->v->command->options : NULL };
	struct suggest s;
	const char *best;

	suggest_init(&s, name);
	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; list[k] && list[k][i].name; i++)
			suggest_offer(&s, list[k][i].name);
	best = suggest_best(&s);
	return err_set(e, ERR_INVAL, "unknown option \"--%.60s\"%s%s%s", name,
	    best ? "; did you mean \"--" : "", best ? best : "",
	    best ? "\"?" : "");
}

static int
set_common(struct reader *r, const char *name, struct err *e)
{
	struct invocation *v = r->v;

	if (strcmp(name, "config") == 0) {
		v->config = take_value(r);
		return v->config
		    ? 0
		    : err_set(e, ERR_INVAL, "\"--config\" needs a FILE");
	}
	if (r->inside)
		return err_set(e, ERR_INVAL, "\"--%s\" takes no value", name);
	if (strcmp(name, "json") == 0)
		v->json = true;
	else
		v->help = true;
	return 0;
}

static int
set_own(struct reader *r, size_t i, struct err *e)
{
	const struct command_option *o = &r->v->command->options[i];

	if (!o->argument) {
		r->v->value[i] = "";
		return r->inside
		    ? err_set(e, ERR_INVAL, "\"--%s\" takes no value", o->name)
		    : 0;
	}
	r->v->value[i] = take_value(r);
	if (!r->v->value[i])
		return err_set(e, ERR_INVAL, "\"--%s\" needs a value: %s",
		    o->name, o->argument);
	return 0;
}

static int
long_option(struct reader *r, char *name, struct err *e)
{
	const struct command_option *o = command_common();
	char *equals = strchr(name, '=');

	r->inside = NULL;
	if (equals) {
		*equals = '\0';
		r->inside = equals + 1;
	}
	for (size_t i = 0; o[i].name; i++)
		if (strcmp(o[i].name, name) == 0)
			return set_common(r, name, e);
	o = r->v->command ? r->v->command->options : NULL;
	for (size_t i = 0; o && o[i].name; i++)
		if (strcmp(o[i].name, name) == 0)
			return set_own(r, i, e);
	return unknown_option(r, name, e);
}

static int
option(struct reader *r, struct err *e)
{
	char *word = r->argv[r->at], name[8];

	if (word[1] == '-')
		return long_option(r, word + 2, e);
	r->inside = NULL;
	if (word[1] == 'c') {
		snprintf(name, sizeof name, "config");
		r->inside = word[2] ? word + 2 : NULL;
		return set_common(r, name, e);
	}
	if (strcmp(word, "-h") == 0)
		return set_common(r, "help", e);
	return err_set(e, ERR_INVAL, "unknown option \"%.60s\"", word);
}

/* ---- the command's name ---- */

static int
unknown_command(const char *name, struct err *e)
{
	struct suggest s;
	const char *best;

	suggest_init(&s, name);
	for (const struct command *c = command_table(); c->name; c++)
		if (!(c->flags & COMMAND_HIDDEN))
			suggest_offer(&s, c->name);
	best = suggest_best(&s);
	return err_set(e, ERR_INVAL, "no command \"%.60s\"%s%s%s", name,
	    best ? "; did you mean \"" : "; try: lavoir help", best ? best : "",
	    best ? "\"?" : "");
}

/* A group of commands without its second word: which there are. */
static int
half_command(const char *name, struct err *e)
{
	size_t len = strlen(name), n = 0;
	char list[200] = "";

	for (const struct command *c = command_table(); c->name; c++) {
		if (strncmp(c->name, name, len) != 0 || c->name[len] != ' ')
			continue;
		n += (size_t)snprintf(list + n, sizeof list - n, "%s%s",
		    n ? ", " : "", c->name + len + 1);
		if (n >= sizeof list)
			break;
	}
	if (n == 0)
		return unknown_command(name, e);
	return err_set(e, ERR_INVAL, "\"%s\" what? One of: %s", name, list);
}

/* Words are taken from the front: how many it has. */
static int
find_command(struct invocation *v, char **word, int n, struct err *e)
{
	char both[80];

	if (n >= 2) {
		snprintf(both, sizeof both, "%s %s", word[0], word[1]);
		v->command = command_find(both);
		if (v->command && v->command->run)
			return 2;
	}
	v->command = command_find(word[0]);
	if (v->command && v->command->run)
		return 1;
	v->command = NULL;
	return half_command(word[0], e);
}

static int
check_count(const struct invocation *v, struct err *e)
{
	const struct command *c = v->command;

	ensure(c != NULL);
	if (v->n_arguments < (size_t)c->arguments_min)
		return err_set(e, ERR_INVAL, "\"%s\" needs an argument: %s",
		    c->name, c->arguments);
	if (v->n_arguments > (size_t)c->arguments_max)
		return err_set(e, ERR_INVAL, "\"%s\": what is \"%.60s\"?",
		    c->name, v->argument[c->arguments_max]);
	return 0;
}

/* Words before and behind options are gathered at the front of argv.  Where the
 * command stands is found first, since it says which options take values. */
static int
skip_common(struct reader *r, struct err *e)
{
	while (r->at < r->argc && r->argv[r->at][0] == '-' &&
	    r->argv[r->at][1] != '\0') {
		if (option(r, e) < 0)
			return e->code;
		r->at++;
	}
	return 0;
}

int
parse_command_line(struct invocation *v, int argc, char **argv, struct err *e)
{
	struct reader r = { .argv = argv, .argc = argc, .v = v };
	int n = 0, words;
	bool plain = false;

	if (skip_common(&r, e) < 0)
		return e->code;
	if (r.at == argc) {
		v->command = command_find("help");
		ensure(v->command != NULL);
		return v->help ? 0 : err_set(e, ERR_INVAL, "no command");
	}
	words = find_command(v, argv + r.at, argc - r.at, e);
	if (words < 0)
		return words;
	for (r.at += words; r.at < argc; r.at++) {
		char *word = argv[r.at];

		if (!plain && strcmp(word, "--") == 0)
			plain = true;
		else if (plain || word[0] != '-' || word[1] == '\0')
			argv[n++] = word;
		else if (option(&r, e) < 0)
			return e->code;
	}
	v->argument = (const char *const *)argv;
	v->n_arguments = (size_t)n;
	return v->help ? 0 : check_count(v, e);
}
