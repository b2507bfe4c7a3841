/* rewrite.c - removes, replaces, trims; one pass, never longer than before. */
#include "clean.h"

#include <string.h>

#include "common/u8.h"

struct rewriting {
	const struct rules *rules;
	char *begin, *out;
	char *line;  /* where the line begins in the output */
	char *solid; /* behind its last character that is not blank */
	int64_t blank_lines;
	uint32_t previous; /* character put last */
};

static void
put_blank(struct rewriting *w, char c)
{
	const struct rules *r = w->rules;

	if (w->out == w->line && r->trim == TRIM_BOTH)
		return;
	/* Indentation is left alone unless it goes as a whole. */
	if (r->spaces && w->out > w->solid &&
	    (w->solid > w->line || r->trim == TRIM_BOTH)) {
		w->out[-1] = ' ';
		return;
	}
	*w->out++ = c;
	w->previous = ' ';
}

static void
put_newline(struct rewriting *w)
{
	const struct rules *r = w->rules;

	if (r->trim >= TRIM_END)
		w->out = w->solid;
	w->previous = '\n';
	if (w->out > w->line) {
		w->blank_lines = 0;
	} else if (w->out == w->begin && r->trim == TRIM_BOTH) {
		return;
	} else {
		w->blank_lines++;
		if (r->blank_lines >= 0 && w->blank_lines > r->blank_lines)
			return;
	}
	*w->out++ = '\n';
	w->line = w->out;
	w->solid = w->out;
}

static void
put_plain(struct rewriting *w, const unsigned char *p, size_t n)
{
	memcpy(w->out, p, n);
	w->out += n;
	w->solid = w->out;
}

/* One character that is not plain ASCII. */
static const unsigned char *
special(struct rewriting *w, const unsigned char *p, const unsigned char *end)
{
	size_t n;
	uint32_t cp = u8_decode(p, &n);

	switch (clean_class(w->rules, cp)) {
	case CLASS_BLANK:
		put_blank(w, cp == '\t' ? '\t' : ' ');
		break;
	case CLASS_RETURN:
		if (p + 1 == end || p[1] != '\n')
			put_newline(w);
		break;
	case CLASS_NEWLINE:
		put_newline(w);
		break;
	case CLASS_REMOVE:
		break;
	case CLASS_JOINER:
		if (!clean_joins(w->previous))
			break;
		__attribute__((fallthrough));
	default:
		put_plain(w, p, n);
		w->previous = cp;
		break;
	}
	return p + n;
}

/* Characters that need no look: visible ASCII, and what the table says. */
static const unsigned char *
plain(struct rewriting *w, const unsigned char *table, const unsigned char *p,
    const unsigned char *end)
{
	const unsigned char *from = p;
	uint32_t cp = 0;
	size_t n;

	while (p < end) {
		if (*p > ' ' && *p < 0x7f) {
			cp = *p++;
			continue;
		}
		if (*p < 0xc0)
			break;
		uint32_t c = u8_decode(p, &n);
		if (c >= TABLE_SIZE || table[c] == STOP)
			break;
		cp = c;
		p += n;
	}
	if (p > from) {
		put_plain(w, from, (size_t)(p - from));
		w->previous = cp;
	}
	return p;
}

size_t
clean_rewrite(const struct rules *r, const unsigned char *table,
    struct lavoir_str text, char *out)
{
	struct rewriting w = { r, out, out, out, out, 0, '\n' };
	const unsigned char *p = (const unsigned char *)text.ptr;
	const unsigned char *end = p + text.len;
	struct lavoir_str done;

	while (p < end) {
		p = plain(&w, table, p, end);
		if (p < end)
			p = special(&w, p, end);
	}
	done = (struct lavoir_str){ out, (size_t)(w.out - out) };
	/* What stands at the start has been left out; the end is left. */
	return clean_trim(r, done).len;
}
