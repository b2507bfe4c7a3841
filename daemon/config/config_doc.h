/* config_doc.h - the reference pages of lavoir.json, made from the tables that
 * it is checked against. */
#ifndef LAVOIR_CONFIG_CONFIG_DOC_H
#define LAVOIR_CONFIG_CONFIG_DOC_H

#include "base/buf.h"

/* docs/configuration.md, as Markdown. */
void config_doc_write(struct buf *b);
/* docs/man/lavoir.json.5, as roff. */
void config_doc_write_man(struct buf *b);

#endif
