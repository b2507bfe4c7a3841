/* visible.c - what a page shows of its title, authors and dates. */
#include "visible.h"

#include <string.h>

#include "date.h"
#include "text.h"

enum { JOINED_MAX = 4096, PIECES_MAX = 64, BYLINE_MAX = 160, STAMP_MAX = 160 };

struct visible {
	struct facts *f;
	uint32_t last; /* the node with the last author */
	int step;
};

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

/* Is it in comments, or a list of other pages? */
static bool
aside(const struct dom_node *nodes, uint32_t i)
{
	static const char *const words[] = { "comment", "related", "kommentar",
		"recommend", "sidebar", "teaser" };

	for (int up = 0; up < 12 && i > 0; up++, i = nodes[i].parent)
		if (classed(&nodes[i], words, 6) ||
		    text_is(dom_attr(&nodes[i], "itemprop"), "comment"))
			return true;
	return false;
}

/* Those that stand together are authors of the same thing; a later group is
 * believed less. */
static void
add_author(struct visible *v, int base, const struct dom_node *nodes,
    uint32_t i, struct lavoir_str name)
{
	enum { TOGETHER = 30, STEPS_MAX = 40 };

	if (name.len == 0 || aside(nodes, i))
		return;
	if (v->last > 0 && i - v->last > TOGETHER && v->step < STEPS_MAX)
		v->step++;
	v->last = i;
	facts_add(v->f, FACT_AUTHOR, base + v->step, name);
}

/* The names in an element: those of its links, else its first piece of text
 * that is more than "by". */
static void
add_names(struct visible *v, int base, const struct dom_node *nodes, uint32_t i)
{
	struct lavoir_str text;
	bool links = false;

	for (uint32_t k = i; k < nodes[i].end; k++) {
		if (nodes[k].tag != DOM_A)
			continue;
		text = visible_text(v->f, nodes, k, BYLINE_MAX);
		links = links || text.len > 0;
		add_author(v, base, nodes, k, text);
	}
	for (uint32_t k = i + 1; !links && k < nodes[i].end; k++) {
		if (nodes[k].tag != DOM_TEXT)
			continue;
		text = text_trim(nodes[k].text);
		if (text.len < 3 || text.len > 80 ||
		    facts_strip_by(text).len == 0 || text_is(text, "von") ||
		    text_is(text, "par") || text_is(text, "author") ||
		    text.ptr[text.len - 1] == ':')
			continue;
		add_author(v, base, nodes, k, text);
		return;
	}
}

/* Links to where authors are. */
static void
read_author_link(struct visible *v, const struct dom_node *nodes, uint32_t i)
{
	static const char *const places[] = { "/author/", "/authors/",
		"/autor/", "/autoren/", "/auteur/", "/autore/", "/staff/",
		"/people/", "/profile/", "/by/", "/redakteur" };
	struct lavoir_str href = dom_attr(&nodes[i], "href");
	bool there = false;

	if (href.len == 0 || href.len > 512 ||
	    facts_settled(v->f, FACT_AUTHOR, RANK_VISIBLE - 1))
		return;
	for (size_t k = 0; k < sizeof(places) / sizeof(*places); k++)
		there = there || text_find(href, places[k]) != NULL;
	if (there)
		add_author(v, RANK_VISIBLE - 50, nodes, i,
		    visible_text(v->f, nodes, i, 80));
}

/* itemprop on what is no <meta>. */
static void
read_item(struct visible *v, const struct dom_node *nodes, uint32_t i,
    struct lavoir_str prop)
{
	struct facts *f = v->f;
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
		bool named = dom_attr(&nodes[i], "content").len > 0;

		if (!text_is(prop, props[k].name) ||
		    facts_settled(f, fact, RANK_MICRODATA + 40))
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
				named = true;
				break;
			}
		if (fact == FACT_AUTHOR && named)
			add_author(v, RANK_MICRODATA, nodes, i, value);
		else if (fact == FACT_AUTHOR)
			add_names(v, RANK_MICRODATA, nodes, i);
		else
			facts_add(f, fact, RANK_MICRODATA, value);
	}
}

static void
read_byline(struct visible *v, const struct dom_node *nodes, uint32_t i)
{
	static const char *const words[] = { "author", "byline", "autor",
		"auteur", "writer" };
	static const char *const others[] = { "comment", "related", "bio",
		"avatar", "image", "date", "time", "about", "social" };
	const struct dom_node *n = &nodes[i];

	if (!classed(n, words, 5) || classed(n, others, 9) || n->end - i > 24 ||
	    facts_settled(v->f, FACT_AUTHOR, RANK_VISIBLE + 40))
		return;
	add_names(v, RANK_VISIBLE, nodes, i);
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

/* "By Anna Bell": a name and nothing else. */
static void
read_signature(struct visible *v, const struct dom_node *nodes, uint32_t i)
{
	struct lavoir_str s = text_trim(nodes[i].text), name;
	size_t blanks = 0;

	if (s.len < 6 || s.len > 60 ||
	    facts_settled(v->f, FACT_AUTHOR, RANK_VISIBLE + 50))
		return;
	name = facts_strip_by(s);
	if (name.len == s.len || name.len < 5)
		return;
	for (size_t k = 0; k + 1 < name.len; k++)
		if (name.ptr[k] == ' ') {
			blanks++;
			/* Every word of a name has a capital, or is short. */
			if (name.ptr[k + 1] >= 'a' && name.ptr[k + 1] <= 'z')
				return;
		}
	if (blanks >= 1 && blanks <= 3 &&
	    !(name.ptr[0] >= 'a' && name.ptr[0] <= 'z'))
		add_author(v, RANK_VISIBLE + 50, nodes, i, name);
}

/* A whole date in a short piece of text, where nothing else is known. */
static void
read_piece(struct visible *v, const struct dom_node *nodes, uint32_t i)
{
	enum { RANK = RANK_VISIBLE + 20, DAY_LEN = 10 };
	struct lavoir_str s = text_trim(nodes[i].text);
	char date[DATE_MAX];

	read_signature(v, nodes, i);
	if (s.len < 8 || s.len > 120 ||
	    facts_settled(v->f, FACT_CREATED, RANK) ||
	    v->f->fact[FACT_CREATED].rank == RANK ||
	    !date_find(s, v->f->month_first, date) || strlen(date) < DAY_LEN)
		return;
	facts_add(v->f, FACT_CREATED, RANK,
	    (struct lavoir_str){ date, strlen(date) });
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

/* How much of the words of a stands in b, in percent. */
static unsigned
shared(struct lavoir_str a, struct lavoir_str b)
{
	struct lavoir_str word;
	size_t all = 0, found = 0;

	while (text_next(&a, " ,:;.!?|-", &word)) {
		if (word.len == 0)
			continue;
		all += word.len;
		if (text_find(b, "") != NULL && b.len >= word.len) {
			char w[64];

			if (word.len >= sizeof(w))
				continue;
			memcpy(w, word.ptr, word.len);
			w[word.len] = '\0';
			found += text_find(b, w) != NULL ? word.len : 0;
		}
	}
	return all > 0 ? (unsigned)(100 * found / all) : 0;
}

/* A heading that says about what the head says is how the page is called;
 * without a title, the only <h1> is. */
static void
read_headings(struct facts *f, const struct dom_node *nodes, size_t n)
{
	enum { LOOK_AT = 8, ALIKE = 60 };
	struct lavoir_str title = { "", 0 }, text, best = { "", 0 };
	unsigned most = 0, count = 0;

	if (f->fact[FACT_TITLE].n > 0)
		title = f->fact[FACT_TITLE].item[0];
	for (uint32_t i = 1; i < n && count < LOOK_AT; i++) {
		unsigned part, other;

		if (nodes[i].tag != DOM_H1)
			continue;
		count++;
		text = visible_text(f, nodes, i, 512);
		part = shared(text, title);
		other = shared(title, text);
		part = part < other ? other : part;
		if (text.len >= 8 && text.len * 3 >= title.len && part > most) {
			most = part;
			best = text;
		}
	}
	if (most >= ALIKE)
		facts_add(f, FACT_TITLE, 0, best);
	else if (count == 1)
		facts_add(f, FACT_TITLE, RANK_MARKUP, text);
}

/* Where the name of the site behind a title begins; its length if there is
 * none. */
static size_t
without_site(const struct facts *f, struct lavoir_str title)
{
	static const char *const marks[] = { " | ", " - ", " – ", " — ",
		" :: ", " » ", " • ", " · ", " ‹ ", " « ", "_" };
	struct lavoir_str site = f->fact[FACT_SITE].n > 0
	    ? f->fact[FACT_SITE].item[0]
	    : (struct lavoir_str){ "", 0 };

	for (size_t k = title.len; k > 1; k--)
		for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
			struct lavoir_str rest = { title.ptr + k - 1,
				title.len - k + 1 };

			if (!text_begins(rest, marks[i]))
				continue;
			/* What is no site's name is the shorter part. */
			if ((site.len > 0 && shared(rest, site) >= 60) ||
			    (k - 1 > 2 * rest.len && k - 1 > 12))
				return k - 1;
			return title.len;
		}
	return title.len;
}

static void
read_title(struct facts *f, struct lavoir_str title)
{
	if (title.len <= JOINED_MAX)
		facts_add(f, FACT_TITLE, RANK_GENERAL + 1, title);
}

/* The best title so far, the site's name left out. */
static void
cut_title(struct facts *f)
{
	struct lavoir_str *title = &f->fact[FACT_TITLE].item[0];

	if (f->fact[FACT_TITLE].n > 0)
		title->len = without_site(f, *title);
}

void
visible_read(struct facts *f, const struct dom_node *nodes, size_t n)
{
	enum { LOOK = 4000 }; /* nodes of text in which a date may stand */
	struct visible v = { .f = f };
	bool title = false;
	size_t pieces = 0;

	for (uint32_t i = 1; i < n; i++) {
		struct lavoir_str prop;

		if (nodes[i].tag == DOM_TEXT) {
			if (pieces++ < LOOK)
				read_piece(&v, nodes, i);
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
			read_item(&v, nodes, i, prop);
		if (nodes[i].tag == DOM_A &&
		    text_has_word(dom_attr(&nodes[i], "rel"), "author"))
			add_author(&v, RANK_MARKUP, nodes, i,
			    visible_text(f, nodes, i, BYLINE_MAX));
		if (nodes[i].tag == DOM_A)
			read_author_link(&v, nodes, i);
		read_byline(&v, nodes, i);
		read_stamp(f, nodes, i);
	}
	read_address(f);
	cut_title(f);
	read_headings(f, nodes, n);
}
