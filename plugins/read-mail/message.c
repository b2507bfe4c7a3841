/* message.c - a message: its text first, then what is attached. */
#include <stdio.h>

#include "header.h"
#include "lines.h"
#include "mail.h"

/* Blank lines, and a byte order mark, before the header. */
static struct lavoir_str
without_lead(struct lavoir_str s)
{
	size_t n = lines_begin(s, "\xef\xbb\xbf") ? 3 : 0;

	while (n < s.len && (s.ptr[n] == '\n' || s.ptr[n] == '\r'))
		n++;
	return (struct lavoir_str){ s.ptr + n, s.len - n };
}

static int
too_long(struct reader *r, const char *what, size_t max, const char *option)
{
	char why[120];

	(void)snprintf(why, sizeof(why), "%s longer than %zu bytes (%s)", what,
	    max, option);
	return r->host->fail(r->host, LAVOIR_EINVAL, why);
}

static int
hand_out(struct message *m)
{
	size_t n;
	int rc = text_hand_out(m, &n);

	if (rc == LAVOIR_OK)
		rc = attach_hand_out(m);
	/* A message that says nothing has been read, all the same. */
	if (rc == LAVOIR_OK && n == 0 && m->n_attached == 0)
		rc = text_hand_out_empty(m);
	return rc;
}

int
read_message(struct reader *r, struct lavoir_doc *doc)
{
	struct message m = { .r = r, .doc = doc };
	struct lavoir_str entity = without_lead(r->host->doc_raw(doc)), body;
	struct lavoir_value escaped;
	int rc;

	if (entity.len > r->message_size_max)
		return too_long(r, "a message", r->message_size_max,
		    "message_size_max");
	header_split(entity, &m.header, &body);
	if (m.header.len > r->header_size_max)
		return too_long(r, "a header", r->header_size_max,
		    "header_size_max");
	if (r->host->doc_get(doc, ESCAPED_ATTRIBUTE, &escaped) == LAVOIR_OK &&
	    escaped.type == LAVOIR_INT)
		m.escaped = (int)escaped.i;
	r->host->count(r->host, COUNT_MESSAGES, 1);
	attributes_read(&m);
	rc = mime_read(&m, entity);
	if (rc == LAVOIR_OK)
		rc = body_choose(&m);
	if (rc == LAVOIR_OK)
		rc = hand_out(&m);
	r->host->count(r->host, COUNT_PARTS, (int64_t)m.n_parts);
	return rc;
}
