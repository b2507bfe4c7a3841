/* kinds.c - what a page says that it is. */
#include <string.h>

#include "page.h"

struct word {
	const char *word;
	int kind;
};

/* og:type. */
static const struct word types[] = {
	{ "article", KIND_ARTICLE },
	{ "blog", KIND_ARTICLE },
	{ "product", KIND_PRODUCT },
	{ "website", KIND_WEBSITE },
	{ NULL, 0 },
};

/* Values of "@type" in JSON-LD, quotes and all. */
static const struct word schemas[] = {
	{ "\"Article\"", KIND_ARTICLE },
	{ "\"NewsArticle\"", KIND_ARTICLE },
	{ "\"ReportageNewsArticle\"", KIND_ARTICLE },
	{ "\"BlogPosting\"", KIND_ARTICLE },
	{ "\"Product\"", KIND_PRODUCT },
	{ "\"ProductGroup\"", KIND_PRODUCT },
	{ "\"DiscussionForumPosting\"", KIND_FORUM },
	{ "\"QAPage\"", KIND_FORUM },
	{ "\"ItemList\"", KIND_LISTING },
	{ "\"CollectionPage\"", KIND_LISTING },
	{ "\"TechArticle\"", KIND_DOCUMENTATION },
	{ "\"APIReference\"", KIND_DOCUMENTATION },
	{ NULL, 0 },
};

/* <meta name=generator>: programs that make one kind of page. */
static const struct word generators[] = {
	{ "phpBB", KIND_FORUM },
	{ "vBulletin", KIND_FORUM },
	{ "XenForo", KIND_FORUM },
	{ "Discourse", KIND_FORUM },
	{ "MediaWiki", KIND_DOCUMENTATION },
	{ "Sphinx", KIND_DOCUMENTATION },
	{ "Docutils", KIND_DOCUMENTATION },
	{ "DocBook", KIND_DOCUMENTATION },
	{ "Docusaurus", KIND_DOCUMENTATION },
	{ "mkdocs", KIND_DOCUMENTATION },
	{ "VitePress", KIND_DOCUMENTATION },
	{ "Doxygen", KIND_DOCUMENTATION },
	{ "Hugo", KIND_WEBSITE },
	{ "WooCommerce", KIND_PRODUCT },
	{ NULL, 0 },
};

static uint32_t
find(const struct word *words, struct lavoir_str s)
{
	uint32_t found = 0;

	for (; words->word != NULL; words++)
		if (memmem(s.ptr, s.len, words->word, strlen(words->word)))
			found |= 1U << words->kind;
	return found;
}

static bool
is(struct lavoir_str s, const char *word)
{
	return s.len == strlen(word) && memcmp(s.ptr, word, s.len) == 0;
}

static uint32_t
of_meta(const struct dom_node *n)
{
	struct lavoir_str content = dom_attr(n, "content");

	if (content.ptr == NULL)
		return 0;
	if (is(dom_attr(n, "property"), "og:type"))
		return find(types, content);
	if (is(dom_attr(n, "name"), "generator"))
		return find(generators, content);
	return 0;
}

uint32_t
page_kinds(const struct dom_node *nodes, size_t n)
{
	uint32_t kinds = 0;

	for (size_t i = 0; i < n; i++) {
		if (nodes[i].tag == DOM_META)
			kinds |= of_meta(&nodes[i]);
		if (nodes[i].tag == DOM_SCRIPT && nodes[i].end > i + 1 &&
		    is(dom_attr(&nodes[i], "type"), "application/ld+json"))
			kinds |= find(schemas, nodes[i + 1].text);
	}
	return kinds;
}
