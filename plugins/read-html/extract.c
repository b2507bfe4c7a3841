/* extract.c - from a page's tree to the text of its document. */
#include "extract.h"

#include "common/markup.h"
#include "page.h"
#include "render.h"

static int
render(const struct extract *x, struct lavoir_doc *doc, const struct page *page,
    uint64_t *places)
{
	struct markup_doc to = { x->host, doc };
	const struct markup_memory memory = { markup_grow_doc, &to };
	struct lavoir_str text;
	struct markup m;
	bool ok;

	markup_init(&m, x->format, x->markup_flags, x->text_max, &memory);
	ok = render_page(page, x->render_flags, &m, places);
	switch (markup_end(&m, &text)) {
	case MARKUP_FULL:
		return x->host->fail(x->host, LAVOIR_EINVAL,
		    "the text is longer than text_max");
	case MARKUP_NO_MEMORY:
		ok = false;
		break;
	default:
		break;
	}
	if (!ok)
		return x->host->fail(x->host, LAVOIR_ENOMEM,
		    "no memory for the text");
	return x->host->doc_set_text(doc, text);
}

int
extract_text(const struct extract *x, struct lavoir_doc *doc,
    const struct dom *dom, const uint64_t **places_r)
{
	uint64_t *places = NULL;
	struct page page;
	int rc = LAVOIR_OK;

	if (!page_cut(&page, dom, x->cues)) {
		rc = x->host->fail(x->host, LAVOIR_ENOMEM,
		    "no memory for the page's blocks");
		goto out;
	}
	rc = select_blocks(&page, x->mode, x->host);
	if (rc == LAVOIR_ENOMEM)
		rc = x->host->fail(x->host, rc,
		    "no memory to judge the page's blocks");
	if (rc != LAVOIR_OK)
		goto out;
	if (places_r != NULL) {
		places =
		    x->host->doc_alloc(doc, page.n_nodes * sizeof(*places));
		*places_r = places;
		if (places == NULL) {
			rc = LAVOIR_ENOMEM;
			goto out;
		}
	}
	rc = render(x, doc, &page, places);
out:
	page_clear(&page);
	return rc;
}
