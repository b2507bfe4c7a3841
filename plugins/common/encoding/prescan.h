/* prescan.h - the encoding that markup declares in its first bytes. */
#ifndef LAVOIR_PLUGINS_COMMON_ENCODING_PRESCAN_H
#define LAVOIR_PLUGINS_COMMON_ENCODING_PRESCAN_H

#include "lavoir/plugin.h"

/* The algorithm of the HTML Standard ("prescan a byte stream to determine its
 * encoding") over the first 1024 bytes, for <meta>, else the XML declaration;
 * else a <meta> that a parser would meet later, in the first 64 KiB.  The
 * number of the charset, -1 when there is none. */
int prescan_run(struct lavoir_str raw);

#endif
