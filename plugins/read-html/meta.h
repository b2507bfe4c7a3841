/* meta.h - what a page says of itself, as attributes of the document. */
#ifndef LAVOIR_PLUGINS_READ_HTML_META_H
#define LAVOIR_PLUGINS_READ_HTML_META_H

#include <stdint.h>

#include "dom.h"
#include "lavoir/plugin.h"
#include "rights.h"

/* Set the attributes of META_WRITES that the page gives, and its images as
 * media; the document's text must be set.  What the document came with (its
 * url, say) stays.  offsets: for each node where in the text it stands,
 * UINT64_MAX where it stands in nothing that was kept. */
void meta_publish(const struct lavoir_host *host, struct lavoir_doc *doc,
    const struct dom_node *nodes, size_t n, const uint64_t *offsets);

/* clang-format off */
#define META_WRITES                                                           \
	{ "title", "title of the page" },                                     \
	{ "authors", "names of its authors" },                                \
	{ "created", "when it was published, as much as is known" },          \
	{ "modified", "when it was changed last" },                           \
	{ "language", "language that the page declares" },                    \
	{ "url", "its canonical address, unless it came with one" },          \
	{ "url.canonical", "its canonical address" },                         \
	{ "site", "name of the site" },                                       \
	{ "license", "address of the licence that it gives" },                \
	{ "license.id", "that licence's SPDX identifier" },                   \
	{ "description", "summary that it gives" },                           \
	{ "keywords", "keywords that it gives" },                             \
	{ "page.type", "what it says it is: NewsArticle, website, product" }, \
	RIGHTS_WRITES
/* clang-format on */

#endif
