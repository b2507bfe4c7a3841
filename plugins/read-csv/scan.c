/* scan.c - separated text, record by record. */
#include "scan.h"

#include <string.h>

struct scanning {
	const char *at, *end, *stop; /* stop: as far as a record may go */
	const struct dialect *d;
};

static bool
line_end(char c)
{
	return c == '\n' || c == '\r';
}

/* Behind the line end at p. */
static const char *
behind(const char *p, const char *end)
{
	if (p < end && *p == '\r')
		p++;
	else if (p < end)
		return p + 1;
	return p < end && *p == '\n' ? p + 1 : p;
}

/* From the opening quote to behind the closing one; NULL: there is none that it
 * can be. */
static const char *
quoted(const struct scanning *s, const char *p)
{
	const char *from = p++;

	for (;; p += 2) {
		p = memchr(p, s->d->quote, (size_t)(s->stop - p));
		if (p == NULL)
			return NULL;
		if (p + 1 == s->stop || p[1] != s->d->quote)
			break;
	}
	p++;
	if (p < s->end && !line_end(*p) && *p != s->d->delimiter &&
	    (memchr(from, '\n', (size_t)(p - from)) != NULL ||
		memchr(from, '\r', (size_t)(p - from)) != NULL)) {
		/* Blanks may follow. */
		while (p < s->stop && *p == ' ')
			p++;
		if (p < s->end && !line_end(*p) && *p != s->d->delimiter)
			return NULL;
	}
	return p;
}

/* The end of the cell at p; NULL: it is not closed. */
static const char *
cell_end(const struct scanning *s, const char *p)
{
	if (s->d->quote != '\0' && p < s->stop && *p == s->d->quote) {
		p = quoted(s, p);
		if (p == NULL)
			return NULL;
	}
	while (p < s->stop && *p != s->d->delimiter && !line_end(*p))
		p++;
	return p;
}

static const char *
first_line(const char *p, const char *end)
{
	while (p < end && !line_end(*p))
		p++;
	return p;
}

/* Cut the cells of the record at p; *end_r: where it ends. */
static enum record_status
cut(const struct scanning *s, const char *p, struct cell *cell,
    struct record *r, const char **end_r)
{
	enum record_status status = RECORD_FINE;
	const char *end;

	for (;; p = end + 1) {
		end = cell_end(s, p);
		if (end == NULL) {
			*end_r = first_line(s->at, s->end);
			return RECORD_UNCLOSED;
		}
		if (end == s->stop && end < s->end && !line_end(*end)) {
			*end_r = first_line(end, s->end);
			return RECORD_TOO_LONG;
		}
		if (r->n < s->d->cells_max)
			cell[r->n++] = (struct cell){ p, (size_t)(end - p) };
		else
			status = RECORD_TOO_WIDE;
		if (end == s->end || *end != s->d->delimiter)
			break;
	}
	*end_r = end;
	return status;
}

enum record_status
scan_record(struct lavoir_str text, size_t at, const struct dialect *d,
    struct cell *cell, struct record *r)
{
	struct scanning s = { .end = text.ptr + text.len, .d = d };
	const char *p = text.ptr + at, *end = NULL;
	enum record_status status;

	*r = (struct record){ .next = text.len };
	while (p < s.end && line_end(*p))
		p++;
	if (p == s.end)
		return RECORD_END;
	s.at = p;
	s.stop = (size_t)(s.end - p) > d->size_max ? p + d->size_max : s.end;
	status = cut(&s, p, cell, r, &end);
	r->raw = (struct lavoir_str){ s.at, (size_t)(end - s.at) };
	r->next = (size_t)(behind(end, s.end) - text.ptr);
	return status;
}

size_t
scan_unquote(struct cell cell, char quote, char *out)
{
	const char *p = cell.ptr, *end = p + cell.len;
	size_t n = 0;
	bool open;

	if (quote == '\0' || cell.len == 0 || *p != quote) {
		memcpy(out, cell.ptr, cell.len);
		return cell.len;
	}
	for (open = true, p++; p < end; p++) {
		if (*p != quote || !open) {
			out[n++] = *p;
		} else if (p + 1 < end && p[1] == quote) {
			out[n++] = quote;
			p++;
		} else {
			open = false;
		}
	}
	return n;
}
