/* images.h - the images in the text of a page. */
#ifndef LAVOIR_PLUGINS_READ_HTML_IMAGES_H
#define LAVOIR_PLUGINS_READ_HTML_IMAGES_H

#include <stdint.h>

#include "dom.h"
#include "facts.h"

/* Record them as media, with alternative text and caption.  offsets: for each
 * node where in the document's text it stands, UINT64_MAX where in nothing. */
void images_publish(struct facts *f, const struct dom_node *nodes, size_t n,
    const uint64_t *offsets);

#endif
