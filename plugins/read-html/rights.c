/* rights.c - what a page asks of robots and of text and data mining. */
#include "rights.h"

#include <string.h>

#include "text.h"
#include "url.h"

enum { DIRECTIVES_MAX = 32, DIRECTIVE_LONGEST = 64 };

struct rights {
	struct lavoir_value item[DIRECTIVES_MAX];
	size_t n;
	int reservation; /* -1: nothing is said */
	struct lavoir_str policy;
};

static void
add_directive(struct facts *f, struct rights *r, struct lavoir_str s)
{
	char *out;

	if (s.len == 0 || s.len > DIRECTIVE_LONGEST || r->n == DIRECTIVES_MAX)
		return;
	out = f->host->doc_alloc(f->doc, s.len);
	if (out == NULL)
		return;
	for (size_t i = 0; i < s.len; i++)
		out[i] = text_lower(s.ptr[i]);
	s.ptr = out;
	for (size_t i = 0; i < r->n; i++)
		if (r->item[i].s.len == s.len &&
		    memcmp(r->item[i].s.ptr, out, s.len) == 0)
			return;
	r->item[r->n++] = (struct lavoir_value){ .type = LAVOIR_STR, .s = s };
}

static void
add_robots(struct facts *f, struct rights *r, struct lavoir_str s)
{
	struct lavoir_str piece;

	while (r->n < DIRECTIVES_MAX && text_next(&s, ",;\n", &piece))
		add_directive(f, r, piece);
}

static void
add_reservation(struct rights *r, struct lavoir_str s)
{
	s = text_trim(s);
	if (s.len == 1 && (*s.ptr == '0' || *s.ptr == '1'))
		r->reservation = *s.ptr - '0';
}

/* Of several values the page itself comes last, and counts. */
static void
from_header(struct facts *f, struct rights *r, const char *name)
{
	struct lavoir_value v;
	const struct lavoir_value *item = &v;
	size_t n = 1;

	if (f->host->doc_get(f->doc, name, &v) != LAVOIR_OK)
		return;
	if (v.type == LAVOIR_LIST) {
		item = v.list.item;
		n = v.list.n;
	}
	for (size_t i = 0; i < n; i++) {
		if (item[i].type != LAVOIR_STR)
			continue;
		if (strcmp(name, "http.x-robots-tag") == 0)
			add_robots(f, r, item[i].s);
		else if (strcmp(name, "http.tdm-reservation") == 0)
			add_reservation(r, item[i].s);
		else
			r->policy = item[i].s;
	}
}

static bool
says(const struct rights *r, const char *what)
{
	for (size_t i = 0; i < r->n; i++) {
		const char *at = text_find(r->item[i].s, what);

		/* "googlebot: noai" too, but not "noaindex". */
		if (at != NULL &&
		    at + strlen(what) == r->item[i].s.ptr + r->item[i].s.len)
			return true;
	}
	return false;
}

static void
publish(struct facts *f, const struct rights *r)
{
	struct lavoir_value v = { .type = LAVOIR_LIST };
	char url[URL_MAX];

	v.list.item = r->item;
	v.list.n = r->n;
	if (r->n > 0)
		(void)f->host->doc_set(f->doc, "robots", &v);
	v = (struct lavoir_value){ .type = LAVOIR_BOOL, .i = 1 };
	if (says(r, "noai"))
		(void)f->host->doc_set(f->doc, "robots.noai", &v);
	if (says(r, "noimageai"))
		(void)f->host->doc_set(f->doc, "robots.noimageai", &v);
	v = (struct lavoir_value){ .type = LAVOIR_INT, .i = r->reservation };
	if (r->reservation >= 0)
		(void)f->host->doc_set(f->doc, "tdm.reservation", &v);
	if (!url_resolve(f->base, r->policy, url))
		return;
	v = (struct lavoir_value){ .type = LAVOIR_STR };
	v.s = (struct lavoir_str){ url, strlen(url) };
	(void)f->host->doc_set(f->doc, "tdm.policy", &v);
}

void
rights_publish(struct facts *f, const struct dom_node *nodes, size_t n)
{
	struct rights r = { .reservation = -1, .policy = { "", 0 } };

	from_header(f, &r, "http.x-robots-tag");
	from_header(f, &r, "http.tdm-reservation");
	from_header(f, &r, "http.tdm-policy");
	for (size_t i = 0; i < n; i++) {
		struct lavoir_str name, content;

		if (nodes[i].tag != DOM_META)
			continue;
		name = dom_attr(&nodes[i], "name");
		content = dom_attr(&nodes[i], "content");
		if (name.len == 0 || content.len == 0)
			continue;
		if (text_is(name, "robots"))
			add_robots(f, &r, content);
		else if (text_is(name, "tdm-reservation"))
			add_reservation(&r, content);
		else if (text_is(name, "tdm-policy"))
			r.policy = content;
	}
	publish(f, &r);
}
