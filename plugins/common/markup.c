/* markup.c - structured text: the buffer, lines and blocks. */
#include "common/markup.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/markup_put.h"

enum { SIZE_FIRST = 16384 };

static void *
grow_malloc(void *arg, void *old, size_t old_size, size_t new_size)
{
	(void)arg;
	(void)old_size;
	return realloc(old, new_size);
}

void *
markup_grow_doc(void *arg, void *old, size_t old_size, size_t new_size)
{
	const struct markup_doc *d = arg;
	void *p = d->host->doc_alloc(d->doc, new_size);

	if (p != NULL && old_size > 0)
		memcpy(p, old, old_size);
	return p;
}

void
markup_init(struct markup *m, int format, unsigned flags, size_t size_max,
    const struct markup_memory *memory)
{
	memset(m, 0, sizeof(*m));
	m->format = format;
	m->flags = format == MARKUP_MARKDOWN ? flags : 0;
	m->size_max = size_max;
	if (memory != NULL)
		m->memory = *memory;
	else
		m->memory.grow = grow_malloc;
}

void
markup_reset(struct markup *m, size_t keep)
{
	struct markup old = *m;

	if (m->memory.grow == grow_malloc && m->cap > keep)
		markup_free(&old);
	markup_init(m, old.format, old.flags, old.size_max, &old.memory);
	if (m->memory.grow == grow_malloc) {
		m->ptr = old.ptr;
		m->cap = old.cap;
	}
}

void
markup_free(struct markup *m)
{
	if (m->memory.grow == grow_malloc)
		free(m->ptr);
	m->ptr = NULL;
	m->len = m->cap = 0;
}

bool
markup_grow(struct markup *m, size_t n)
{
	size_t cap = m->cap;
	void *p;

	if (m->state != MARKUP_FINE)
		return false;
	if (n > m->size_max || m->len > m->size_max - n) {
		m->state = MARKUP_FULL;
		return false;
	}
	while (cap - m->len < n)
		cap = cap < SIZE_FIRST ? SIZE_FIRST : cap * 2;
	if (cap > m->size_max)
		cap = m->size_max;
	p = m->memory.grow(m->memory.arg, m->ptr, m->len, cap);
	if (p == NULL) {
		m->state = MARKUP_NO_MEMORY;
		return false;
	}
	m->ptr = p;
	m->cap = cap;
	return true;
}

void
markup_insert(struct markup *m, size_t at, const char *s, size_t n)
{
	size_t size = strlen(s);

	if (!markup_room(m, n * size))
		return;
	memmove(m->ptr + at + n * size, m->ptr + at, m->len - at);
	for (size_t i = 0; i < n; i++)
		memcpy(m->ptr + at + i * size, s, size);
	m->len += n * size;
}

void
markup_rewind(struct markup *m, const struct markup *copy)
{
	struct markup now = *m;

	*m = *copy;
	m->ptr = now.ptr;
	m->cap = now.cap;
	m->state = now.state;
}

bool
markup_failed(const struct markup *m)
{
	return m->state != MARKUP_FINE;
}

size_t
markup_length(const struct markup *m)
{
	return m->len;
}

int
markup_end(struct markup *m, struct lavoir_str *text_r)
{
	markup_marks_suspend(m);
	text_r->ptr = m->len > 0 ? (const char *)m->ptr : "";
	text_r->len = m->len;
	return m->state;
}

static void
put_prefix(struct markup *m, const struct markup_container *c)
{
	static const char spaces[] = "                                ";

	if (c->kind == CONTAINER_QUOTE) {
		if (markup_md(m))
			markup_put(m, "> ", 2);
	} else if (c->kind != CONTAINER_LIST) {
		markup_put(m, spaces,
		    c->width < sizeof(spaces) ? c->width : sizeof(spaces) - 1);
	}
}

static void
put_prefixes(struct markup *m, size_t depth, bool blank)
{
	size_t at = m->len;

	for (size_t i = 0; i < depth; i++)
		put_prefix(m, &m->container[i]);
	while (blank && m->len > at && m->ptr[m->len - 1] == ' ')
		m->len--;
}

void
markup_newline(struct markup *m, bool blank)
{
	markup_putc(m, '\n');
	put_prefixes(m, m->depth, blank);
}

void
markup_line_open(struct markup *m)
{
	/* Within a cell there are no lines. */
	size_t depth =
	    m->cell && m->table_depth < m->depth ? m->table_depth : m->depth;

	if (m->len > 0) {
		markup_putc(m, '\n');
		for (; m->gap > 1; m->gap--) {
			put_prefixes(m, m->shared, true);
			markup_putc(m, '\n');
		}
	}
	for (size_t i = 0; i < depth; i++) {
		struct markup_container *c = &m->container[i];

		if (c->pending)
			markup_put(m, c->marker, c->marker_len);
		else
			put_prefix(m, c);
		c->pending = false;
	}
	if (m->heading > 0 && markup_md(m)) {
		markup_put(m, "######", m->heading);
		markup_putc(m, ' ');
	}
	m->shared = depth;
	m->in_line = true;
	m->last_note = false;
	m->gap = 0;
	m->space = SPACE_NONE;
	m->start = START_LINE;
}

static void
put_break(struct markup *m)
{
	if (m->heading > 0) {
		markup_putc(m, ' ');
		return;
	}
	if (markup_md(m))
		markup_put(m, "  ", 2);
	markup_newline(m, false);
	m->start = START_LINE;
}

static void
put_space(struct markup *m)
{
	if (m->space == SPACE_NBSP)
		markup_put(m, "\xc2\xa0", 2);
	else
		markup_putc(m, ' ');
	m->start = START_MID;
}

void
markup_ready(struct markup *m)
{
	if (m->cell && !m->cell_text)
		markup_cell_open(m);
	else if (!m->in_line)
		markup_line_open(m);
	else if (m->space == SPACE_BREAK)
		put_break(m);
	else if (m->space != SPACE_NONE)
		put_space(m);
	m->space = SPACE_NONE;
	if (m->unwritten > 0)
		markup_marks_write(m);
}

static bool
marker_waits(const struct markup *m)
{
	return m->depth > 0 && m->container[m->depth - 1].pending;
}

void
markup_boundary(struct markup *m, uint8_t gap)
{
	if (m->cell) {
		markup_space(m);
		return;
	}
	if (m->marks > m->unwritten)
		markup_marks_suspend(m);
	m->in_line = false;
	m->space = SPACE_NONE;
	if (m->gap < gap && !marker_waits(m))
		m->gap = gap;
}

void
markup_paragraph(struct markup *m)
{
	markup_boundary(m, 2);
}

void
markup_heading_begin(struct markup *m, int level)
{
	markup_boundary(m, 2);
	if (!m->cell)
		m->heading = (uint8_t)(level < 1 ? 1 : level > 6 ? 6 : level);
}

void
markup_heading_end(struct markup *m)
{
	markup_boundary(m, 2);
	m->heading = 0;
}

void
markup_rule(struct markup *m)
{
	markup_boundary(m, 2);
	if (markup_md(m) && !m->cell && m->len > 0) {
		markup_ready(m);
		markup_put(m, "---", 3);
		markup_boundary(m, 2);
	}
}
