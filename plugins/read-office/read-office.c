/* read-office.c - text of DOCX, PPTX, ODT, ODP and EPUB. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/u8.h"
#include "lavoir/plugin_util.h"
#include "office.h"
#include "office_props.h"
#include "package.h"

#include "xml.h"

enum {
	FORMAT,
	LINKS,
	EMPHASIS,
	NOTES,
	COMMENTS,
	SPEAKER_NOTES,
	HEADERS,
	IMAGES,
	MEMBERS_MAX,
	MEMBER_SIZE_MAX,
	TOTAL_SIZE_MAX,
	RATIO_MAX,
	TEXT_MAX,
};

enum { BUFFER_KEPT = 1 << 20 };

struct read_office {
	const struct lavoir_host *host;
	struct office_options opt;
	struct markup body, notes; /* their buffers, between documents */
};

static const char *const formats[] = { "plain", "markdown", NULL };

/* clang-format off */
static const struct lavoir_option options[] = {
	[FORMAT] = { "format", LAVOIR_OPT_ENUM, 0, "\"plain\"", 0, 0, formats,
	    "What the text is written as. `plain`: paragraphs with an empty line "
	    "between them, list items with their markers, table rows as lines "
	    "with ` | ` between cells, notes as `[1]`. `markdown`: CommonMark "
	    "with tables and footnotes." },
	[LINKS] = { "links", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "Write the addresses of links, in Markdown. Their text is always "
	    "there." },
	[EMPHASIS] = { "emphasis", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "Mark bold, italic and struck text, in Markdown." },
	[NOTES] = { "notes", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Keep footnotes and endnotes: a mark where they belong, their text "
	    "at the end." },
	[COMMENTS] = { "comments", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Keep reviewers' comments, without their names: at the end, or after "
	    "their slide. They may say what was not meant for readers: `false` "
	    "leaves them out." },
	[SPEAKER_NOTES] = { "speaker_notes", LAVOIR_OPT_BOOL, 0, "true", 0, 0,
	    NULL, "Keep the speaker's notes of presentations, after each "
	    "slide." },
	[HEADERS] = { "headers", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "Keep page headers, before the text, and footers, after it." },
	[IMAGES] = { "images", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "Record images as media references, where they stand in the text, "
	    "with their alternative text (but in OpenDocument)." },
	[MEMBERS_MAX] = { "members_max", LAVOIR_OPT_INT, 0, "20000", 1, 10000000,
	    NULL, "Documents with more files inside fail." },
	[MEMBER_SIZE_MAX] = { "member_size_max", LAVOIR_OPT_SIZE, 0, "\"256M\"",
	    1024, HUGE_VAL, NULL,
	    "Documents of which a part that is read is larger, once it is "
	    "inflated, fail." },
	[TOTAL_SIZE_MAX] = { "total_size_max", LAVOIR_OPT_SIZE, 0, "\"512M\"",
	    1024, HUGE_VAL, NULL, "The same for all parts together." },
	[RATIO_MAX] = { "ratio_max", LAVOIR_OPT_REAL, 0, "250", 1, HUGE_VAL, NULL,
	    "Documents of which a part is compressed better than this many to "
	    "one, and is larger than a megabyte, fail." },
	[TEXT_MAX] = { "text_max", LAVOIR_OPT_SIZE, 0, "\"64M\"", 1, HUGE_VAL,
	    NULL, "Documents with more text fail." },
	{ 0 }
};

#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODF "application/vnd.oasis.opendocument."

static const struct lavoir_name accepts[] = {
	{ OOXML "wordprocessingml.document", "DOCX" },
	{ OOXML "wordprocessingml.template", "DOTX" },
	{ OOXML "presentationml.presentation", "PPTX" },
	{ OOXML "presentationml.slideshow", "PPSX" },
	{ OOXML "presentationml.template", "POTX" },
	{ "application/vnd.ms-word.document.macroenabled.12", "DOCM" },
	{ "application/vnd.ms-word.template.macroenabled.12", "DOTM" },
	{ "application/vnd.ms-powerpoint.presentation.macroenabled.12", "PPTM" },
	{ "application/vnd.ms-powerpoint.slideshow.macroenabled.12", "PPSM" },
	{ "application/vnd.ms-powerpoint.template.macroenabled.12", "POTM" },
	{ ODF "text", "ODT" },
	{ ODF "text-template", "OTT" },
	{ ODF "presentation", "ODP" },
	{ ODF "presentation-template", "OTP" },
	{ "application/vnd.sun.xml.writer", "SXW" },
	{ "application/vnd.sun.xml.impress", "SXI" },
	{ "application/epub+zip", "EPUB" },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	{ "title", "the document's" },
	{ "authors", "a list" },
	{ "created", "when it was made, or published" },
	{ "modified", "when it was changed last" },
	{ "language", "as the document says, BCP 47" },
	{ "description", "what it says of itself" },
	{ "keywords", "a list" },
	{ "subject", "what it is about" },
	{ "publisher", "who publishes it" },
	{ "rights", "copyright or licence, as it says" },
	{ 0 }
};
static const struct lavoir_name reasons[] = {
	{ "no_text", "nothing to read in it: images only, or nothing at all" },
	{ 0 }
};
/* clang-format on */

static void
read_office_close(void *self)
{
	struct read_office *r = self;

	markup_free(&r->body);
	markup_free(&r->notes);
	free(r);
}

static void
set_options(struct office_options *o, const struct lavoir_value *opt)
{
	o->format = opt[FORMAT].i == 1 ? MARKUP_MARKDOWN : MARKUP_PLAIN;
	o->flags = (opt[LINKS].i ? MARKUP_LINKS : 0U) |
	    (opt[EMPHASIS].i ? MARKUP_EMPHASIS : 0U);
	o->notes = opt[NOTES].i != 0;
	o->comments = opt[COMMENTS].i != 0;
	o->speaker_notes = opt[SPEAKER_NOTES].i != 0;
	o->headers = opt[HEADERS].i != 0;
	o->images = opt[IMAGES].i != 0;
	o->zip.members_max = (size_t)opt[MEMBERS_MAX].i;
	o->zip.member_size_max = (uint64_t)opt[MEMBER_SIZE_MAX].i;
	o->zip.total_size_max = (uint64_t)opt[TOTAL_SIZE_MAX].i;
	o->zip.ratio_max = opt[RATIO_MAX].r;
	o->text_max = (size_t)opt[TEXT_MAX].i;
}

static int
read_office_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct read_office *r = calloc(1, sizeof(*r));

	(void)plugin;
	if (r == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	r->host = host;
	set_options(&r->opt, opt);
	markup_init(&r->body, r->opt.format, r->opt.flags, r->opt.text_max,
	    NULL);
	markup_init(&r->notes, r->opt.format, r->opt.flags, r->opt.text_max,
	    NULL);
	xml_warm();
	*self = r;
	return LAVOIR_OK;
}

static bool
starts(struct lavoir_str s, const char *prefix)
{
	return s.ptr != NULL && lavoir_str_starts(s, prefix);
}

/* An OOXML package: its main part says what it is. */
static int
read_ooxml(struct office *o)
{
	struct relations r = { 0 };
	const struct relation *main_part;

	package_relations(o, "", &r);
	main_part = relation_by_type(&r, "officeDocument");
	if (o->rc != LAVOIR_OK)
		return o->rc;
	if (main_part == NULL || zip_find(o, main_part->target) == NULL)
		return office_fail(o, LAVOIR_EINVAL,
		    "missing part: the main document");
	if (strncmp(main_part->target, "xl/", 3) == 0)
		return LAVOIR_PASS;
	if (strncmp(main_part->target, "ppt/", 4) == 0)
		pptx_read(o, main_part->target);
	else
		docx_read(o, main_part->target);
	props_ooxml(o);
	return o->rc;
}

/* OpenDocument and EPUB begin with a member that names the type. */
static struct lavoir_str
mimetype(struct office *o)
{
	const struct zip_member *m = zip_find(o, "mimetype");
	struct lavoir_str none = { "", 0 };

	return m != NULL && m->size < 256 ? zip_load(o, m) : none;
}

static int
read_package(struct office *o)
{
	struct lavoir_str type;

	if (zip_find(o, "[Content_Types].xml") != NULL &&
	    zip_find(o, "_rels/.rels") != NULL)
		return read_ooxml(o);
	type = mimetype(o);
	if (o->rc != LAVOIR_OK)
		return o->rc;
	if (starts(type, "application/epub+zip") ||
	    zip_find(o, "META-INF/container.xml") != NULL) {
		epub_read(o);
		return o->rc;
	}
	if (starts(type, ODF "spreadsheet") || starts(type, ODF "graphics"))
		return LAVOIR_PASS;
	if (zip_find(o, "content.xml") == NULL)
		return !starts(type, ODF) ? LAVOIR_PASS
					  : office_fail(o, LAVOIR_EINVAL,
						"missing part: content.xml");
	odf_read(o);
	props_odf(o);
	return o->rc;
}

static int
finish(struct office *o)
{
	struct lavoir_str text;

	if (markup_end(&o->notes, &text) == MARKUP_FINE && text.len > 0) {
		markup_paragraph(&o->body);
		markup_verbatim(&o->body, text.ptr, text.len);
	}
	(void)markup_end(&o->body, &text);
	if (office_stop(o))
		return o->rc;
	if (text.len == 0)
		return o->host->drop(o->doc, "no_text", NULL);
	if (u8_valid(text.ptr, text.len) != text.len)
		return office_fail(o, LAVOIR_EINVAL,
		    "the text is not valid UTF-8");
	return o->host->doc_set_text(o->doc, text);
}

static int
read_document(struct office *o)
{
	static const char ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
	int rc;

	if (starts(o->zip.raw, ole))
		return office_fail(o, LAVOIR_EINVAL,
		    "encrypted, or of the formats before 2007: an OLE file");
	if (!starts(o->zip.raw, "PK"))
		return LAVOIR_PASS;
	if (!zip_open(o))
		return o->rc;
	rc = read_package(o);
	return rc == LAVOIR_OK ? finish(o) : rc;
}

static int
read_office_process(void *self, struct lavoir_doc *doc)
{
	struct read_office *r = self;
	const struct lavoir_host *host = r->host;
	struct office *o = host->doc_alloc(doc, sizeof(*o));
	int rc;

	if (o == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "no memory");
	memset(o, 0, sizeof(*o));
	o->host = host;
	o->doc = doc;
	o->opt = &r->opt;
	o->zip.raw = host->doc_raw(doc);
	o->zip.limits = &r->opt.zip;
	o->body = r->body;
	o->notes = r->notes;
	o->out = &o->body;
	rc = read_document(o);
	markup_reset(&o->body, BUFFER_KEPT);
	markup_reset(&o->notes, BUFFER_KEPT);
	r->body = o->body;
	r->notes = o->notes;
	if (rc >= LAVOIR_OK) /* or a verdict */
		return rc;
	return host->fail(host, rc,
	    o->message[0] != '\0' ? o->message : "the host refused the text");
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "read-office",
	.version = "1.0",
	.summary = "reads DOCX, PPTX, ODT, ODP and EPUB",
	.options = options,
	.accepts = accepts,
	.writes = writes,
	.reasons = reasons,
	.open = read_office_open,
	.close = read_office_close,
	.process = read_office_process,
};
