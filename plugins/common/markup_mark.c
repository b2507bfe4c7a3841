/* markup_mark.c - structured text: emphasis, code, links.
 *
 * A mark is written when its first word comes, behind the space before it, and
 * closed before the space after it: "a<b> b </b>c" is "a **b** c".
 */
#include "common/markup_put.h"

static const char *const marker[] = {
	[MARKUP_EM] = "*",
	[MARKUP_STRONG] = "**",
	[MARKUP_STRIKE] = "~~",
	[MARKUP_CODE] = "",
	[MARKUP_LINK] = "[",
};

void
markup_marks_write(struct markup *m)
{
	for (size_t i = m->marks - m->unwritten; i < m->marks; i++) {
		struct markup_open *o = &m->mark[i];

		if (o->hidden)
			continue;
		markup_put(m, marker[o->kind], strlen(marker[o->kind]));
		o->at = m->len;
		if (o->kind != MARKUP_CODE && m->start == START_LINE)
			m->start = START_MID;
	}
	m->unwritten = 0;
}

static size_t
longest_run(const unsigned char *p, const unsigned char *end)
{
	size_t longest = 0, n = 0;

	for (; p < end; p++) {
		n = *p == '`' ? n + 1 : 0;
		if (n > longest)
			longest = n;
	}
	return longest;
}

static void
close_code(struct markup *m, const struct markup_open *o)
{
	const unsigned char *from = m->ptr + o->at, *end = m->ptr + m->len;
	size_t n = longest_run(from, end) + 1;
	bool pad = from < end && (*from == '`' || end[-1] == '`');

	if (pad) {
		markup_insert(m, o->at, " ", 1);
		markup_putc(m, ' ');
	}
	markup_insert(m, o->at, "`", n);
	for (size_t i = 0; i < n; i++)
		markup_putc(m, '`');
}

/* An address, with what would end it encoded. */
static void
put_url(struct markup *m, struct lavoir_str url)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < url.len; i++) {
		unsigned char c = (unsigned char)url.ptr[i];

		if (c > ' ' && strchr("()<>\\|", c) == NULL && c != 0x7f) {
			markup_putc(m, (char)c);
		} else {
			markup_putc(m, '%');
			markup_putc(m, hex[c >> 4]);
			markup_putc(m, hex[c & 15]);
		}
	}
}

static void
close_mark(struct markup *m, struct markup_open *o)
{
	if (m->state != MARKUP_FINE || o->hidden)
		return;
	if (o->kind == MARKUP_CODE) {
		close_code(m, o);
	} else if (o->kind == MARKUP_LINK) {
		markup_put(m, "](", 2);
		put_url(m, o->url);
		markup_putc(m, ')');
	} else {
		markup_put(m, marker[o->kind], strlen(marker[o->kind]));
	}
}

void
markup_marks_suspend(struct markup *m)
{
	for (size_t i = m->marks - m->unwritten; i > 0; i--)
		close_mark(m, &m->mark[i - 1]);
	m->unwritten = m->marks;
}

static bool
shown(const struct markup *m, enum markup_mark kind, struct lavoir_str url)
{
	if (!markup_md(m) || (m->pre && !m->cell))
		return false;
	if (kind == MARKUP_LINK)
		return (m->flags & MARKUP_LINKS) && url.len > 0;
	return kind == MARKUP_CODE || (m->flags & MARKUP_EMPHASIS);
}

static void
begin(struct markup *m, enum markup_mark kind, struct lavoir_str url)
{
	struct markup_open *o;

	if (m->more_marks > 0 || m->marks == MARKUP_MARKS) {
		m->more_marks++;
		return;
	}
	o = &m->mark[m->marks++];
	o->kind = (uint8_t)kind;
	o->hidden = !shown(m, kind, url);
	o->url = url;
	o->at = 0;
	m->unwritten++;
	if (kind == MARKUP_CODE && !o->hidden)
		m->codes++;
}

void
markup_mark_begin(struct markup *m, enum markup_mark kind)
{
	begin(m, kind, (struct lavoir_str){ "", 0 });
}

void
markup_link_begin(struct markup *m, struct lavoir_str url)
{
	begin(m, MARKUP_LINK, url);
}

void
markup_mark_end(struct markup *m)
{
	struct markup_open *o;

	if (m->more_marks > 0) {
		m->more_marks--;
		return;
	}
	if (m->marks == 0)
		return;
	o = &m->mark[--m->marks];
	if (o->kind == MARKUP_CODE && !o->hidden)
		m->codes--;
	if (m->unwritten > 0)
		m->unwritten--;
	else
		close_mark(m, o);
}
