/* jsonld.h - what a page says in JSON-LD. */
#ifndef LAVOIR_PLUGINS_READ_HTML_JSONLD_H
#define LAVOIR_PLUGINS_READ_HTML_JSONLD_H

#include "facts.h"

/* Add what the text of a <script type="application/ld+json"> says.  What is no
 * JSON is mended where that is simple (control characters, comments around it,
 * commas at the end), else read up to the fault.  *entity counts the things
 * described on the page, so that earlier ones are believed more. */
void jsonld_read(struct facts *f, struct lavoir_str text, int *entity);

#endif
