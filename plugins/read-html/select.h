/* select.h - which blocks of a page are its content. */
#ifndef LAVOIR_PLUGINS_READ_HTML_SELECT_H
#define LAVOIR_PLUGINS_READ_HTML_SELECT_H

#include "lavoir/plugin.h"
#include "page.h"

enum select_mode {
	SELECT_PRECISION,
	SELECT_BALANCED,
	SELECT_RECALL,
	SELECT_ALL /* everything that is seen */
};

/* Set block.keep.  LAVOIR_ENOMEM; LAVOIR_ECANCELED, when the host says so. */
int select_blocks(struct page *page, enum select_mode mode,
    const struct lavoir_host *host);

/* The second half of it, for blocks that have their scores. */
void select_keep(struct page *page, enum select_mode mode);

#endif
