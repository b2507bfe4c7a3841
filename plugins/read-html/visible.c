/* visible.c - what a page shows of its title, authors and dates. */
#include "visible.h"

#include <string.h>

#include "date.h"
#include "text.h"

enum { JOINED_MAX = 4096, PIECES_MAX = 64, BYLINE_MAX = 160, STAMP_MAX = 160 };

struct lavoir_str
visible_text(const struct facts *f, const struct dom_node *nodes, uint32_t i,
    size_t max)
{
	char joined[JOINED_MAX];
	size_t n = 0, pieces = 0;
	uint32_t end = nodes[i].end;

	for (i++; i < end && pieces < PIECES_MAX; i++) {
		struct lavoir_str s = nodes[i].text;

		if (nodes[i].tag == DOM_SCRIPT || nodes[i].tag == DOM_STYLE ||
		    nodes[i].tag == DOM_NOSCRIPT) {
			i = nodes[i].end - 1;
			continue;
		}
		if (nodes[i].tag != DOM_TEXT)
			continue;
		/* Whole pieces only: a cut may fall within a character. */
		if (s.len + 1 > sizeof(joined) - n)
			break;
		memcpy(joined + n, s.ptr, s.len);
		n += s.len;
		joined[n++] = ' ';
		pieces++;
	}
	return facts_clean(f->host, f->doc, (struct lavoir_str){ joined, n },
	    max);
}

/* Does the class, or id, of an element hold one of the words? */
static bool
classed(const struct dom_node *n, const char *const *words, size_t count)
{
	struct lavoir_str s[2] = { dom_attr(n, "class"), dom_attr(n, "id") };

	for (int k = 0; k < 2; k++) {
		if (s[k].len == 0 || s[k].len > 300)
			continue;
		for (size_t i = 0; i < count; i++)
			if (text_find(s[k], words[i]) != NULL)
				return true;
	}
	return false;
}

static void
read_time(struct facts *f, const struct dom_node *nodes, uint32_t i)
{
	static const char *const later[] = { "updat", "modif" };
	struct lavoir_str when = dom_attr(&nodes[i], "datetime");
	enum fact fact =
	    classed(&nodes[i], later, 2) ? FACT_MODIFIED : FACT_CREATED;
	int rank = RANK_MARKUP + 2;

	if (dom_attr(&nodes[i], "pubdate").ptr != NULL ||
	    text_find(dom_attr(&nodes[i], "class"), "publi") != NULL)
		rank--;
	if (facts_settled(f, fact, rank))
		return;
	if (when.len == 0)
		when = visible_text(f, nodes, i, STAMP_MAX);
	facts_add(f, fact, rank, when);
}

/* itemprop on what is no <meta>. */
static void
read_item(struct facts *f, const struct dom_node *nodes, uint32_t i,
    struct lavoir_str prop)
{
	static const struct {
		const char *name;
		enum fact fact;
	} props[] = { { "headline", FACT_TITLE }, { "author", FACT_AUTHOR },
		{ "datePublished", FACT_CREATED },
		{ "dateModified", FACT_MODIFIED },
		{ "license", FACT_LICENSE } };

	for (size_t k = 0; k < sizeof(props) / sizeof(*props); k++) {
		enum fact fact = props[k].fact;
		struct lavoir_str value;

		if (!text_is(prop, props[k].name) ||
		    facts_settled(f, fact, RANK_MICRODATA))
			continue;
		value = dom_attr(&nodes[i],
		    fact == FACT_LICENSE      ? "href"
			: fact == FACT_AUTHOR ? "content"
					      : "datetime");
		if (value.len == 0)
			value = dom_attr(&nodes[i], "content");
		if (value.len == 0 && fact != FACT_LICENSE)
			value = visible_text(f, nodes, i,
			    fact == FACT_TITLE ? 512 : BYLINE_MAX);
		/* The name, where there is one, is within. */
		for (uint32_t c = i + 1;
		     fact == FACT_AUTHOR && c < nodes[i].end; c++)
			if (text_is(dom_attr(&nodes[c], "itemprop"), "name")) {
				value = dom_attr(&nodes[c], "content");
				if (value.len == 0)
					value = visible_text(f, nodes, c,
					    BYLINE_MAX);
				break;
			}
		facts_add(f, fact, RANK_MICRODATA, value);
	}
}

static void
read_byline(struct facts *f, const struct dom_node *nodes, uint32_t i)
{
	static const char *const words[] = { "author", "byline", "autor",
		"auteur", "writer" };
	static const char *const others[] = { "comment", "related", "bio",
		"avatar", "image", "date", "time", "list", "about", "social" };
	const struct dom_node *n = &nodes[i];
	struct lavoir_str text;

	if (!classed(n, words, 5) || classed(n, others, 10) ||
	    n->end - i > 24 || facts_settled(f, FACT_AUTHOR, RANK_VISIBLE))
		return;
	text = visible_text(f, nodes, i, BYLINE_MAX + 1);
	if (text.len > 0 && text.len <= 80)
		facts_add(f, FACT_AUTHOR, RANK_VISIBLE, text);
}

static void
read_stamp(struct facts *f, const struct dom_node *nodes, uint32_t i)
{
	static const char *const words[] = { "date", "publish", "time",
		"posted", "datum", "fecha", "byline", "meta" };
	const struct dom_node *n = &nodes[i];
	struct lavoir_str text;

	if (n->end - i > 24 || facts_settled(f, FACT_CREATED, RANK_VISIBLE) ||
	    !classed(n, words, 8))
		return;
	text = visible_text(f, nodes, i, STAMP_MAX);
	facts_add(f, FACT_CREATED, RANK_VISIBLE, text);
}

/* A date by itself in a short piece of text, where nothing else is known. */
static void
read_piece(struct facts *f, const struct dom_node *n)
{
	struct lavoir_str s = text_trim(n->text);

	if (s.len < 8 || s.len > 60 ||
	    facts_settled(f, FACT_CREATED, RANK_VISIBLE + 20))
		return;
	facts_add(f, FACT_CREATED, RANK_VISIBLE + 20, s);
}

/* /2020/03/05/ in the address. */
static void
read_address(struct facts *f)
{
	struct lavoir_str url = f->fact[FACT_CANONICAL].n > 0
	    ? f->fact[FACT_CANONICAL].item[0]
	    : f->base;
	char date[DATE_MAX];
	bool strokes = false;

	for (size_t i = 0; i + 9 < url.len && !strokes; i++) {
		struct lavoir_str s = { url.ptr + i + 1, 10 };

		if (url.ptr[i] != '/' || url.len < i + 11 ||
		    (s.ptr[4] != '/' && s.ptr[4] != '-'))
			continue;
		strokes = date_parse(s, false, date) && strlen(date) == 10;
		if (strokes)
			facts_add(f, FACT_CREATED, RANK_VISIBLE + 10, s);
	}
}

/* <h1>: the page's own title, if there is one only. */
static void
read_headings(struct facts *f, const struct dom_node *nodes, size_t n)
{
	uint32_t first = 0, count = 0;

	for (uint32_t i = 1; i < n; i++)
		if (nodes[i].tag == DOM_H1 && count++ == 0)
			first = i;
	if (count == 1)
		facts_add(f, FACT_TITLE, RANK_MARKUP,
		    visible_text(f, nodes, first, 512));
}

/* The part of <title> that is not the site's name. */
static void
read_title(struct facts *f, struct lavoir_str title)
{
	static const char *const marks[] = { " | ", " - ", " – ", " — ",
		" :: ", " » ", " • ", " · ", "_" };
	struct lavoir_str whole = title;

	if (whole.len > JOINED_MAX)
		return;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		for (size_t k = whole.len; k > 0; k--) {
			struct lavoir_str rest = { whole.ptr + k - 1,
				whole.len - k + 1 };

			if (!text_begins(rest, marks[i]))
				continue;
			/* The shorter part at the end is the site. */
			if (k - 1 > rest.len && k - 1 > 12)
				title.len = k - 1;
			i = sizeof(marks);
			break;
		}
	facts_add(f, FACT_TITLE, RANK_GENERAL + 1, title);
}

void
visible_read(struct facts *f, const struct dom_node *nodes, size_t n)
{
	enum { LOOK = 4000 }; /* nodes of text in which a date may stand */
	bool title = false;
	size_t pieces = 0;

	read_headings(f, nodes, n);
	for (uint32_t i = 1; i < n; i++) {
		struct lavoir_str prop;

		if (nodes[i].tag == DOM_TEXT) {
			if (pieces++ < LOOK)
				read_piece(f, &nodes[i]);
			continue;
		}
		if (nodes[i].tag == DOM_SCRIPT || nodes[i].tag == DOM_STYLE) {
			i = nodes[i].end - 1;
			continue;
		}
		if (nodes[i].tag == DOM_TIME)
			read_time(f, nodes, i);
		if (nodes[i].tag == DOM_TITLE && !title) {
			title = true;
			if (nodes[i].end > i + 1)
				read_title(f, nodes[i + 1].text);
		}
		if (nodes[i].n_attr == 0 || nodes[i].tag == DOM_META ||
		    nodes[i].tag == DOM_LINK)
			continue;
		prop = dom_attr(&nodes[i], "itemprop");
		if (prop.len > 0)
			read_item(f, nodes, i, prop);
		if (nodes[i].tag == DOM_A &&
		    text_has_word(dom_attr(&nodes[i], "rel"), "author"))
			facts_add(f, FACT_AUTHOR, RANK_MARKUP + 1,
			    visible_text(f, nodes, i, BYLINE_MAX));
		read_byline(f, nodes, i);
		read_stamp(f, nodes, i);
	}
	read_address(f);
}
