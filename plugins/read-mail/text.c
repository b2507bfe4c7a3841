/* text.c - the text of a message: its chosen parts, decoded. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/encoding/encoding.h"
#include "flow.h"
#include "lines.h"
#include "mail.h"
#include "transfer.h"
#include "uu.h"
#include "warm.h"

/* Plain parts that follow each other are one text. */
struct piece {
	struct piece *next;
	struct lavoir_str text;
};

struct texts {
	struct message *m;
	struct piece *first, *last;
	struct encoding_result encoding; /* of the first; errors of all */
	size_t size, n;
};

static int
no_memory(struct message *m)
{
	return m->r->host->fail(m->r->host, LAVOIR_ENOMEM,
	    "no memory for a text");
}

static int
declared(const struct part *part)
{
	if (part->charset == NULL)
		return -1;
	return encoding_find(
	    (struct lavoir_str){ part->charset, strlen(part->charset) });
}

/* The child's name: "text", "text-2", ... */
static int
hand_out(struct texts *t, struct lavoir_child *child, struct lavoir_attr *attr,
    size_t n)
{
	char name[32] = "text";

	if (++t->n > 1)
		(void)snprintf(name, sizeof(name), "text-%zu", t->n);
	child->size = sizeof(*child);
	child->name = name;
	child->attrs = (struct lavoir_map){ attr, n };
	return t->m->r->host->doc_child(t->m->doc, child);
}

static struct lavoir_value
string_value(const char *s)
{
	struct lavoir_value v = { .type = LAVOIR_STR };

	v.s = (struct lavoir_str){ s, strlen(s) };
	return v;
}

/* Hand out the plain text that has gathered. */
static int
flush(struct texts *t)
{
	struct message *m = t->m;
	struct lavoir_attr
	    attr[sizeof(m->text_attr) / sizeof(m->text_attr[0]) + 3];
	struct lavoir_child child = { 0 };
	size_t n = m->n_text_attr;
	char *out, *at;

	if (t->first == NULL)
		return LAVOIR_OK;
	out = at = m->r->host->doc_alloc(m->doc, t->size);
	if (out == NULL)
		return no_memory(m);
	for (const struct piece *p = t->first; p != NULL; p = p->next) {
		memcpy(at, p->text.ptr, p->text.len);
		at += p->text.len;
		if (p->next != NULL)
			at = (char *)memcpy(at, "\n\n", 2) + 2;
	}
	child.text = (struct lavoir_str){ out, (size_t)(at - out) };
	memcpy(attr, m->text_attr, n * sizeof(*attr));
	attr[n++] =
	    (struct lavoir_attr){ "encoding", string_value(t->encoding.name) };
	attr[n++] = (struct lavoir_attr){ "encoding.source",
		string_value(t->encoding.source) };
	attr[n] =
	    (struct lavoir_attr){ "encoding.errors", { .type = LAVOIR_INT } };
	attr[n++].value.i = (int64_t)t->encoding.errors;
	t->first = t->last = NULL;
	t->size = 0;
	return hand_out(t, &child, attr, n);
}

/* Take uuencoded files out of a text that is not encoded itself. */
static int
take_uu(struct message *m, struct lavoir_str *text)
{
	enum { UU_MAX = sizeof(m->uu) / sizeof(m->uu[0]) };
	struct lavoir_str block = { NULL, 0 };
	size_t at = 0, n = 0;
	char *out = NULL;

	while (m->n_uu < UU_MAX && uu_find(*text, at, &block)) {
		size_t len = (size_t)(block.ptr - text->ptr) - at;

		if (out == NULL) {
			out = m->r->host->doc_alloc(m->doc, text->len);
			if (out == NULL)
				return no_memory(m);
		}
		memcpy(out + n, text->ptr + at, len);
		n += len;
		at += len + block.len;
		m->uu[m->n_uu++] = block;
	}
	if (out == NULL)
		return LAVOIR_OK;
	memcpy(out + n, text->ptr + at, text->len - at);
	*text = (struct lavoir_str){ out, n + text->len - at };
	return LAVOIR_OK;
}

static int
clean(struct texts *t, const struct part *part, struct lavoir_str text)
{
	struct message *m = t->m;
	struct flow f = {
		.flowed = part->flowed,
		.delsp = part->delsp,
		.keep_quotes = m->r->keep_quotes,
		.keep_signatures = m->r->keep_signatures,
	};
	struct piece *p = m->r->host->doc_alloc(m->doc, sizeof(*p));

	f.out = m->r->host->doc_alloc(m->doc, flow_size(text));
	if (p == NULL || f.out == NULL)
		return no_memory(m);
	flow_run(&f, text);
	m->encrypted = m->encrypted || f.encrypted;
	*p = (struct piece){ .text = { f.out, f.len } };
	if (lines_blank(p->text))
		return LAVOIR_OK;
	*(t->last == NULL ? &t->first : &t->last->next) = p;
	t->last = p;
	t->size += p->text.len + 2;
	return LAVOIR_OK;
}

static bool
is_utf7(const struct part *part)
{
	return part->charset != NULL &&
	    (strcasecmp(part->charset, "utf-7") == 0 ||
		strcasecmp(part->charset, "unicode-1-1-utf-7") == 0);
}

static int
decode_utf7(struct message *m, struct lavoir_str raw,
    struct encoding_result *result_r)
{
	char *out = m->r->host->doc_alloc(m->doc, 3 * raw.len + 1);

	if (out == NULL)
		return no_memory(m);
	*result_r =
	    (struct encoding_result){ .name = "utf-7", .source = "declared" };
	result_r->text.ptr = out;
	result_r->text.len = warm_utf7(m->r->warm, raw, out, &result_r->errors);
	return LAVOIR_OK;
}

static int
plain(struct texts *t, const struct part *part, struct lavoir_str raw)
{
	struct encoding_hints hints = ENCODING_HINTS;
	struct encoding_result result = { .text = { NULL, 0 } };
	int rc = LAVOIR_OK;

	hints.declared = declared(part);
	if (transfer_plain(part->encoding))
		rc = take_uu(t->m, &raw);
	if (rc == LAVOIR_OK && is_utf7(part))
		rc = decode_utf7(t->m, raw, &result);
	else if (rc == LAVOIR_OK)
		rc = encoding_read(t->m->r->encoding, t->m->doc, raw, &hints,
		    &result);
	if (rc != LAVOIR_OK)
		return rc;
	if (t->first == NULL)
		t->encoding = result;
	else
		t->encoding.errors += result.errors;
	return clean(t, part, result.text);
}

/* HTML goes on as it is, to whoever reads HTML. */
static int
html(struct texts *t, const struct part *part, struct lavoir_str raw)
{
	struct message *m = t->m;
	const char *charset = encoding_name(declared(part));
	struct lavoir_child child = { .raw = raw };
	char type[100];
	int rc = flush(t);

	(void)snprintf(type, sizeof(type), "text/html%s%s",
	    charset == NULL ? "" : "; charset=",
	    charset == NULL ? "" : charset);
	child.media_type = type;
	if (rc == LAVOIR_OK)
		rc = hand_out(t, &child, m->text_attr, m->n_text_attr);
	return rc;
}

/* RFC 1896 as HTML, by GMime's filter. */
static int
enriched(struct texts *t, const struct part *part, struct lavoir_str raw)
{
	GMimeFilter *filter = g_mime_filter_enriched_new(
	    mime_is(part, "text/richtext") ? GMIME_FILTER_ENRICHED_IS_RICHTEXT
					   : 0);
	char *copy = t->m->r->host->doc_alloc(t->m->doc, raw.len + 1), *out;
	size_t len, before;
	int rc;

	if (copy == NULL) {
		g_object_unref(filter);
		return no_memory(t->m);
	}
	memcpy(copy, raw.ptr, raw.len);
	g_mime_filter_complete(filter, copy, raw.len, 0, &out, &len, &before);
	rc = html(t, part, (struct lavoir_str){ out, len });
	g_object_unref(filter);
	return rc;
}

/* Some send a page as plain text. */
static bool
is_page(struct lavoir_str s)
{
	while (s.len > 0 && strchr(" \t\r\n", *s.ptr) != NULL) {
		s.ptr++;
		s.len--;
	}
	return (s.len > 14 && strncasecmp(s.ptr, "<!doctype html", 14) == 0) ||
	    (s.len > 6 && strncasecmp(s.ptr, "<html", 5) == 0);
}

static int
read_part(struct texts *t, const struct part *part)
{
	struct lavoir_str raw;
	int rc = transfer_all(t->m, part, &raw);

	if (rc != LAVOIR_OK || lines_blank(raw))
		return rc;
	if (mime_is(part, "text/enriched") || mime_is(part, "text/richtext"))
		return enriched(t, part, raw);
	if (body_html(part) || is_page(raw))
		return html(t, part, raw);
	return plain(t, part, raw);
}

int
text_hand_out(struct message *m, size_t *n_r)
{
	struct texts t = { .m = m };
	int rc = LAVOIR_OK;

	for (struct part *p = m->root; p != NULL && rc == LAVOIR_OK;
	     p = mime_next(p)) {
		if (!p->chosen)
			continue;
		if (p->body.len <= m->r->part_size_max) {
			rc = read_part(&t, p);
			continue;
		}
		/* As what is attached, it fails alone. */
		p->chosen = false;
	}
	if (rc == LAVOIR_OK)
		rc = flush(&t);
	*n_r = t.n;
	return rc;
}

int
text_hand_out_empty(struct message *m)
{
	struct texts t = { .m = m };
	struct lavoir_child child = { .text = { "", 0 } };

	return hand_out(&t, &child, m->text_attr, m->n_text_attr);
}
