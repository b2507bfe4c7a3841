/* weigh.c - does a run look like mojibake, or like what people write?
 *
 * Weights are in halves.  They were set by hand, on text of 30 languages read
 * in nine pages, against the same text as it was.
 */
#include "glyph.h"
#include "mojibake.h"

/* What a run and its neighbours are. */
struct view {
	const uint32_t *cp; /* the run */
	uint32_t len;
	uint32_t decoded;
	uint32_t before, after;		/* characters beside it; 0: none */
	uint32_t before_was, after_was; /* these decoded, where they are runs */
};

static int
of_pair(enum glyph_class a, enum glyph_class b)
{
	switch (b) {
	case GLYPH_CONTROL:
	case GLYPH_BOX:
		return 4;
	case GLYPH_SYMBOL:
		return glyph_is_letter(a) ? 4 : 2;
	case GLYPH_NO_BREAK_SPACE:
	case GLYPH_PUNCTUATION:
		return 2;
	case GLYPH_UPPER:
		return a == GLYPH_LOWER ? 3 : 0;
	default:
		return 0;
	}
}

static int
of_first(const struct view *v, enum glyph_class before, enum glyph_class first)
{
	int weight = 0;

	if (first == GLYPH_BOX || first == GLYPH_CONTROL)
		weight += 4;
	else if (first == GLYPH_SYMBOL || first == GLYPH_PUNCTUATION)
		weight += 2;
	if (before == GLYPH_LOWER && first == GLYPH_UPPER)
		weight += 3;
	if (glyph_is_letter(before) && first == GLYPH_SYMBOL)
		weight += 2;
	/* What most of western Europe's letters begin with. */
	if (v->cp[0] == 0xc2 || v->cp[0] == 0xc3)
		weight += 2;
	return weight;
}

/* A no-break space behind a word in capitals is one. */
static int
of_space(const struct view *v, enum glyph_class before)
{
	int weight = 0;

	if (v->len != 2 || v->cp[1] != 0xa0)
		return 0;
	if (v->cp[0] != 0xc2 && v->cp[0] != 0xc3)
		weight -= 2;
	if (before == GLYPH_UPPER && glyph_class(v->cp[0]) == GLYPH_UPPER)
		weight -= 4;
	return weight;
}

static int
of_scripts(const struct view *v)
{
	int first = 0, last = 0, weight = 0, other;

	for (uint32_t i = 0; i < v->len; i++) {
		int script = glyph_script(v->cp[i]);

		if (script == 0)
			continue;
		if (first == 0)
			first = script;
		if (last != 0 && last != script)
			weight = 2;
		last = script;
	}
	if (first == 0)
		return 0;
	other = glyph_script(v->before);
	weight += other != 0 && other != first ? 2 : 0;
	other = glyph_script(v->after);
	return weight + (other != 0 && other != last ? 2 : 0);
}

static int
of_decoded_letter(const struct view *v)
{
	int script = glyph_script(v->decoded), weight = 0;
	int left = glyph_script(v->before_was), right;
	enum glyph_class class = glyph_class(v->decoded);
	enum glyph_class before = glyph_class(v->before_was);
	enum glyph_class after = glyph_class(v->after_was);

	right = glyph_script(v->after_was);
	if (script == 0)
		return 0;
	if ((left || right) && (left == script || left == 0) &&
	    (right == script || right == 0))
		weight += 2;
	else if ((left || right) && left != script && right != script &&
	    !glyph_greek(script))
		weight -= 4;
	if (class == GLYPH_UPPER && before == GLYPH_LOWER)
		weight -= 2;
	if (class == GLYPH_LOWER && before == GLYPH_UPPER &&
	    after == GLYPH_UPPER)
		weight -= 4;
	/* An apostrophe behind a capital: "the X's". */
	if (class == GLYPH_UPPER && v->cp[v->len - 1] == 0x2019 &&
	    after == GLYPH_LOWER)
		weight -= 4;
	return weight;
}

static int
weigh(const struct view *v)
{
	static const int of_length[] = { 0, 0, 0, 4, 8, 8, 12 };
	enum glyph_class before = glyph_class(v->before);
	enum glyph_class first = glyph_class(v->cp[0]), last = first;
	enum glyph_class after = glyph_class(v->after);
	int weight = of_length[v->len] + of_first(v, before, first) +
	    of_space(v, before) + of_scripts(v);

	for (uint32_t i = 1; i < v->len; i++) {
		enum glyph_class class = glyph_class(v->cp[i]);

		weight += of_pair(last, class);
		last = class;
	}
	if ((last == GLYPH_SYMBOL || last == GLYPH_PUNCTUATION ||
		last == GLYPH_NO_BREAK_SPACE) &&
	    (after == GLYPH_LOWER || after == GLYPH_UPPER))
		weight += 2;
	if (v->decoded == 0xfffd)
		return weight - 2;
	return weight + of_decoded_letter(v) -
	    (glyph_common(v->decoded) ? 0 : 12);
}

void
mojibake_weigh(struct mojibake *m, size_t n)
{
	const struct line *l = &m->line;

	for (size_t i = 0; i < n; i++) {
		struct run *r = &m->run[i];
		uint32_t end = r->at + r->len;
		struct view v = {
			.cp = l->cp + r->at,
			.len = r->len,
			.decoded = r->cp,
			.before = r->at > 0 ? l->cp[r->at - 1] : 0,
			.after = end < l->n ? l->cp[end] : 0,
		};

		v.before_was = v.before;
		v.after_was = v.after;
		if (i > 0 && r[-1].at + r[-1].len == r->at)
			v.before_was = r[-1].cp;
		if (i + 1 < n && r[1].at == end)
			v.after_was = r[1].cp;
		r->weight = weigh(&v);
	}
}
