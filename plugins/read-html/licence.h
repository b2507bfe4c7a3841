/* licence.h - licences by their addresses. */
#ifndef LAVOIR_PLUGINS_READ_HTML_LICENCE_H
#define LAVOIR_PLUGINS_READ_HTML_LICENCE_H

#include <stdbool.h>

#include "lavoir/plugin.h"

enum { LICENCE_MAX = 48 };

/* The SPDX identifier of the licence at a public address, like CC-BY-SA-4.0;
 * false: not one that is known. */
bool licence_of(struct lavoir_str url, char out[LICENCE_MAX]);

#endif
