/* read-pdf.c - PDF to text, with poppler. */
#include "read-pdf.h"

#include <stdlib.h>
#include <string.h>

#include "bomb.h"
#include "common/markup.h"
#include "lavoir/plugin_util.h"
#include "properties.h"

enum {
	FORMAT,
	FURNITURE,
	SCANNED,
	DAMAGED,
	DAMAGED_MAX,
	PAGES_MAX,
	TEXT_MAX,
	STREAM_MAX,
	PASSWORD,
	CMAPS,
};

static const char *const formats[] = { "plain", "markdown", NULL };
static const char *const scanned[] = { "drop", "keep", "pass", NULL };
static const char *const damaged[] = { "drop", "tag", NULL };

/* clang-format off */
static const struct lavoir_option options[] = {
	[FORMAT] = { "format", LAVOIR_OPT_ENUM, 0, "\"plain\"", 0, 0, formats,
	    "What the text is written as: plain text, or Markdown with "
	    "headings, lists and tables." },
	[FURNITURE] = { "furniture", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "Keep running heads and feet and page numbers. They are told by "
	    "standing at the same place on neighbouring pages." },
	[SCANNED] = { "scanned", LAVOIR_OPT_ENUM, 0, "\"drop\"", 0, 0, scanned,
	    "Documents of pictures of pages, without any text, are dropped "
	    "(reason `scanned`), kept as empty texts, or left to the next "
	    "reader that accepts PDF." },
	[DAMAGED] = { "damaged", LAVOIR_OPT_ENUM, 0, "\"drop\"", 0, 0, damaged,
	    "Documents with too many damaged characters are dropped (reason "
	    "`damaged`), or only tagged `pdf-damaged`." },
	[DAMAGED_MAX] = { "damaged_max", LAVOIR_OPT_REAL, 0, "0.3", 0, 1, NULL,
	    "Too many is a greater share than that. Damaged are U+FFFD, "
	    "characters for private use, controls and `(cid:12)`: fonts that do "
	    "not say which characters their signs are." },
	[PAGES_MAX] = { "pages_max", LAVOIR_OPT_INT, 0, "10000", 1, 1000000,
	    NULL, "Only the first so many pages are read; `pdf.truncated` says "
	    "that there were more." },
	[TEXT_MAX] = { "text_max", LAVOIR_OPT_SIZE, 0, "\"32M\"", 1024,
	    1073741824, NULL, "The text is cut there, and `pdf.truncated` set." },
	[STREAM_MAX] = { "stream_max", LAVOIR_OPT_SIZE, 0, "\"64M\"", 65536,
	    17179869184, NULL, "A document with a stream that is larger when it "
	    "is decompressed fails; images and attached files do not count." },
	[PASSWORD] = { "password", LAVOIR_OPT_STR, LAVOIR_OPT_SECRET, "\"\"", 0,
	    0, NULL, "Tried on encrypted documents that the empty password does "
	    "not open." },
	[CMAPS] = { "cmaps", LAVOIR_OPT_PATH, LAVOIR_OPT_RESOURCE,
	    "\"/usr/share/poppler\"", 0, 0, NULL,
	    "Poppler's tables of characters (package `poppler-data`), read while "
	    "documents are: without them Chinese, Japanese and Korean that is "
	    "set in fonts which are not embedded is lost. Poppler has the path "
	    "built in; `null`: there are none." },
	{ 0 }
};
static const struct lavoir_name accepts[] = {
	{ "application/pdf", "PDF of all versions" },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	{ "title", "as the document gives it" },
	{ "authors", "the author, cut at semicolons" },
	{ "created", "when it was made" },
	{ "modified", "when it was changed" },
	{ "description", "the subject" },
	{ "keywords", "cut at commas and semicolons" },
	{ "language", "that the catalog or the XMP metadata give" },
	{ "pdf.version", "PDF-1.7" },
	{ "pdf.producer", "the program that wrote the PDF" },
	{ "pdf.creator", "the program that the document was written with" },
	{ "pdf.pages", "how many it says it has" },
	{ "pdf.pages_scanned", "pages that are pictures, with hardly any text" },
	{ "pdf.pages_unread", "pages that could not be read" },
	{ "pdf.images", "pictures on pages with hardly any text" },
	{ "pdf.encrypted", "whether it is" },
	{ "pdf.permissions",
	    "of an encrypted one: of print, modify, copy, annotate, fill-forms, "
	    "extract, assemble those granted" },
	{ "pdf.attachments", "files in it, which are not read" },
	{ "pdf.damaged", "share of characters that are damaged" },
	{ "pdf.repaired", "its structure was damaged and has been rebuilt" },
	{ "pdf.errors", "how many errors poppler found in it" },
	{ "pdf.truncated", "there is more than pages_max or text_max" },
	{ 0 }
};
static const struct lavoir_name reasons[] = {
	{ "scanned", "pictures of pages, no text" },
	{ "no_text", "pages without text and without scans" },
	{ "damaged", "too many characters that cannot be told" },
	{ 0 }
};
static const struct lavoir_name counters[] = {
	[COUNT_PAGES] = { "pages", "pages read" },
	[COUNT_SCANNED] = { "scanned", "of these, pictures of pages" },
	[COUNT_UNREAD] = { "unread", "pages that could not be read" },
	[COUNT_ERRORS] = { "errors", "errors that poppler found in documents" },
	{ 0 }
};
/* clang-format on */

static void
read_pdf_close(void *self)
{
	struct read_pdf *r = self;

	if (r->warm != NULL)
		g_object_unref(r->warm);
	for (int i = 0; i < CONVERTERS; i++)
		if (r->converter[i] != NULL)
			(void)g_iconv_close(r->converter[i]);
	free(r->password);
	free(r);
}

/* What poppler converts properties and fields of forms with is loaded from
 * files at its first use, and kept while it is open. */
static bool
load_converters(struct read_pdf *r)
{
	static const char *const pair[CONVERTERS][2] = {
		{ "UTF-8", "UTF-16BE" },
		{ "UTF-8", "UTF-16LE" },
		{ "UTF-8", "ISO-8859-1" },
		{ "ISO-8859-1", "UTF-8" },
	};

	for (int i = 0; i < CONVERTERS; i++) {
		GIConv c = g_iconv_open(pair[i][0], pair[i][1]);

		if (c == (GIConv)-1)
			return false;
		r->converter[i] = c;
	}
	return true;
}

/* A page with a word on it, so that all that poppler reads once is read before
 * the lock; while the document lives, it is not read again. */
static bool
warm(struct read_pdf *r)
{
	static const char pdf[] =
	    "%PDF-1.4\n"
	    "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
	    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
	    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]"
	    "/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
	    "4 0 obj<</Length 31>>stream\n"
	    "BT /F 9 Tf 9 50 Td (warm) Tj ET\n"
	    "endstream endobj\n"
	    "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
	    "trailer<</Root 1 0 R>>\n%%EOF\n";
	GBytes *bytes = g_bytes_new_static(pdf, sizeof(pdf) - 1);
	struct complaints c;
	PopplerPage *page;
	char *text;
	bool fine;

	/* It has no table of contents; poppler says so. */
	complaints_begin(&c, r->host);
	r->warm = poppler_document_new_from_bytes(bytes, NULL, NULL);
	g_bytes_unref(bytes);
	page = r->warm != NULL ? poppler_document_get_page(r->warm, 0) : NULL;
	text = page != NULL ? poppler_page_get_text(page) : NULL;
	fine = text != NULL && strcmp(text, "warm") == 0;
	if (page != NULL) {
		poppler_page_free_image_mapping(
		    poppler_page_get_image_mapping(page));
		g_object_unref(page);
	}
	g_free(text);
	complaints_end(&c);
	return fine;
}

static int
read_pdf_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct read_pdf *r = calloc(1, sizeof(*r));

	(void)plugin;
	if (r == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	r->host = host;
	r->format = opt[FORMAT].i == 0 ? MARKUP_PLAIN : MARKUP_MARKDOWN;
	r->furniture = opt[FURNITURE].i != 0;
	r->scanned = (int)opt[SCANNED].i;
	r->damaged = (int)opt[DAMAGED].i;
	r->damaged_max = opt[DAMAGED_MAX].r;
	r->pages_max = (size_t)opt[PAGES_MAX].i;
	r->text_max = (size_t)opt[TEXT_MAX].i;
	r->stream_max = (uint64_t)opt[STREAM_MAX].i;
	r->password =
	    strndup(opt[PASSWORD].s.len > 0 ? opt[PASSWORD].s.ptr : "",
		opt[PASSWORD].s.len);
	if (r->password == NULL) {
		read_pdf_close(r);
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	}
	if (!load_converters(r) || !warm(r)) {
		read_pdf_close(r);
		return host->fail(host, LAVOIR_EFATAL,
		    "poppler cannot read a page that is in order, or the C "
		    "library has no converter for UTF-16");
	}
	*self = r;
	return LAVOIR_OK;
}

static int
read_document(struct read_pdf *r, struct reading *g, struct complaints *c)
{
	struct lavoir_str raw = r->host->doc_raw(g->pool.doc);
	PopplerDocument *d;
	int rc;

	if (bomb_found(r->host, raw, r->stream_max))
		return r->host->cancelled(r->host)
		    ? LAVOIR_ECANCELED
		    : lavoir_failf(r->host, LAVOIR_EINVAL,
			  "a stream of more than %llu bytes, decompressed "
			  "(stream_max)",
			  (unsigned long long)r->stream_max);
	d = source_open(&g->pool, raw, r->password, &g->repaired, &rc);
	if (d == NULL)
		return rc;
	g->repaired = g->repaired || c->errors > 0;
	properties_set(&g->pool, d, raw);
	rc = reading_pages(r, g, d);
	g_object_unref(d);
	if (c->errors > 0)
		(void)lavoir_set_int(r->host, g->pool.doc, "pdf.errors",
		    (int64_t)c->errors);
	r->host->count(r->host, COUNT_ERRORS, (int64_t)c->errors);
	return rc == LAVOIR_OK ? reading_publish(r, g) : rc;
}

static int
read_pdf_process(void *self, struct lavoir_doc *doc)
{
	struct read_pdf *r = self;
	struct reading g = { .pool = { .host = r->host, .doc = doc } };
	struct complaints c;
	int rc;

	complaints_begin(&c, r->host);
	rc = read_document(r, &g, &c);
	complaints_end(&c);
	if (rc == LAVOIR_ENOMEM)
		return r->host->fail(r->host, rc,
		    "no memory for the document's text");
	return rc;
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "read-pdf",
	.version = "1.0",
	.summary =
	    "reads the text of PDF documents, with poppler, which is under "
	    "the GNU General Public License",
	.options = options,
	.accepts = accepts,
	.writes = writes,
	.reasons = reasons,
	.counters = counters,
	.open = read_pdf_open,
	.close = read_pdf_close,
	.process = read_pdf_process,
};
