/* lines.h - text by its lines. */
#ifndef LAVOIR_PLUGINS_READ_MAIL_LINES_H
#define LAVOIR_PLUGINS_READ_MAIL_LINES_H

#include <stdbool.h>
#include <string.h>

#include "lavoir/plugin.h"

struct lines {
	const char *at, *end;
};

static inline struct lines
lines_of(struct lavoir_str s)
{
	return (struct lines){ s.ptr, s.len > 0 ? s.ptr + s.len : s.ptr };
}

/* The next line, without its end (LF or CR LF); false: there is none. */
static inline bool
lines_next(struct lines *l, struct lavoir_str *line_r)
{
	const char *stop;

	if (l->at == l->end)
		return false;
	stop = memchr(l->at, '\n', (size_t)(l->end - l->at));
	line_r->ptr = l->at;
	line_r->len = (size_t)((stop ? stop : l->end) - l->at);
	if (line_r->len > 0 && line_r->ptr[line_r->len - 1] == '\r')
		line_r->len--;
	l->at = stop ? stop + 1 : l->end;
	return true;
}

static inline bool
lines_begin(struct lavoir_str s, const char *with)
{
	size_t len = strlen(with);

	return s.len >= len && memcmp(s.ptr, with, len) == 0;
}

/* Nothing but white space? */
static inline bool
lines_blank(struct lavoir_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr(" \t\r\n\f\v", s.ptr[i]) == NULL || s.ptr[i] == '\0')
			return false;
	return true;
}

#endif
