/* reading.c - all pages of a document, and what becomes of them. */
#include <string.h>

#include "common/markup.h"
#include "fields.h"
#include "flow.h"
#include "furniture.h"
#include "lavoir/plugin_util.h"
#include "order.h"
#include "read-pdf.h"
#include "write.h"

/* A page with fewer characters than that may be a picture of one, if pictures
 * cover so much of it. */
enum { FEW_CHARS = 24 };
static const double SCAN_COVER = 0.4;

/* "(cid:12)", which other programs leave where a font cannot be read. */
static size_t
cids(const struct line *l)
{
	size_t n = 0;

	for (const char *p = l->text; (p = strstr(p, "(cid:")) != NULL; p++) {
		size_t digits = strspn(p + 5, "0123456789");

		if (digits > 0 && p[5 + digits] == ')')
			n += digits + 6;
	}
	return n;
}

/* Pictures are looked for only where text is missing, for that costs as much as
 * the text, and not where areas are shaded: poppler computes the shades then,
 * and some take for ever. */
static void
look_for_scan(struct reading *g, PopplerPage *from, struct page *page)
{
	GList *all = poppler_page_get_image_mapping(from);
	double cover = 0, area = (double)page->width * (double)page->height;

	page->images = 0;
	for (GList *l = all; l != NULL; l = l->next) {
		const PopplerImageMapping *m = l->data;

		page->images++;
		cover += (m->area.x2 - m->area.x1) * (m->area.y2 - m->area.y1);
	}
	poppler_page_free_image_mapping(all);
	g->images += (size_t)page->images;
	if (area > 0 && cover / area >= SCAN_COVER)
		g->scanned++;
}

static int
read_page(struct reading *g, PopplerDocument *d, size_t i)
{
	PopplerPage *from = poppler_document_get_page(d, (int)i);
	struct page *page = &g->page[g->n];
	bool fine;

	if (from == NULL) {
		g->unread++;
		return LAVOIR_OK;
	}
	fine = page_read(&g->pool, &g->scratch, from, page) &&
	    fields_read(&g->pool, from, page) && order_lines(&g->pool, page);
	if (fine) {
		g->n++;
		g->chars += page->chars;
		g->damaged += page->damaged;
		for (size_t k = 0; k < page->n; k++)
			g->damaged += cids(&page->line[k]);
		if (page->chars < FEW_CHARS && !g->shaded)
			look_for_scan(g, from, page);
	}
	g_object_unref(from);
	return fine ? LAVOIR_OK : LAVOIR_ENOMEM;
}

int
reading_pages(const struct read_pdf *r, struct reading *g, PopplerDocument *d)
{
	struct lavoir_str raw = r->host->doc_raw(g->pool.doc);
	int n = poppler_document_get_n_pages(d);
	size_t cap = 0, count;
	int rc = LAVOIR_OK;

	g->shaded = memmem(raw.ptr, raw.len, "/ShadingType", 12) != NULL;
	g->all = n > 0 ? (size_t)n : 0;
	count = g->all < r->pages_max ? g->all : r->pages_max;
	for (size_t i = 0; i < count && rc == LAVOIR_OK; i++) {
		if (r->host->cancelled(r->host))
			return LAVOIR_ECANCELED;
		if (!pool_grow(&g->pool, &g->page, &cap, g->n + 1,
			sizeof(*g->page)))
			return LAVOIR_ENOMEM;
		rc = read_page(g, d, i);
	}
	return rc;
}

static void
set_counts(const struct read_pdf *r, const struct reading *g, double share)
{
	const struct lavoir_host *host = r->host;
	struct lavoir_doc *doc = g->pool.doc;

	(void)lavoir_set_int(host, doc, "pdf.pages", (int64_t)g->all);
	(void)lavoir_set_int(host, doc, "pdf.pages_scanned",
	    (int64_t)g->scanned);
	if (g->unread > 0)
		(void)lavoir_set_int(host, doc, "pdf.pages_unread",
		    (int64_t)g->unread);
	if (g->images > 0)
		(void)lavoir_set_int(host, doc, "pdf.images",
		    (int64_t)g->images);
	if (share > 0)
		(void)lavoir_set_real(host, doc, "pdf.damaged", share);
	if (g->repaired)
		(void)lavoir_set_bool(host, doc, "pdf.repaired", true);
	host->count(host, COUNT_PAGES, (int64_t)g->n);
	host->count(host, COUNT_SCANNED, (int64_t)g->scanned);
	host->count(host, COUNT_UNREAD, (int64_t)g->unread);
}

static int
without_text(const struct read_pdf *r, const struct reading *g)
{
	const struct lavoir_host *host = r->host;
	struct lavoir_doc *doc = g->pool.doc;

	if (g->all == 0 || g->unread > 0)
		return lavoir_failf(host, LAVOIR_EINVAL,
		    "damaged: %zu of %zu "
		    "pages cannot be read, and the others have no text",
		    g->unread, g->all);
	if (g->scanned > 0 && r->scanned == SCANNED_PASS)
		return LAVOIR_PASS;
	if (g->scanned > 0 && r->scanned == SCANNED_DROP)
		return lavoir_dropf(host, doc, "scanned",
		    "%zu of %zu pages "
		    "are pictures, and no page has text",
		    g->scanned, g->n);
	if (g->scanned == 0)
		return lavoir_dropf(host, doc, "no_text",
		    "%zu pages, "
		    "%zu images",
		    g->n, g->images);
	return host->doc_set_text(doc, (struct lavoir_str){ "", 0 });
}

static int
judge_damage(const struct read_pdf *r, const struct reading *g, double share)
{
	struct lavoir_doc *doc = g->pool.doc;
	bool broken;

	if (share <= 0)
		return LAVOIR_OK;
	(void)lavoir_check_rule(r->host, doc, "damaged", share, LAVOIR_GT,
	    r->damaged_max, &broken);
	if (!broken)
		return LAVOIR_OK;
	if (r->damaged == DAMAGED_TAG)
		return r->host->doc_tag(doc, "pdf-damaged", true);
	return lavoir_dropf(r->host, doc, "damaged",
	    "%zu of %zu characters "
	    "cannot be told: their fonts do not say which they are",
	    g->damaged, g->chars);
}

static int
write_text(const struct read_pdf *r, struct reading *g)
{
	const struct lavoir_host *host = r->host;
	struct markup_doc where = { host, g->pool.doc };
	const struct markup_memory memory = { markup_grow_doc, &where };
	struct rows rows = { 0 };
	struct lavoir_str text;
	struct markup m;
	struct flow f;
	float body;
	int rc;

	body = rows_body_size(g->page, g->n);
	if (!r->furniture && !furniture_mark(&g->pool, g->page, g->n, body))
		return LAVOIR_ENOMEM;
	if (!rows_collect(&g->pool, &rows, g->page, g->n))
		return LAVOIR_ENOMEM;
	flow_init(&f, &rows, body);
	markup_init(&m, r->format, 0, r->text_max, &memory);
	if (!write_rows(&g->pool, &f, &m))
		return host->cancelled(host) ? LAVOIR_ECANCELED : LAVOIR_ENOMEM;
	rc = markup_end(&m, &text);
	if (rc == MARKUP_NO_MEMORY)
		return LAVOIR_ENOMEM;
	if (rc == MARKUP_FULL)
		(void)lavoir_set_bool(host, g->pool.doc, "pdf.truncated", true);
	return host->doc_set_text(g->pool.doc, text);
}

int
reading_publish(const struct read_pdf *r, struct reading *g)
{
	double share = g->chars > 0
	    ? (double)(g->damaged < g->chars ? g->damaged : g->chars) /
		(double)g->chars
	    : 0;
	int rc;

	set_counts(r, g, share);
	if (g->n < g->all - g->unread)
		(void)lavoir_set_bool(r->host, g->pool.doc, "pdf.truncated",
		    true);
	if (g->chars == 0)
		return without_text(r, g);
	rc = write_text(r, g);
	return rc == LAVOIR_OK ? judge_damage(r, g, share) : rc;
}
