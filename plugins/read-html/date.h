/* date.h - dates as people and programs write them. */
#ifndef LAVOIR_PLUGINS_READ_HTML_DATE_H
#define LAVOIR_PLUGINS_READ_HTML_DATE_H

#include <stdbool.h>

#include "lavoir/plugin.h"

enum { DATE_MAX = 40 };

/* The first date in s, as RFC 3339, or as much of it as is said for sure: a
 * time of day is kept only with its zone, "March 2020" is 2020-03.  Knows ISO
 * 8601, mail and HTTP dates, seconds since 1970 (alone), numbers with points,
 * strokes and hyphens, Chinese, Japanese and Korean, and months by their names
 * in en, fr, de, es, it, pt, nl, pl, ru, uk, cs, sv, da, no, fi, tr, el.
 * month_first: what 3/4/2020 means.  Years are 1900 to 2100.  false: no date.
 */
bool date_find(struct lavoir_str s, bool month_first, char out[DATE_MAX]);

/* The same for a string that must be a date and little more. */
bool date_parse(struct lavoir_str s, bool month_first, char out[DATE_MAX]);

#endif
