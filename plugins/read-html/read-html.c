/* read-html.c - the text of web pages. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/encoding/encoding.h"
#include "decode.h"
#include "dom.h"
#include "lavoir/plugin.h"

enum { NODES_MAX, DEPTH_MAX };

struct read_html {
	const struct lavoir_host *host;
	struct encoding *encoding;
	struct dom *dom;
	struct dom_limits limits;
};

/* clang-format off */
static const struct lavoir_option options[] = {
	[NODES_MAX] = { "nodes_max", LAVOIR_OPT_INT, 0, "1000000", 1, 100000000, NULL,
	    "Pages with more elements and pieces of text fail." },
	[DEPTH_MAX] = { "depth_max", LAVOIR_OPT_INT, 0, "1000", 1, 100000, NULL,
	    "Pages whose elements are nested deeper fail." },
	{ 0 }
};
static const struct lavoir_name accepts[] = {
	{ "text/html", "web pages" },
	{ "application/xhtml+xml", "the same, as XML" },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	ENCODING_WRITES,
	{ 0 }
};
/* clang-format on */

static void
read_html_close(void *self)
{
	struct read_html *r = self;

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
	if (r->dom == NULL) {
		read_html_close(r);
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	}
	*self = r;
	return LAVOIR_OK;
}

static bool
invisible(const struct dom_node *n)
{
	return n->tag == DOM_HEAD || n->tag == DOM_SCRIPT ||
	    n->tag == DOM_STYLE || n->tag == DOM_NOSCRIPT ||
	    n->tag == DOM_TEMPLATE;
}

static int
text_of(struct read_html *r, struct lavoir_doc *doc, size_t bytes)
{
	size_t count, n = 0;
	const struct dom_node *nodes = dom_nodes(r->dom, &count);
	char *buf = r->host->doc_alloc(doc, bytes + count + 1);

	if (buf == NULL)
		return LAVOIR_ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const struct lavoir_str *t = &nodes[i].text;

		if (invisible(&nodes[i])) {
			i = nodes[i].end - 1;
		} else if (nodes[i].tag == DOM_TEXT) {
			if (t->len > bytes - n)
				break;
			memcpy(buf + n, t->ptr, t->len);
			n += t->len;
		}
	}
	return r->host->doc_set_text(doc, (struct lavoir_str){ buf, n });
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
		rc = text_of(r, doc, html.len);
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
	.summary = "reads the text of web pages",
	.options = options,
	.accepts = accepts,
	.writes = writes,
	.open = read_html_open,
	.close = read_html_close,
	.process = read_html_process,
};
