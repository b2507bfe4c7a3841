/* lines.c - hand out the lines of a JSON lines file, for any worker to read. */
#include <stdio.h>
#include <string.h>

#include "reader.h"

static bool
space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct lavoir_str
trim(struct lavoir_str s)
{
	while (s.len > 0 && space(s.ptr[s.len - 1]))
		s.len--;
	while (s.len > 0 && space(*s.ptr)) {
		s.ptr++;
		s.len--;
	}
	return s;
}

int
reader_give(struct reader *r, struct lavoir_doc *doc,
    struct lavoir_child *child, const char *attribute, uint64_t number)
{
	char name[24];
	const struct lavoir_attr place = { attribute,
		{ .type = LAVOIR_INT, .i = (int64_t)number } };

	(void)snprintf(name, sizeof(name), "%llu", (unsigned long long)number);
	child->size = sizeof(*child);
	child->name = name;
	child->media_type = "application/json";
	child->attrs = (struct lavoir_map){ &place, 1 };
	r->host->count(r->host, COUNT_LINES, 1);
	return r->host->doc_child(doc, child);
}

int
lines_hand_out(struct reader *r, struct lavoir_doc *doc, struct lavoir_str line,
    uint64_t number, uint64_t position)
{
	struct lavoir_child child = { .position = position };

	if (line.len > r->line_size_max)
		return lines_too_long(r, doc, number, position);
	child.raw = trim(line);
	if (child.raw.len == 0)
		return LAVOIR_OK;
	return reader_give(r, doc, &child, LINE_ATTRIBUTE, number);
}

int
lines_too_long(struct reader *r, struct lavoir_doc *doc, uint64_t number,
    uint64_t position)
{
	char why[100];
	struct lavoir_child child = { .fail = why, .position = position };

	(void)snprintf(why, sizeof(why),
	    "line %llu: longer than %zu bytes (line_size_max)",
	    (unsigned long long)number, r->line_size_max);
	return reader_give(r, doc, &child, LINE_ATTRIBUTE, number);
}

/* Newlines of what was handed out before a restart. */
static uint64_t
newlines(struct lavoir_str s)
{
	const char *p = s.ptr, *end = s.ptr + s.len;
	uint64_t n = 0;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		n++;
		p++;
	}
	return n;
}

int
read_lines(struct reader *r, struct lavoir_doc *doc)
{
	const struct lavoir_host *host = r->host;
	struct lavoir_str raw = host->doc_raw(doc), line;
	const char *p = raw.ptr, *end = raw.ptr + raw.len, *newline;
	uint64_t position = 0, children = 0, number;
	int rc;

	rc = host->doc_resume(doc, &position, &children);
	if (rc != LAVOIR_OK)
		return rc;
	if (position > raw.len)
		return host->fail(host, LAVOIR_EINVAL,
		    "the place to go on at lies behind the end");
	host->count(host, COUNT_BYTES, (int64_t)(raw.len - position));
	number = newlines((struct lavoir_str){ p, (size_t)position });
	if (position == 0 && raw.len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	for (p += position; p < end; p = newline + 1) {
		newline = memchr(p, '\n', (size_t)(end - p));
		if (newline == NULL)
			newline = end;
		line = (struct lavoir_str){ p, (size_t)(newline - p) };
		position = (uint64_t)(newline - raw.ptr) + (newline < end);
		if (host->cancelled(host))
			return LAVOIR_ECANCELED;
		rc = lines_hand_out(r, doc, line, ++number, position);
		if (rc != LAVOIR_OK || newline == end)
			return rc;
	}
	return LAVOIR_OK;
}

bool
lines_likely(struct lavoir_str head, bool complete)
{
	const char *newline;
	struct lavoir_str first, rest;

	if (head.len >= 3 && memcmp(head.ptr, "\xef\xbb\xbf", 3) == 0) {
		head.ptr += 3;
		head.len -= 3;
	}
	while (head.len > 0 && space(*head.ptr)) {
		head.ptr++;
		head.len--;
	}
	if (head.len == 0 || *head.ptr != '{')
		return false;
	newline = memchr(head.ptr, '\n', head.len);
	/* One line that does not end yet, or is all there is. */
	first = head;
	if (newline == NULL) {
		rest = trim((struct lavoir_str){ head.ptr + 1, head.len - 1 });
		return complete || (rest.len > 0 && *rest.ptr == '"');
	}
	first.len = (size_t)(newline - head.ptr);
	first = trim(first);
	/* An object over several lines is not JSON lines. */
	return first.ptr[first.len - 1] == '}';
}
