/* read-html.c - the text of web pages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/encoding/encoding.h"
#include "common/markup.h"
#include "decode.h"
#include "dom.h"
#include "extract.h"
#include "lavoir/plugin.h"
#include "meta.h"
#include "render.h"

enum { MODE, FORMAT, TABLES, LINKS, NODES_MAX, DEPTH_MAX, TEXT_MAX };

struct read_html {
	const struct lavoir_host *host;
	struct encoding *encoding;
	struct dom *dom;
	struct dom_limits limits;
	struct cues *cues;
	struct extract extract;
};

/* clang-format off */
static const char *const modes[] = {
	[SELECT_PRECISION] = "precision",
	[SELECT_BALANCED] = "balanced",
	[SELECT_RECALL] = "recall",
	[SELECT_ALL] = "all",
	NULL
};
static const char *const formats[] = {
	[MARKUP_PLAIN] = "text",
	[MARKUP_MARKDOWN] = "markdown",
	NULL
};
static const struct lavoir_option options[] = {
	[MODE] = { "mode", LAVOIR_OPT_ENUM, 0, "\"balanced\"", 0, 0, modes,
	    "How sure lavoir must be that a piece of the page is content, and not "
	    "navigation, advertising or the like: `precision` leaves out what is "
	    "doubtful, `recall` keeps it, `all` keeps everything that a reader "
	    "of the page sees." },
	[FORMAT] = { "format", LAVOIR_OPT_ENUM, 0, "\"text\"", 0, 0, formats,
	    "Plain text, or Markdown, with headings, emphasis and code marked." },
	[TABLES] = { "tables", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Rows of tables become lines, with ` | ` between cells; else each cell "
	    "becomes a paragraph, as it always does in tables that only place "
	    "things on the page." },
	[LINKS] = { "links", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "In Markdown, keep the addresses of links." },
	[NODES_MAX] = { "nodes_max", LAVOIR_OPT_INT, 0, "500000", 1, 100000000, NULL,
	    "Pages with more elements and pieces of text, or with twice as many "
	    "attributes, fail." },
	[DEPTH_MAX] = { "depth_max", LAVOIR_OPT_INT, 0, "1000", 1, 100000, NULL,
	    "Pages whose elements are nested deeper fail." },
	[TEXT_MAX] = { "text_max", LAVOIR_OPT_SIZE, 0, "\"16M\"", 1, 1073741824, NULL,
	    "Pages whose content is longer fail." },
	{ 0 }
};
static const struct lavoir_name accepts[] = {
	{ "text/html", "web pages" },
	{ "application/xhtml+xml", "the same, as XML" },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	ENCODING_WRITES,
	META_WRITES,
	{ 0 }
};
/* clang-format on */

static void
read_html_close(void *self)
{
	struct read_html *r = self;

	cues_free(r->cues);
	dom_free(r->dom);
	encoding_free(r->encoding);
	free(r);
}

static int
read_html_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct read_html *r = calloc(1, sizeof(*r));
	int status;

	(void)plugin;
	if (r == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	r->host = host;
	r->limits.nodes = (size_t)opt[NODES_MAX].i;
	r->limits.depth = (size_t)opt[DEPTH_MAX].i;
	r->encoding = encoding_new(host, &status);
	if (r->encoding == NULL) {
		read_html_close(r);
		return status;
	}
	r->dom = dom_new();
	r->cues = cues_new();
	if (r->dom == NULL || r->cues == NULL) {
		read_html_close(r);
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	}
	r->extract = (struct extract){
		.host = host,
		.cues = r->cues,
		.mode = (enum select_mode)opt[MODE].i,
		.format = (int)opt[FORMAT].i,
		.markup_flags =
		    MARKUP_EMPHASIS | (opt[LINKS].i ? MARKUP_LINKS : 0),
		.render_flags = opt[TABLES].i ? RENDER_TABLES : 0,
		.text_max = (size_t)opt[TEXT_MAX].i,
	};
	*self = r;
	return LAVOIR_OK;
}

static int
read_page(struct read_html *r, struct lavoir_doc *doc)
{
	const struct dom_node *nodes;
	const uint64_t *places;
	size_t n;
	int rc = extract_text(&r->extract, doc, r->dom, &places);

	if (rc != LAVOIR_OK)
		return rc;
	nodes = dom_nodes(r->dom, &n);
	meta_publish(r->host, doc, nodes, n, places);
	return LAVOIR_OK;
}

static int
read_html_process(void *self, struct lavoir_doc *doc)
{
	struct read_html *r = self;
	const struct lavoir_host *host = r->host;
	struct lavoir_str html;
	int rc = decode_page(r->encoding, host, doc, &html);

	if (rc != LAVOIR_OK)
		return rc;
	switch (dom_parse(r->dom, html, &r->limits)) {
	case DOM_OK:
		rc = read_page(r, doc);
		break;
	case DOM_TOO_MANY:
		rc = host->fail(host, LAVOIR_EINVAL,
		    "more than nodes_max nodes");
		break;
	case DOM_TOO_DEEP:
		rc = host->fail(host, LAVOIR_EINVAL,
		    "elements nested deeper than depth_max");
		break;
	case DOM_NO_MEMORY:
		rc = host->fail(host, LAVOIR_ENOMEM, "no memory for the page");
		break;
	}
	dom_clear(r->dom);
	return rc;
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "read-html",
	.version = "1.0",
	.summary = "reads the content of web pages",
	.options = options,
	.accepts = accepts,
	.writes = writes,
	.open = read_html_open,
	.close = read_html_close,
	.process = read_html_process,
};
