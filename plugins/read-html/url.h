/* url.h - addresses: made absolute, and only those of the web. */
#ifndef LAVOIR_PLUGINS_READ_HTML_URL_H
#define LAVOIR_PLUGINS_READ_HTML_URL_H

#include <stdbool.h>

#include "lavoir/plugin.h"

enum { URL_MAX = 4096 };

/* Write the address that ref is on a page at base to out, ended by NUL: http
 * and https only, blanks in it escaped.  Without a base (empty) ref must be
 * absolute.  false: none, or too long. */
bool url_resolve(struct lavoir_str base, struct lavoir_str ref,
    char out[URL_MAX]);

/* The host of an address, "www." left out; empty: none. */
struct lavoir_str url_host(struct lavoir_str url);

#endif
