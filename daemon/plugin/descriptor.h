/* descriptor.h - a plugin's table as data, read without running the plugin.
 *
 * "lavoird --role describe PATH" loads one plugin in a throw-away process and
 * prints its table as JSON; the rest of the program works on that.
 */
#ifndef LAVOIR_PLUGIN_DESCRIPTOR_H
#define LAVOIR_PLUGIN_DESCRIPTOR_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "lavoir/plugin.h"

enum {
	DESCRIBE_TIMEOUT_MS = 5000,
	DESCRIBE_OUTPUT_MAX = 1 << 20 /* bytes of JSON */
};

struct descriptor {
	/* size, abi, name, version, summary, options, accepts, reads, writes,
	 * reasons and counters as in the object; function pointers NULL. */
	struct lavoir_plugin table;
	bool has_check, has_process, has_commit;
	const char *path; /* of the object */
};

/* The table as one JSON object. */
void descriptor_write_json(struct buf *b, const struct lavoir_plugin *p,
    const char *path);

/* Back from JSON, in arena a. The text comes from a process that ran foreign
 * code: checked. ERR_INVAL names what is wrong, or is the "error" that the
 * process reported instead of a table. */
int descriptor_parse(struct descriptor *d_r, const char *json, struct arena *a,
    struct err *e);

/* Look NAME up along the search path (NULL-terminated array of folders), run
 * the throw-away process (PROGRAM --role describe PATH), with a deadline of
 * DESCRIBE_TIMEOUT_MS, and parse what it prints.  Safe in a program with
 * threads.  ERR_NOENT: no such file (the text lists the folders searched);
 * ERR_INVAL: it is not a plugin for this ABI, or it crashed, hung or exited
 * when loaded (the text says which, with its last words). */
int descriptor_load(struct descriptor *d_r, const char *program,
    const char *const *search, const char *name, struct arena *a,
    struct err *e);

/* Options json against the table's check() in the same kind of process (PROGRAM
 * --role describe PATH - BASE, the options on its standard input, where no ps
 * shows secrets): 0, or ERR_INVAL with check()'s message.  Only for plugins
 * with has_check. */
int descriptor_check(const struct descriptor *d, const char *program,
    const char *options_json, const char *base, struct err *e);

/* The throw-away process: load, print the table as JSON to fd 1; with options
 * ("-": read from fd 0) print what check() says of them instead: {} or
 * {"error": MESSAGE}.  Returns an exit code.  Standard output is taken away
 * from the plugin before it is loaded. */
int describe_main(const char *path, const char *options_json, const char *base);

#endif
