/* url.c - addresses: made absolute, and only those of the web. */
#include "url.h"

#include <string.h>

#include "text.h"

struct parts {
	struct lavoir_str scheme;      /* "https:" */
	struct lavoir_str authority;   /* "//host" */
	struct lavoir_str path, query; /* "?..." */
};

static bool
has_scheme(struct lavoir_str s, size_t *len_r)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (c == ':') {
			*len_r = i + 1;
			return i > 0;
		}
		if (!letter &&
		    (i == 0 ||
			!((c >= '0' && c <= '9') || c == '+' || c == '-' ||
			    c == '.')))
			return false;
	}
	return false;
}

static struct lavoir_str
take(struct lavoir_str *s, size_t n)
{
	struct lavoir_str head = { s->ptr, n };

	s->ptr += n;
	s->len -= n;
	return head;
}

static size_t
until(struct lavoir_str s, const char *stops)
{
	size_t n = 0;

	while (n < s.len && (s.ptr[n] == '\0' || !strchr(stops, s.ptr[n])))
		n++;
	return n;
}

static void
split(struct lavoir_str s, struct parts *p)
{
	size_t n;

	memset(p, 0, sizeof(*p));
	s.len = until(s, "#");
	if (has_scheme(s, &n))
		p->scheme = take(&s, n);
	if (s.len >= 2 && s.ptr[0] == '/' && s.ptr[1] == '/') {
		struct lavoir_str rest = { s.ptr + 2, s.len - 2 };

		p->authority = take(&s, 2 + until(rest, "/?"));
	}
	p->path = take(&s, until(s, "?"));
	p->query = s;
}

struct out {
	char *ptr;
	size_t len;
	bool full;
};

static void
put(struct out *o, struct lavoir_str s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (o->len + 4 > URL_MAX) {
			o->full = true;
			return;
		}
		if (c == '\t' || c == '\n' || c == '\r')
			continue;
		if (c > ' ' && c != '"' && c != '<' && c != '>' && c != 0x7f) {
			o->ptr[o->len++] = (char)c;
			continue;
		}
		o->ptr[o->len++] = '%';
		o->ptr[o->len++] = hex[c >> 4];
		o->ptr[o->len++] = hex[c & 15];
	}
}

/* Append a path, "." and ".." resolved. */
static void
put_path(struct out *o, struct lavoir_str path)
{
	size_t root = o->len;

	while (path.len > 0 && !o->full) {
		struct lavoir_str rest = { path.ptr + 1, path.len - 1 };
		struct lavoir_str piece = take(&path, 1 + until(rest, "/"));
		bool last = path.len == 0;

		if (piece.len == 3 && memcmp(piece.ptr, "/..", 3) == 0) {
			while (o->len > root && o->ptr[o->len - 1] != '/')
				o->len--;
			o->len -= o->len > root;
		} else if (piece.len != 2 || piece.ptr[1] != '.') {
			put(o, piece);
			continue;
		}
		if (last)
			put(o, (struct lavoir_str){ "/", 1 });
	}
}

static bool
is_web(struct lavoir_str scheme)
{
	return text_is(scheme, "http:") || text_is(scheme, "https:");
}

/* The path and query of r, which begins where b is. */
static void
put_relative(struct out *o, const struct parts *b, const struct parts *r)
{
	char joined[2 * URL_MAX + 2];
	size_t n = 0, folder = b->path.len;

	while (r->path.len > 0 && folder > 0 && b->path.ptr[folder - 1] != '/')
		folder--;
	if (r->path.len == 0 || r->path.ptr[0] != '/') {
		if (folder == 0)
			joined[n++] = '/';
		else
			memcpy(joined, b->path.ptr, folder);
		n += folder;
	}
	if (r->path.len > 0)
		memcpy(joined + n, r->path.ptr, r->path.len);
	n += r->path.len;
	put_path(o, (struct lavoir_str){ joined, n });
	put(o, r->path.len == 0 && r->query.len == 0 ? b->query : r->query);
}

bool
url_resolve(struct lavoir_str base, struct lavoir_str ref, char out[URL_MAX])
{
	struct out o = { out, 0, false };
	struct parts b, r;

	ref = text_trim(ref);
	base = text_trim(base);
	if (ref.len == 0 || ref.len >= URL_MAX || base.len >= URL_MAX)
		return false;
	split(base, &b);
	split(ref, &r);
	if (r.scheme.len == 0)
		r.scheme = b.scheme;
	else if (r.authority.len == 0)
		return false;
	if (!is_web(r.scheme))
		return false;
	put(&o,
	    text_is(r.scheme, "http:") ? (struct lavoir_str){ "http:", 5 }
				       : (struct lavoir_str){ "https:", 6 });
	if (r.authority.len <= 2 && b.authority.len <= 2)
		return false;
	if (r.authority.len > 2) {
		put(&o, r.authority);
		put_path(&o,
		    r.path.len > 0 ? r.path : (struct lavoir_str){ "/", 1 });
		put(&o, r.query);
	} else {
		put(&o, b.authority);
		put_relative(&o, &b, &r);
	}
	if (o.full || o.len >= URL_MAX)
		return false;
	out[o.len] = '\0';
	return true;
}

struct lavoir_str
url_host(struct lavoir_str url)
{
	struct parts p;
	struct lavoir_str host;

	split(text_trim(url), &p);
	host = p.authority;
	if (host.len < 3)
		return (struct lavoir_str){ "", 0 };
	(void)take(&host, 2);
	host.len = until(host, ":");
	if (text_begins(host, "www."))
		(void)take(&host, 4);
	return host;
}
