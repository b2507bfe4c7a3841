/* source.h - a PDF opened with poppler, and what poppler complains of. */
#ifndef LAVOIR_READ_PDF_SOURCE_H
#define LAVOIR_READ_PDF_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include <poppler.h>

#include "lavoir/plugin.h"
#include "pool.h"

/* Between complaints_begin() and complaints_end() what poppler and GLib have to
 * say goes to the host's log, the first few messages of it, and is counted. */
struct complaints {
	const struct lavoir_host *host;
	size_t errors, logged;
	GLogFunc before;
};

void complaints_begin(struct complaints *c, const struct lavoir_host *host);
void complaints_end(struct complaints *c);

/* The document, which the caller gives back with g_object_unref(), or NULL
 * after host->fail(); *rc_r is what to return then.  raw must stay, and the
 * pool's document.  password: the one to try after the empty one; "": none.
 * *rebuilt_r: a part of its structure had to be made up. */
PopplerDocument *source_open(struct pool *pool, struct lavoir_str raw,
    const char *password, bool *rebuilt_r, int *rc_r);

/* Is an encryption dictionary named? */
bool source_encrypted(struct lavoir_str raw);

#endif
