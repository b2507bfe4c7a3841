/* decode.c - the bytes of a page to UTF-8. */
#include "decode.h"

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
	return LAVOIR_OK;
}
