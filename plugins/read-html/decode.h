/* decode.h - the bytes of a page to UTF-8. */
#ifndef LAVOIR_PLUGINS_READ_HTML_DECODE_H
#define LAVOIR_PLUGINS_READ_HTML_DECODE_H

#include "common/encoding/encoding.h"

/* Decode the document's bytes and set the attributes of ENCODING_WRITES.  What
 * counts, as for browsers: byte order mark, what came with the page, <meta>,
 * detection; but nothing that the bytes disprove.  What process() is to return.
 */
int decode_page(struct encoding *e, const struct lavoir_host *host,
    struct lavoir_doc *doc, struct lavoir_str *html_r);

#endif
