/* commands.h - the one table of what operators can do.
 *
 * From it come the command line, the requests that the socket takes, the help
 * texts, docs/commands.md and the manual pages.
 */
#ifndef LAVOIR_CONTROL_COMMANDS_H
#define LAVOIR_CONTROL_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	COMMAND_WRITE = 1,   /* changes something: root and the daemon's user */
	COMMAND_HIDDEN = 2,  /* not for people */
	COMMAND_OFFLINE = 4, /* needs no running daemon */
	COMMAND_BARE = 8,    /* has no configuration */
};
enum { COMMAND_OPTIONS_MAX = 12, COMMAND_ANY = 1 << 20 };

struct client;
struct invocation;

struct command_option {
	const char *name;     /* "since" */
	const char *argument; /* "TIME"; NULL: a switch */
	const char *help;
};

struct command {
	const char *name;      /* "failed list" */
	const char *arguments; /* "ID..."; "" */
	int arguments_min, arguments_max;
	unsigned flags;
	const char *summary; /* one line, lower case, no full stop */
	const char *help;    /* paragraphs */
	const struct command_option *options; /* ends with a NULL name */
	/* The client's side; a sysexits code. NULL: only for the socket. */
	int (*run)(const struct invocation *v);
	/* The daemon's side; NULL: the socket does not know it. */
	void (*serve)(struct client *c);
};

/* What was typed, checked against the table. */
struct invocation {
	const struct command *command;
	const char *program; /* to execute for roles; absolute */
	const char *config;  /* NULL: embedded defaults */
	bool json;
	bool help;
	const char *value[COMMAND_OPTIONS_MAX]; /* as in command->options; ""
						 * for switches; NULL: not
						 * given */
	const char *const *argument;
	size_t n_arguments;
};

/* Ends with a NULL name. */
const struct command *command_table(void);
/* Options of every command; ends with a NULL name. */
const struct command_option *command_common(void);
const struct command *command_find(const char *name);

/* The value of an option of this command. */
bool command_has_option(const struct command *c, const char *name);
const char *command_option(const struct invocation *v, const char *name);

#endif
