/* months.h - the names of the months. */
#ifndef LAVOIR_PLUGINS_READ_HTML_MONTHS_H
#define LAVOIR_PLUGINS_READ_HTML_MONTHS_H

#include <stddef.h>

/* 1 to 12 for the name or short name of a month, in small letters; 0: none. */
int month_of(const char *word, size_t len);

#endif
