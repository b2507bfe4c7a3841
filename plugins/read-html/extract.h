/* extract.h - from a page's tree to the text of its document. */
#ifndef LAVOIR_PLUGINS_READ_HTML_EXTRACT_H
#define LAVOIR_PLUGINS_READ_HTML_EXTRACT_H

#include "cues.h"
#include "dom.h"
#include "lavoir/plugin.h"
#include "select.h"

struct extract {
	const struct lavoir_host *host;
	const struct cues *cues;
	enum select_mode mode;
	int format;	       /* MARKUP_* */
	unsigned markup_flags; /* likewise */
	unsigned render_flags; /* RENDER_* */
	size_t text_max;
};

/* Set the document's text to the content of the page that dom holds.  places_r,
 * when not NULL, gets for each node where in the text it stands (UINT64_MAX: in
 * nothing that was kept), in the document's memory.  What process() is to
 * return. */
int extract_text(const struct extract *x, struct lavoir_doc *doc,
    const struct dom *dom, const uint64_t **places_r);

#endif
