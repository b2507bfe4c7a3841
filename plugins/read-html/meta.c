/* meta.c - what a page says of itself, as attributes of the document.
 *
 * One pass over the tree gives facts to facts.c, each with the rank of the
 * place it is from; what came out best becomes attributes.
 */
#include "meta.h"

#include <string.h>

#include "date.h"
#include "facts.h"
#include "images.h"
#include "jsonld.h"
#include "licence.h"
#include "text.h"
#include "url.h"
#include "visible.h"

/* Names of <meta>, be it in name, property or itemprop, and where they stand.
 */
/* clang-format off */
static const struct {
	const char *name;
	enum fact fact;
	int rank;
} names[] = {
	{ "citation_title", FACT_TITLE, RANK_META },
	{ "parsely-title", FACT_TITLE, RANK_META + 1 },
	{ "sailthru.title", FACT_TITLE, RANK_META + 2 },
	{ "og:title", FACT_TITLE, RANK_OPEN_GRAPH },
	{ "twitter:title", FACT_TITLE, RANK_OPEN_GRAPH + 1 },
	{ "headline", FACT_TITLE, RANK_MICRODATA },
	{ "dc.title", FACT_TITLE, RANK_DUBLIN_CORE },
	{ "dcterms.title", FACT_TITLE, RANK_DUBLIN_CORE },
	{ "title", FACT_TITLE, RANK_GENERAL },

	{ "citation_author", FACT_AUTHOR, RANK_META },
	{ "parsely-author", FACT_AUTHOR, RANK_META + 1 },
	{ "sailthru.author", FACT_AUTHOR, RANK_META + 2 },
	{ "article:author_name", FACT_AUTHOR, RANK_META + 3 },
	{ "byl", FACT_AUTHOR, RANK_META + 4 },
	{ "author", FACT_AUTHOR, RANK_META + 5 },
	{ "article:author", FACT_AUTHOR, RANK_OPEN_GRAPH },
	{ "og:article:author", FACT_AUTHOR, RANK_OPEN_GRAPH + 1 },
	{ "dc.creator", FACT_AUTHOR, RANK_DUBLIN_CORE },
	{ "dcterms.creator", FACT_AUTHOR, RANK_DUBLIN_CORE },
	{ "dcsext.author", FACT_AUTHOR, RANK_DUBLIN_CORE },

	{ "article:published_time", FACT_CREATED, RANK_META },
	{ "og:article:published_time", FACT_CREATED, RANK_META },
	{ "citation_publication_date", FACT_CREATED, RANK_META + 1 },
	{ "citation_date", FACT_CREATED, RANK_META + 1 },
	{ "parsely-pub-date", FACT_CREATED, RANK_META + 2 },
	{ "sailthru.date", FACT_CREATED, RANK_META + 2 },
	{ "article.published", FACT_CREATED, RANK_META + 2 },
	{ "publishdate", FACT_CREATED, RANK_META + 3 },
	{ "publish-date", FACT_CREATED, RANK_META + 3 },
	{ "publish_date", FACT_CREATED, RANK_META + 3 },
	{ "pubdate", FACT_CREATED, RANK_META + 3 },
	{ "publication_date", FACT_CREATED, RANK_META + 3 },
	{ "date_published", FACT_CREATED, RANK_META + 3 },
	{ "cxenseparse:recs:publishtime", FACT_CREATED, RANK_META + 4 },
	{ "og:published_time", FACT_CREATED, RANK_OPEN_GRAPH },
	{ "datepublished", FACT_CREATED, RANK_MICRODATA },
	{ "datecreated", FACT_CREATED, RANK_MICRODATA + 1 },
	{ "dc.date.issued", FACT_CREATED, RANK_DUBLIN_CORE },
	{ "dcterms.issued", FACT_CREATED, RANK_DUBLIN_CORE },
	{ "dc.date.created", FACT_CREATED, RANK_DUBLIN_CORE + 1 },
	{ "dcterms.created", FACT_CREATED, RANK_DUBLIN_CORE + 1 },
	{ "dc.date", FACT_CREATED, RANK_DUBLIN_CORE + 2 },
	{ "dcterms.date", FACT_CREATED, RANK_DUBLIN_CORE + 2 },
	{ "date", FACT_CREATED, RANK_GENERAL },

	{ "article:modified_time", FACT_MODIFIED, RANK_META },
	{ "og:updated_time", FACT_MODIFIED, RANK_OPEN_GRAPH },
	{ "datemodified", FACT_MODIFIED, RANK_MICRODATA },
	{ "dcterms.modified", FACT_MODIFIED, RANK_DUBLIN_CORE },
	{ "dc.date.modified", FACT_MODIFIED, RANK_DUBLIN_CORE },
	{ "lastmod", FACT_MODIFIED, RANK_GENERAL },
	{ "last-modified", FACT_MODIFIED, RANK_GENERAL },
	{ "revised", FACT_MODIFIED, RANK_GENERAL },

	{ "og:locale", FACT_LANGUAGE, RANK_GENERAL },
	{ "content-language", FACT_LANGUAGE, RANK_META },
	{ "inlanguage", FACT_LANGUAGE, RANK_MICRODATA },
	{ "dc.language", FACT_LANGUAGE, RANK_DUBLIN_CORE },
	{ "dcterms.language", FACT_LANGUAGE, RANK_DUBLIN_CORE },
	{ "language", FACT_LANGUAGE, RANK_DUBLIN_CORE + 1 },

	{ "og:url", FACT_CANONICAL, RANK_OPEN_GRAPH },

	{ "og:site_name", FACT_SITE, RANK_OPEN_GRAPH },
	{ "application-name", FACT_SITE, RANK_GENERAL },
	{ "citation_journal_title", FACT_SITE, RANK_META },
	{ "dc.publisher", FACT_SITE, RANK_DUBLIN_CORE },
	{ "dcterms.publisher", FACT_SITE, RANK_DUBLIN_CORE },

	{ "license", FACT_LICENSE, RANK_MICRODATA },
	{ "dcterms.license", FACT_LICENSE, RANK_DUBLIN_CORE },
	{ "dc.rights.license", FACT_LICENSE, RANK_DUBLIN_CORE },
	{ "dc.rights", FACT_LICENSE, RANK_DUBLIN_CORE + 1 },
	{ "dcterms.rights", FACT_LICENSE, RANK_DUBLIN_CORE + 1 },

	{ "og:description", FACT_DESCRIPTION, RANK_OPEN_GRAPH },
	{ "description", FACT_DESCRIPTION, RANK_META },
	{ "twitter:description", FACT_DESCRIPTION, RANK_OPEN_GRAPH + 1 },
	{ "dc.description", FACT_DESCRIPTION, RANK_DUBLIN_CORE },
	{ "dcterms.abstract", FACT_DESCRIPTION, RANK_DUBLIN_CORE },

	{ "keywords", FACT_KEYWORD, RANK_META + 2 },
	{ "news_keywords", FACT_KEYWORD, RANK_META },
	{ "citation_keywords", FACT_KEYWORD, RANK_META },
	{ "article:tag", FACT_KEYWORD, RANK_META + 1 },
	{ "dc.subject", FACT_KEYWORD, RANK_DUBLIN_CORE },
	{ "dcterms.subject", FACT_KEYWORD, RANK_DUBLIN_CORE },

	{ "og:type", FACT_TYPE, RANK_OPEN_GRAPH },
};
/* clang-format on */

static void
from_name(struct facts *f, struct lavoir_str name, struct lavoir_str content)
{
	if (name.len == 0 || name.len > 64)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (text_is(name, names[i].name))
			facts_add(f, names[i].fact, names[i].rank, content);
}

static void
from_meta(struct facts *f, const struct dom_node *n)
{
	static const char *const keys[] = { "property", "name", "itemprop",
		"http-equiv" };
	struct lavoir_str content = dom_attr(n, "content");

	if (content.len == 0)
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		from_name(f, dom_attr(n, keys[i]), content);
}

static void
from_link(struct facts *f, const struct dom_node *n)
{
	struct lavoir_str rel = dom_attr(n, "rel"), href = dom_attr(n, "href");

	if (rel.len == 0 || rel.len > 256 || href.len == 0)
		return;
	if (n->tag == DOM_LINK && text_has_word(rel, "canonical"))
		facts_add(f, FACT_CANONICAL, RANK_META, href);
	if (text_has_word(rel, "license"))
		facts_add(f, FACT_LICENSE, RANK_MARKUP, href);
}

static void
from_licence_link(struct facts *f, const struct dom_node *n)
{
	struct lavoir_str href = dom_attr(n, "href");
	char id[LICENCE_MAX];

	if (href.len > 0 && href.len < 512 &&
	    text_find(href, "creativecommons.org/") != NULL &&
	    licence_of(href, id))
		facts_add(f, FACT_LICENSE, RANK_VISIBLE, href);
}

static void
from_script(struct facts *f, const struct dom_node *n, int *entity)
{
	struct lavoir_str type = dom_attr(n, "type");

	if (text_begins(type, "application/ld+json") && n->end > 0 &&
	    n[1].tag == DOM_TEXT)
		jsonld_read(f, n[1].text, entity);
}

/* The base of relative addresses; the language, which tells how dates are
 * written. */
static void
begin(struct facts *f, const struct dom_node *nodes, size_t n)
{
	struct lavoir_str language = dom_attr(&nodes[0], "lang");
	struct lavoir_value v;
	char url[URL_MAX];

	if (language.len == 0)
		language = dom_attr(&nodes[0], "xml:lang");
	facts_add(f, FACT_LANGUAGE, RANK_JSON_LD, language);
	f->month_first = text_begins(language, "en") &&
	    !text_begins(language, "en-gb") && !text_begins(language, "en-au");
	if (f->host->doc_get(f->doc, "url", &v) == LAVOIR_OK &&
	    v.type == LAVOIR_STR)
		f->base = v.s;
	/* The site's name, to know it from an author's. */
	for (size_t i = 0; i < n; i++)
		if (nodes[i].tag == DOM_META &&
		    text_is(dom_attr(&nodes[i], "property"), "og:site_name"))
			facts_add(f, FACT_SITE, RANK_OPEN_GRAPH,
			    dom_attr(&nodes[i], "content"));
	for (size_t i = 0; i < n; i++) {
		struct lavoir_str href = dom_attr(&nodes[i], "href");

		if (nodes[i].tag != DOM_BASE || href.len == 0)
			continue;
		if (url_resolve(f->base, href, url)) {
			size_t len = strlen(url);
			char *p = f->host->doc_alloc(f->doc, len);

			if (p != NULL)
				f->base =
				    (struct lavoir_str){ memcpy(p, url, len),
					    len };
		}
		break;
	}
}

static void
collect(struct facts *f, const struct dom_node *nodes, size_t n)
{
	int entity = 0;

	for (size_t i = 0; i < n; i++)
		switch (nodes[i].tag) {
		case DOM_META:
			from_meta(f, &nodes[i]);
			break;
		case DOM_LINK:
			from_link(f, &nodes[i]);
			break;
		case DOM_A:
			from_link(f, &nodes[i]);
			from_licence_link(f, &nodes[i]);
			break;
		case DOM_SCRIPT:
			if (nodes[i].end > i + 1)
				from_script(f, &nodes[i], &entity);
			break;
		default:
			break;
		}
	visible_read(f, nodes, n);
}

static void
set_string(struct facts *f, const char *name, struct lavoir_str s)
{
	struct lavoir_value v = { .type = LAVOIR_STR, .s = s };

	(void)f->host->doc_set(f->doc, name, &v);
}

static void
set_list(struct facts *f, const char *name, enum fact fact)
{
	struct lavoir_value item[FACTS_LIST_MAX], v = { .type = LAVOIR_LIST };

	for (size_t i = 0; i < f->fact[fact].n; i++)
		item[i] = (struct lavoir_value){ .type = LAVOIR_STR,
			.s = f->fact[fact].item[i] };
	v.list.item = item;
	v.list.n = f->fact[fact].n;
	(void)f->host->doc_set(f->doc, name, &v);
}

static void
publish(struct facts *f)
{
	/* What the document came with is believed more than the page. */
	static const struct {
		const char *name;
		enum fact fact;
		bool list, only_new;
	} attributes[] = {
		{ "title", FACT_TITLE, false, true },
		{ "authors", FACT_AUTHOR, true, true },
		{ "created", FACT_CREATED, false, true },
		{ "modified", FACT_MODIFIED, false, true },
		{ "language", FACT_LANGUAGE, false, true },
		{ "url", FACT_CANONICAL, false, true },
		{ "url.canonical", FACT_CANONICAL, false, false },
		{ "site", FACT_SITE, false, true },
		{ "license", FACT_LICENSE, false, true },
		{ "description", FACT_DESCRIPTION, false, true },
		{ "keywords", FACT_KEYWORD, true, true },
		{ "page.type", FACT_TYPE, false, false },
	};
	struct lavoir_value v;
	char id[LICENCE_MAX];

	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
		enum fact fact = attributes[i].fact;

		if (f->fact[fact].n == 0 ||
		    (attributes[i].only_new &&
			f->host->doc_get(f->doc, attributes[i].name, &v) ==
			    LAVOIR_OK))
			continue;
		if (attributes[i].list)
			set_list(f, attributes[i].name, fact);
		else
			set_string(f, attributes[i].name,
			    f->fact[fact].item[0]);
	}
	if (f->fact[FACT_LICENSE].n > 0 &&
	    licence_of(f->fact[FACT_LICENSE].item[0], id))
		set_string(f, "license.id",
		    (struct lavoir_str){ id, strlen(id) });
}

void
meta_publish(const struct lavoir_host *host, struct lavoir_doc *doc,
    const struct dom_node *nodes, size_t n, const uint64_t *offsets)
{
	struct facts f;

	facts_init(&f, host, doc);
	begin(&f, nodes, n);
	collect(&f, nodes, n);
	publish(&f);
	rights_publish(&f, nodes, n);
	if (f.base.len == 0 && f.fact[FACT_CANONICAL].n > 0)
		f.base = f.fact[FACT_CANONICAL].item[0];
	images_publish(&f, nodes, n, offsets);
}
