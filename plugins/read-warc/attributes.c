/* attributes.c - what the children of a WARC file are born with. */
#include <stdlib.h>
#include <string.h>

#include "common/u8.h"
#include "reader.h"

enum { TEXT_EXTRA = 4096, CHARSET_MAX = 64 };

void
attributes_free(struct attributes *a)
{
	free(a->text);
	a->text = NULL;
	a->cap = a->len = a->n = 0;
}

/* Room for all values that a record may have: they are headers, and no byte
 * becomes more than two. */
static bool
make_room(struct attributes *a, size_t n)
{
	char *text;

	a->n = a->len = 0;
	if (a->cap >= n)
		return true;
	text = realloc(a->text, n);
	if (text == NULL)
		return false;
	a->text = text;
	a->cap = n;
	return true;
}

/* As UTF-8: headers are that, or Latin-1. */
static void
append(struct attributes *a, struct lavoir_str s)
{
	bool utf8 = u8_valid(s.ptr, s.len) == s.len;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c < 0x20 || c == 0x7f)
			c = ' ';
		if (utf8 || c < 0x80)
			a->text[a->len++] = (char)c;
		else
			a->len +=
			    u8_encode((unsigned char *)a->text + a->len, c);
	}
}

static struct lavoir_attr *
next(struct attributes *a, const char *name)
{
	struct lavoir_attr *item = &a->item[a->n++];

	item->name = name;
	item->value = (struct lavoir_value){ .type = LAVOIR_STR };
	return item;
}

static void
put_str(struct attributes *a, const char *name, struct lavoir_str s)
{
	struct lavoir_attr *item;
	size_t from = a->len;

	if (s.len == 0 || a->n == ATTRIBUTES_MAX)
		return;
	append(a, s);
	item = next(a, name);
	item->value.s = (struct lavoir_str){ a->text + from, a->len - from };
	a->text[a->len++] = '\0';
}

/* All headers of a name, joined as HTTP joins them. */
static void
put_header(struct attributes *a, const struct kept *k, const struct fields *f)
{
	size_t from = a->len;

	if (a->n == ATTRIBUTES_MAX)
		return;
	for (size_t i = 0; i < f->n; i++) {
		if (!fields_is(f->field[i].name, k->header))
			continue;
		if (a->len > from)
			append(a, (struct lavoir_str){ ", ", 2 });
		append(a, f->field[i].value);
	}
	if (a->len > from)
		next(a, k->attribute)->value.s =
		    (struct lavoir_str){ a->text + from, a->len - from };
}

static void
put_kept(struct attributes *a, const struct kept_list *l,
    const struct fields *f)
{
	for (size_t i = 0; i < l->n; i++)
		put_header(a, &l->item[i], f);
}

/* "text/html; charset=utf-8" */
static struct lavoir_str
charset_of(struct lavoir_str type)
{
	const char *p = type.ptr, *end = type.ptr + type.len;
	struct lavoir_str none = { "", 0 };
	size_t n = 0;

	for (; p < end; p++)
		if (fields_starts((struct lavoir_str){ p, (size_t)(end - p) },
			"charset="))
			break;
	if (p == end)
		return none;
	p += strlen("charset=");
	if (p < end && (*p == '"' || *p == '\''))
		p++;
	while (p + n < end && p[n] > ' ' && p[n] < 0x7f && p[n] != ';' &&
	    p[n] != ',' && p[n] != '"' && p[n] != '\'')
		n++;
	return n <= CHARSET_MAX ? (struct lavoir_str){ p, n } : none;
}

/* Some writers put it in angle brackets. */
static struct lavoir_str
url_of(const struct fields *warc)
{
	struct lavoir_str url = fields_get(warc, "WARC-Target-URI");

	if (url.len >= 2 && url.ptr[0] == '<' && url.ptr[url.len - 1] == '>')
		return (struct lavoir_str){ url.ptr + 1, url.len - 2 };
	return url;
}

static void
put_warc(struct attributes *a, const struct fields *warc)
{
	static const char *const field[][2] = {
		{ "WARC-Record-ID", "warc.record_id" },
		{ "WARC-Date", "warc.date" },
		{ "WARC-Payload-Digest", "warc.payload_digest" },
		{ "WARC-Truncated", "warc.truncated" },
		{ "WARC-Refers-To", "warc.refers_to" },
		{ "WARC-Identified-Content-Language", "warc.language" },
	};

	for (size_t i = 0; i < sizeof(field) / sizeof(field[0]); i++)
		put_str(a, field[i][1], fields_get(warc, field[i][0]));
}

/* Does the warcinfo record that the file begins with speak of this one? */
static bool
info_applies(const struct reader *r)
{
	struct lavoir_str id = fields_get(&r->warc, "WARC-Warcinfo-ID");

	return id.len > 0 ? fields_is(id, r->info_id) : !r->more_infos;
}

bool
attributes_make(struct reader *r, const struct content *c, double level)
{
	struct attributes *a = &r->attributes;
	struct lavoir_attr *item;

	if (!make_room(a,
		2 * (r->warc.cap + r->http.cap + r->info.cap) +
		    3 * (r->http.n + r->info.n) + TEXT_EXTRA))
		return false;
	a->url = "";
	put_str(a, "url", url_of(&r->warc));
	if (a->n > 0)
		a->url = a->item[0].value.s.ptr;
	if (level > 1) {
		item = next(a, BOUNDS_ATTRIBUTE);
		item->value.type = LAVOIR_REAL;
		item->value.r = level;
	}
	put_str(a, "charset", charset_of(c->declared));
	put_warc(a, &r->warc);
	if (c->http) {
		item = next(a, "http.status");
		item->value.type = LAVOIR_INT;
		item->value.i = c->status;
		put_kept(a, &r->http_kept, &r->http);
	}
	if (info_applies(r))
		put_kept(a, &r->info_kept, &r->info);
	return true;
}
