/* mbox.c - hand out the messages of a mailbox. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "header.h"
#include "lines.h"
#include "mail.h"

struct mbox {
	struct reader *r;
	struct lavoir_doc *doc;
	struct lavoir_str all;
	uint64_t number; /* messages handed out */
};

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "From somebody Thu Jan  1 00:00:00 1970": is there a time of day? */
static bool
has_time(struct lavoir_str line)
{
	for (size_t i = 1; i + 2 < line.len; i++)
		if (line.ptr[i] == ':' && digit(line.ptr[i - 1]) &&
		    digit(line.ptr[i + 1]) && digit(line.ptr[i + 2]))
			return true;
	return false;
}

/* May a message begin with the line at at? */
static bool
from_line(const struct mbox *b, size_t at)
{
	struct lines l = lines_of(b->all);
	struct lavoir_str line, next;
	size_t value;

	l.at += at;
	if (!lines_next(&l, &line) || !lines_begin(line, "From "))
		return false;
	/* Where such lines are escaped there is nothing to doubt. */
	if (b->r->form == FORM_MBOXO || b->r->form == FORM_MBOXRD)
		return true;
	return has_time(line) ||
	    (lines_next(&l, &next) && header_field(next, &value) > 0);
}

static bool
blank_before(const struct mbox *b, size_t at)
{
	const char *p = b->all.ptr;

	if (at == 0 || b->r->form == FORM_MBOXO || b->r->form == FORM_MBOXRD)
		return true;
	if (at < 2 || p[at - 1] != '\n')
		return false;
	return p[at - 2] == '\n' ||
	    (at > 2 && p[at - 2] == '\r' && p[at - 3] == '\n');
}

/* Where the next message begins at or behind from, in a line of its own; the
 * end if there is none. */
static size_t
next_from(const struct mbox *b, size_t from)
{
	static const char line[] = "\nFrom ";

	while (from < b->all.len) {
		const char *p = memmem(b->all.ptr + from, b->all.len - from,
		    line, sizeof(line) - 1);

		if (p == NULL)
			break;
		from = (size_t)(p + 1 - b->all.ptr);
		if (blank_before(b, from) && from_line(b, from))
			return from;
	}
	return b->all.len;
}

/* The end of a message that says how long it is, if another begins there, or
 * there is nothing more; 0: it does not say, or it is not so. */
static size_t
end_by_length(const struct mbox *b, struct lavoir_str header, size_t body)
{
	char text[24], *end;
	struct lavoir_str v;
	unsigned long long n;
	size_t at;

	if (b->r->form == FORM_MBOXO || b->r->form == FORM_MBOXRD ||
	    !header_find(header, "Content-Length", &v) || v.len >= sizeof(text))
		return 0;
	memcpy(text, v.ptr, v.len);
	text[v.len] = '\0';
	n = strtoull(text, &end, 10);
	end += strspn(end, " \t\r");
	if (end == text || *end != '\0' || n > b->all.len - body)
		return 0;
	at = body + (size_t)n;
	while (at < b->all.len && strchr("\r\n", b->all.ptr[at]) != NULL &&
	    at - body - n < 4)
		at++;
	if (at < b->all.len &&
	    (b->all.ptr[at - 1] != '\n' || !from_line(b, at)))
		return 0;
	return at;
}

static int
escape_of(const struct mbox *b, struct lavoir_str message, bool by_length)
{
	switch (b->r->form) {
	case FORM_MBOXO:
	case FORM_MBOXCL:
		return ESCAPED_ONE;
	case FORM_MBOXRD:
		return ESCAPED_ANY;
	case FORM_MBOXCL2:
		return ESCAPED_NOT;
	default:
		break;
	}
	/* A length that counts, and lines that are not escaped: mboxcl2. */
	if (by_length && message.len > 0 &&
	    memmem(message.ptr, message.len, "\nFrom ", 6) != NULL)
		return ESCAPED_NOT;
	return ESCAPED_ANY;
}

/* The blank line that is not the message's. */
static struct lavoir_str
without_blank(struct lavoir_str s)
{
	size_t n = s.len;

	if (n > 0 && s.ptr[n - 1] == '\n')
		n--;
	if (n > 0 && s.ptr[n - 1] == '\r')
		n--;
	/* At the end of the mailbox there may be none. */
	if (n > 0 && s.ptr[n - 1] == '\n')
		s.len = n;
	return s;
}

static int
give(struct mbox *b, struct lavoir_str message, int escaped, uint64_t position)
{
	struct lavoir_child child = { .size = sizeof(child) };
	const struct lavoir_attr attr = { ESCAPED_ATTRIBUTE,
		{ .type = LAVOIR_INT, .i = escaped } };
	char name[24], why[100];

	(void)snprintf(name, sizeof(name), "%llu",
	    (unsigned long long)++b->number);
	child.name = name;
	child.position = position;
	if (message.len > b->r->message_size_max) {
		(void)snprintf(why, sizeof(why),
		    "longer than %zu bytes (message_size_max)",
		    b->r->message_size_max);
		child.fail = why;
	} else {
		child.raw = message;
		child.media_type = "message/rfc822";
		child.attrs = (struct lavoir_map){ &attr, 1 };
	}
	return b->r->host->doc_child(b->doc, &child);
}

/* Hand out the message whose From_ line begins at at; *next_r: the next one's.
 */
static int
message(struct mbox *b, size_t at, size_t *next_r)
{
	struct lavoir_str all = b->all, entity, header, body, from;
	struct lines l;
	size_t next, start;

	l = lines_of(all);
	l.at += at;
	(void)lines_next(&l, &from);
	start = (size_t)(l.at - all.ptr);
	entity = (struct lavoir_str){ l.at, all.len - start };
	/* No farther than a header may go: else every message would be looked
	 * through to the end of the mailbox. */
	if (entity.len > b->r->header_size_max)
		entity.len = b->r->header_size_max;
	header_split(entity, &header, &body);
	next = end_by_length(b, header, (size_t)(body.ptr - all.ptr));
	entity = (struct lavoir_str){ l.at, all.len - start };
	if (next == 0) {
		next = next_from(b, start > 0 ? start - 1 : 0);
		entity.len = next - start;
		*next_r = next;
		return give(b, without_blank(entity),
		    escape_of(b, entity, false), next);
	}
	entity.len = next - start;
	*next_r = next;
	return give(b, without_blank(entity), escape_of(b, entity, true), next);
}

int
read_mbox(struct reader *r, struct lavoir_doc *doc)
{
	const struct lavoir_host *host = r->host;
	struct mbox b = { r, doc, host->doc_raw(doc), 0 };
	uint64_t position = 0;
	size_t at;
	int rc = host->doc_resume(doc, &position, &b.number);

	if (rc != LAVOIR_OK)
		return rc;
	if (position > b.all.len)
		return host->fail(host, LAVOIR_EINVAL,
		    "the place to go on at lies behind the end");
	at = (size_t)position;
	/* Something may stand before the first message. */
	if (at == 0 && !from_line(&b, 0))
		at = next_from(&b, 0);
	if (position == 0 && at == b.all.len)
		return LAVOIR_PASS;
	while (rc == LAVOIR_OK && at < b.all.len) {
		if (host->cancelled(host))
			return LAVOIR_ECANCELED;
		if (r->messages_max > 0 && b.number >= r->messages_max)
			return host->fail(host, LAVOIR_EINVAL,
			    "more messages than messages_max");
		rc = message(&b, at, &at);
	}
	return rc;
}
