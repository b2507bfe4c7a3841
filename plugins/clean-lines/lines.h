/* lines.h - which lines of a text go. */
#ifndef LAVOIR_PLUGINS_CLEAN_LINES_LINES_H
#define LAVOIR_PLUGINS_CLEAN_LINES_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "matcher.h"
#include "rules.h"

struct lines {
	struct matcher phrases, keep;
	struct rules rules;
	bool remove[KIND_COUNT];
};

enum { REMOVED_TEXTS = 100 };

/* What was taken out. */
struct removed {
	size_t n, of[KIND_COUNT];
	size_t texts_max; /* in: how many to keep, at most REMOVED_TEXTS */
	struct lavoir_value text[REMOVED_TEXTS]; /* within the text given */
	size_t n_texts;
};

/* text without the lines that are none, to out, which has room for it; the
 * bytes of that, SIZE_MAX when the host has cancelled.  Tables and code between
 * lines of three backquotes stay. */
size_t lines_remove(const struct lines *l, const struct lavoir_host *host,
    struct lavoir_str text, char *out, struct removed *removed);

/* Is it valid UTF-8? */
bool lines_is_text(const char *ptr, size_t len);

#endif
