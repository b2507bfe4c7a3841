/* read-markdown.c - text of Markdown files, and what their front matter says.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/encoding/encoding.h"
#include "common/markup.h"
#include "common/u8.h"
#include "front.h"
#include "lavoir/plugin_util.h"
#include "render.h"

enum { FORMAT, LINKS, EMPHASIS, IMAGES, FRONT_MATTER, TEXT_MAX };
enum { BUFFER_KEPT = 1 << 20 };

struct read_markdown {
	const struct lavoir_host *host;
	struct encoding *encoding;
	struct markup out; /* its buffer is kept between documents */
	bool images, front_matter;
	size_t text_max;
};

static const char *const formats[] = { "plain", "markdown", NULL };

/* clang-format off */
static const struct lavoir_option options[] = {
	[FORMAT] = { "format", LAVOIR_OPT_ENUM, 0, "\"plain\"", 0, 0, formats,
	    "What the text is written as. `plain`: without marks but those of "
	    "lists (`- `), table cells (` | `) and notes (`[1]`). `markdown`: "
	    "CommonMark again, in one style." },
	[LINKS] = { "links", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "Write the addresses of links, in Markdown. Their text is always "
	    "there." },
	[EMPHASIS] = { "emphasis", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "Mark emphasis and struck text, in Markdown." },
	[IMAGES] = { "images", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "Record images as media references, with their alternative text and "
	    "title." },
	[FRONT_MATTER] = { "front_matter", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Make attributes of front matter (YAML between lines `---`, TOML "
	    "between lines `+++`, or a JSON object). Otherwise it is text." },
	[TEXT_MAX] = { "text_max", LAVOIR_OPT_SIZE, 0, "\"64M\"", 1, HUGE_VAL,
	    NULL, "Documents with more text fail." },
	{ 0 }
};
static const struct lavoir_name accepts[] = {
	{ "text/markdown", "Markdown" },
	{ "text/x-markdown", "the same" },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	ENCODING_WRITES,
	{ "title", "of the front matter" },
	{ "authors", "a list" },
	{ "created", "its date" },
	{ "modified", "when it was changed last" },
	{ "language", "as it says, BCP 47" },
	{ "description", "or summary" },
	{ "keywords", "tags and keywords, a list" },
	{ "subject", "what it is about" },
	{ "publisher", "who publishes it" },
	{ "rights", "copyright or licence, as it says" },
	{ "front.*", "the rest of the front matter: nested keys as "
	    "`front.outer.inner`, a string or a list of strings" },
	{ 0 }
};
static const struct lavoir_name reasons[] = {
	{ "no_text", "nothing to read in it" },
	{ 0 }
};
/* clang-format on */

static void
read_markdown_close(void *self)
{
	struct read_markdown *r = self;

	encoding_free(r->encoding);
	markup_free(&r->out);
	free(r);
}

static int
read_markdown_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct read_markdown *r = calloc(1, sizeof(*r));
	unsigned flags = (opt[LINKS].i ? MARKUP_LINKS : 0U) |
	    (opt[EMPHASIS].i ? MARKUP_EMPHASIS : 0U);
	int status;

	(void)plugin;
	if (r == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	r->host = host;
	r->images = opt[IMAGES].i != 0;
	r->front_matter = opt[FRONT_MATTER].i != 0;
	r->text_max = (size_t)opt[TEXT_MAX].i;
	markup_init(&r->out,
	    opt[FORMAT].i == 1 ? MARKUP_MARKDOWN : MARKUP_PLAIN, flags,
	    r->text_max, NULL);
	r->encoding = encoding_new(host, &status);
	if (r->encoding == NULL) {
		read_markdown_close(r);
		return status;
	}
	*self = r;
	return LAVOIR_OK;
}

static int
publish(struct read_markdown *r, struct lavoir_doc *doc)
{
	struct lavoir_str text;

	switch (markup_end(&r->out, &text)) {
	case MARKUP_FULL:
		return lavoir_failf(r->host, LAVOIR_EINVAL,
		    "text_max: more than %zu bytes of text", r->text_max);
	case MARKUP_NO_MEMORY:
		return r->host->fail(r->host, LAVOIR_ENOMEM,
		    "no memory for the text");
	default:
		break;
	}
	if (text.len == 0)
		return r->host->drop(doc, "no_text", NULL);
	if (u8_valid(text.ptr, text.len) != text.len)
		return r->host->fail(r->host, LAVOIR_EINVAL,
		    "the text is not valid UTF-8");
	return r->host->doc_set_text(doc, text);
}

static int
read_markdown_process(void *self, struct lavoir_doc *doc)
{
	struct read_markdown *r = self;
	const struct lavoir_host *host = r->host;
	struct encoding_hints hints = ENCODING_HINTS;
	struct encoding_result in;
	struct lavoir_str text;
	size_t n = 0;
	int rc;

	hints.declared = encoding_of_doc(host, doc);
	rc = encoding_read(r->encoding, doc, host->doc_raw(doc), &hints, &in);
	if (rc != LAVOIR_OK)
		return rc;
	encoding_publish(host, doc, &in);
	text = in.text;
	if (r->front_matter)
		n = front_read(host, doc, text);
	text.ptr += n;
	text.len -= n;
	rc = render_markdown(host, doc, text, &r->out, r->images);
	if (rc == LAVOIR_OK)
		rc = publish(r, doc);
	markup_reset(&r->out, BUFFER_KEPT);
	return rc;
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "read-markdown",
	.version = "1.0",
	.summary = "reads Markdown with its front matter",
	.options = options,
	.accepts = accepts,
	.writes = writes,
	.reasons = reasons,
	.open = read_markdown_open,
	.close = read_markdown_close,
	.process = read_markdown_process,
};
