/* decode.c - the bytes of a page to UTF-8. */
#include "decode.h"

#include <string.h>

/* NULs stand for nothing in a page, and myhtml cuts text with several of them
 * within a character. */
static int
drop_nuls(const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str *text)
{
	char *out;
	size_t n = 0;

	if (text->len == 0 || memchr(text->ptr, '\0', text->len) == NULL)
		return LAVOIR_OK;
	out = host->doc_alloc(doc, text->len);
	if (out == NULL)
		return host->fail(host, LAVOIR_ENOMEM,
		    "no memory for the page");
	for (size_t i = 0; i < text->len; i++)
		if (text->ptr[i] != '\0')
			out[n++] = text->ptr[i];
	*text = (struct lavoir_str){ out, n };
	return LAVOIR_OK;
}

int
decode_page(struct encoding *e, const struct lavoir_host *host,
    struct lavoir_doc *doc, struct lavoir_str *html_r)
{
	struct lavoir_str raw = host->doc_raw(doc);
	struct encoding_hints hints = ENCODING_HINTS;
	struct encoding_result result;
	int rc;

	hints.declared = encoding_of_doc(host, doc);
	hints.declared_inside = encoding_of_html(raw);
	rc = encoding_read(e, doc, raw, &hints, &result);
	if (rc != LAVOIR_OK)
		return rc;
	encoding_publish(host, doc, &result);
	*html_r = result.text;
	return drop_nuls(host, doc, html_r);
}
