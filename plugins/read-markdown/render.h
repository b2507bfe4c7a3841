/* render.h - Markdown to structured text. */
#ifndef READ_MARKDOWN_RENDER_H
#define READ_MARKDOWN_RENDER_H

#include "common/markup.h"
#include "lavoir/plugin.h"

/* Parse text, valid UTF-8, and write it to m.  LAVOIR_OK, or the error after
 * host->fail(); what m says of itself is left to the caller. */
int render_markdown(const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str text, struct markup *m, bool images);

#endif
