/* media_markup.c - HTML and XML by their first tags. */
#include <string.h>
#include <strings.h>

#include "model/media_sniff.h"

/* Feeds and other XML too: what no reader knows better can be read as text. */
#define XML "text/xml"
#define HTML "text/html"
#define ODF "application/vnd.oasis.opendocument."

struct view {
	const char *at, *end;
};

static bool
begins(const struct view *v, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(v->end - v->at) >= len &&
	    strncasecmp(v->at, word, len) == 0;
}

static void
skip_space(struct view *v)
{
	while (v->at < v->end && memchr(" \t\r\n\f", *v->at, 5) != NULL)
		v->at++;
}

static bool
contains(const struct view *v, const char *word)
{
	return memmem(v->at, (size_t)(v->end - v->at), word, strlen(word)) !=
	    NULL;
}

/* Behind the next occurrence; at the end when there is none. */
static void
skip_past(struct view *v, const char *word)
{
	const char *p =
	    memmem(v->at, (size_t)(v->end - v->at), word, strlen(word));

	v->at = p ? p + strlen(word) : v->end;
}

static size_t
name_length(const char *p, const char *end)
{
	const char *at = p;

	while (at < end &&
	    ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
		(*at >= '0' && *at <= '9') || *at == ':' || *at == '_' ||
		*at == '-' || *at == '.'))
		at++;
	return (size_t)(at - p);
}

/* The name of the tag at v, whose "<" has been seen; 0: that is no tag. */
static size_t
tag_name(const struct view *v, const char **name_r)
{
	const char *name = v->at + 1;
	size_t len;

	if (v->at >= v->end || *v->at != '<' || name >= v->end ||
	    (*name >= '0' && *name <= '9') || *name == '-' || *name == '.')
		return 0;
	len = name_length(name, v->end);
	if (name + len < v->end && memchr(" \t\r\n/>", name[len], 6) == NULL)
		return 0;
	*name_r = name;
	return len;
}

static bool
is_one_of(const char *name, size_t len, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == len &&
		    strncasecmp(name, *words, len) == 0)
			return true;
	return false;
}

/* Documents begin with these, fragments with the others. */
static const char *const document_tags[] = { "html", "head", "body", "title",
	"meta", "script", "style", "frameset", "base", NULL };
static const char *const fragment_tags[] = { "p", "div", "span", "a", "b", "i",
	"u", "em", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol",
	"li", "dl", "table", "tbody", "tr", "td", "th", "img", "br", "hr",
	"font", "center", "form", "blockquote", "pre", "code", "article",
	"section", "main", "nav", "header", "footer", "aside", "figure",
	"iframe", "link", "noscript", "button", "input", "label", "small",
	"sup", "sub", NULL };

/* In the tag at v: name="value". */
static bool
has_attribute(const struct view *v)
{
	const char *end = memchr(v->at, '>', (size_t)(v->end - v->at));
	const char *p =
	    end != NULL ? memmem(v->at, (size_t)(end - v->at), "=\"", 2) : NULL;

	return p != NULL && memchr(v->at, ' ', (size_t)(p - v->at)) != NULL;
}

static const char *
html_by_tag(const struct view *v)
{
	const char *name;
	size_t len = tag_name(v, &name);

	if (len == 0)
		return NULL;
	if (is_one_of(name, len, document_tags))
		return HTML;
	if (!is_one_of(name, len, fragment_tags) || contains(v, " xmlns"))
		return NULL;
	return contains(v, "</") || contains(v, "/>") || has_attribute(v)
	    ? HTML
	    : NULL;
}

static bool
same(const char *name, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(name, word, len) == 0;
}

/* Dialects, by their root and, where others have such a root, a word that must
 * occur with it. */
/* clang-format off */
static const struct {
	const char *name, *word, *type;
} roots[] = {
	{ "svg", NULL, "image/svg+xml" },
	{ "svg:svg", NULL, "image/svg+xml" },
	{ "rss", NULL, "application/rss+xml" },
	{ "feed", "2005/Atom", "application/atom+xml" },
	{ "rdf:RDF", "purl.org/rss/1.0", "application/rss+xml" },
	{ "rdf:RDF", NULL, "application/rdf+xml" },
	{ "book", "ocbook", "application/docbook+xml" },
	{ "article", "ocbook", "application/docbook+xml" },
	{ "chapter", "ocbook", "application/docbook+xml" },
	{ "article", "//NLM//DTD", "application/jats+xml" },
	{ "article", "article-type=", "application/jats+xml" },
	{ "TEI", "tei-c.org", "application/tei+xml" },
	{ "FictionBook", NULL, "application/x-fictionbook+xml" },
	{ "kml", "/kml/", "application/vnd.google-earth.kml+xml" },
	{ "urlset", "sitemap", "application/x-sitemap+xml" },
	{ "sitemapindex", "sitemap", "application/x-sitemap+xml" },
	{ "opml", NULL, "text/x-opml" },
	{ "mediawiki", "mediawiki.org", "application/x-mediawiki+xml" },
	{ "x:xmpmeta", NULL, "application/rdf+xml" },
	{ "xdp:xdp", NULL, "application/vnd.adobe.xdp+xml" },
};
/* clang-format on */

/* Browsers read it as HTML when it is called so. */
static const char *
xhtml(const struct sniff *s)
{
	if (sniff_suffix(s, "html") || sniff_suffix(s, "htm"))
		return HTML;
	return "application/xhtml+xml";
}

static const char *
flat_office(const struct view *v)
{
	if (contains(v, "opendocument.presentation"))
		return ODF "presentation-flat-xml";
	if (contains(v, "opendocument.spreadsheet"))
		return ODF "spreadsheet-flat-xml";
	return contains(v, "opendocument.text") ? ODF "text-flat-xml" : XML;
}

/* What XML it is, by its root. */
static const char *
xml_by_root(const struct sniff *s, const char *name, size_t len,
    const struct view *v)
{
	if (len == 4 && strncasecmp(name, "html", len) == 0)
		return xhtml(s);
	if (same(name, len, "office:document"))
		return flat_office(v);
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (same(name, len, roots[i].name) &&
		    (roots[i].word == NULL || contains(v, roots[i].word)))
			return roots[i].type;
	return XML;
}

/* Past processing instructions, comments and, unless it is HTML's, the document
 * type; true: the document type is HTML's. */
static bool
skip_prolog(struct view *v)
{
	for (;;) {
		skip_space(v);
		if (begins(v, "<!--")) {
			skip_past(v, "-->");
		} else if (begins(v, "<?")) {
			skip_past(v, "?>");
		} else if (begins(v, "<!doctype")) {
			v->at += strlen("<!doctype");
			skip_space(v);
			if (begins(v, "html"))
				return true;
			skip_past(v, ">");
		} else {
			return false;
		}
	}
}

/* A declaration is believed, a lone tag only with a namespace, its end or the
 * name's word for it: prose may begin with one. */
static const char *
xml_by_tag(const struct sniff *s, const struct view *v, bool declared)
{
	const char *name;
	size_t len = tag_name(v, &name);
	struct view rest = *v;
	char end[80] = "</";

	if (len == 0)
		return declared ? XML : NULL;
	/* A page that something else was put around. */
	if (!declared && !contains(v, " xmlns") &&
	    (contains(v, "<html") || contains(v, "<HTML")) &&
	    (contains(v, "<head") || contains(v, "<HEAD")))
		return HTML;
	if (declared || sniff_suffix(s, "xml"))
		return xml_by_root(s, name, len, v);
	if (len > sizeof(end) - 3)
		return NULL;
	memcpy(end + 2, name, len);
	skip_past(&rest, ">");
	if (contains(v, " xmlns") || (s->whole && contains(&rest, end)))
		return xml_by_root(s, name, len, v);
	return NULL;
}

const char *
sniff_markup(const struct sniff *s)
{
	const char *begin = (const char *)s->ptr, *type;
	struct view v = { begin, begin + s->len };
	bool declared, doctype;

	skip_space(&v);
	if (v.at == v.end || *v.at != '<')
		return NULL;
	declared = begins(&v, "<?xml") && v.end - v.at > 5 &&
	    memchr(" \t\r\n", v.at[5], 4) != NULL;
	doctype = begins(&v, "<!doctype");
	if (skip_prolog(&v))
		return declared ? xhtml(s) : HTML;
	if (!declared && !doctype) {
		type = html_by_tag(&v);
		if (type != NULL)
			return type;
	}
	return xml_by_tag(s, &v, declared || doctype);
}
