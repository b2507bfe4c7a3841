/* prescan.c - the encoding that markup declares in its first bytes. */
#include "prescan.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "charset.h"

enum { LOOK = 1024, LATE = 65536 };

struct scan {
	const char *p, *end;
};

struct attribute {
	struct lavoir_str name, value;
};

/* What a <meta> has said so far. */
struct meta {
	bool http_equiv, content, charset; /* each name counts once */
	bool pragma;			   /* http-equiv=content-type */
	bool need_pragma;
	bool any; /* an encoding was named, known or not */
	int cs;
};

static bool
blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

static bool
letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is(struct lavoir_str s, const char *what)
{
	return s.len == strlen(what) && strncasecmp(s.ptr, what, s.len) == 0;
}

static bool
begins(const struct scan *s, const char *what)
{
	size_t n = strlen(what);

	return (size_t)(s->end - s->p) >= n && strncasecmp(s->p, what, n) == 0;
}

static void
skip_blank(struct scan *s)
{
	while (s->p < s->end && blank(*s->p))
		s->p++;
}

/* A label within markup: what says UTF-16 cannot be, since it was read. */
static int
find(struct lavoir_str label)
{
	int cs = charset_find(label.ptr, label.len);

	/* Others may leave their quotes, markup may not. */
	if (memchr(label.ptr, '"', label.len) != NULL ||
	    memchr(label.ptr, '\'', label.len) != NULL)
		return -1;
	if (is(label, "x-user-defined"))
		return charset_find("windows-1252", 12);
	if (cs < 0)
		return -1;
	switch (charset_at((size_t)cs)->kind) {
	case CHARSET_UTF16:
	case CHARSET_UTF16LE:
	case CHARSET_UTF16BE:
		return charset_find("utf-8", 5);
	default:
		return cs;
	}
}

static void
quoted(struct scan *s, struct lavoir_str *value_r)
{
	const char quote = *s->p++;
	const char *close = memchr(s->p, quote, (size_t)(s->end - s->p));

	value_r->ptr = s->p;
	if (close == NULL)
		close = s->end;
	value_r->len = (size_t)(close - s->p);
	s->p = close < s->end ? close + 1 : close;
}

/* The next attribute of the tag; false: there is none. */
static bool
next_attribute(struct scan *s, struct attribute *a_r)
{
	*a_r = (struct attribute){ { NULL, 0 }, { NULL, 0 } };
	while (s->p < s->end && (blank(*s->p) || *s->p == '/'))
		s->p++;
	if (s->p == s->end || *s->p == '>')
		return false;
	a_r->name.ptr = s->p;
	while (s->p < s->end && !blank(*s->p) && *s->p != '/' && *s->p != '>' &&
	    (*s->p != '=' || s->p == a_r->name.ptr))
		s->p++;
	a_r->name.len = (size_t)(s->p - a_r->name.ptr);
	skip_blank(s);
	if (s->p == s->end || *s->p != '=')
		return true;
	s->p++;
	skip_blank(s);
	if (s->p == s->end)
		return true;
	if (*s->p == '"' || *s->p == '\'') {
		quoted(s, &a_r->value);
		return true;
	}
	a_r->value.ptr = s->p;
	while (s->p < s->end && !blank(*s->p) && *s->p != '>')
		s->p++;
	a_r->value.len = (size_t)(s->p - a_r->value.ptr);
	return true;
}

/* The label in the content of a <meta http-equiv>. */
static bool
in_content(struct lavoir_str content, struct lavoir_str *label_r)
{
	struct scan s = { content.ptr, content.ptr + content.len };

	while (s.p < s.end) {
		if (!begins(&s, "charset")) {
			s.p++;
			continue;
		}
		s.p += 7;
		skip_blank(&s);
		if (s.p == s.end || *s.p != '=')
			continue;
		s.p++;
		skip_blank(&s);
		if (s.p == s.end)
			return false;
		label_r->ptr = s.p;
		if (*s.p == '"' || *s.p == '\'') {
			const char quote = *s.p++;
			const char *close =
			    memchr(s.p, quote, (size_t)(s.end - s.p));

			label_r->ptr = s.p;
			label_r->len = close ? (size_t)(close - s.p) : 0;
			return close != NULL;
		}
		while (s.p < s.end && !blank(*s.p) && *s.p != ';')
			s.p++;
		label_r->len = (size_t)(s.p - label_r->ptr);
		return true;
	}
	return false;
}

static void
take(struct meta *m, const struct attribute *a)
{
	struct lavoir_str label;

	if (is(a->name, "http-equiv") && !m->http_equiv) {
		m->http_equiv = true;
		m->pragma = is(a->value, "content-type");
	} else if (is(a->name, "content") && !m->content) {
		m->content = true;
		if (!m->any && a->value.len > 0 &&
		    in_content(a->value, &label) && find(label) >= 0) {
			m->any = true;
			m->need_pragma = true;
			m->cs = find(label);
		}
	} else if (is(a->name, "charset") && !m->charset) {
		m->charset = true;
		m->any = true;
		m->need_pragma = false;
		m->cs = a->value.len > 0 ? find(a->value) : -1;
	}
}

static int
run_meta(struct scan *s)
{
	struct meta m = { .cs = -1 };
	struct attribute a;

	s->p += 5;
	while (next_attribute(s, &a))
		take(&m, &a);
	if (s->p == s->end)
		return -1;
	return m.any && (m.pragma || !m.need_pragma) ? m.cs : -1;
}

static void
skip_to(struct scan *s, char c)
{
	const char *at = memchr(s->p, c, (size_t)(s->end - s->p));

	s->p = at != NULL ? at : s->end;
}

static void
skip_comment(struct scan *s)
{
	/* "<!-->" is one, too. */
	for (s->p += 4; s->p < s->end; s->p++)
		if (*s->p == '>' && s->p[-1] == '-' && s->p[-2] == '-')
			return;
}

static void
skip_tag(struct scan *s)
{
	struct attribute a;

	while (s->p < s->end && !blank(*s->p) && *s->p != '>')
		s->p++;
	while (next_attribute(s, &a))
		;
}

/* Behind what a parser does not look at. */
static void
skip_raw(struct scan *s)
{
	static const char *const names[] = { "script", "style", "title",
		"textarea", "xmp", "iframe", "noembed", "noframes" };
	char close[16] = "</";
	size_t n;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		n = strlen(names[i]);
		s->p++;
		if (!begins(s, names[i]) || letter(s->p[n])) {
			s->p--;
			continue;
		}
		memcpy(close + 2, names[i], n + 1);
		while (s->p < s->end && !begins(s, close))
			s->p++;
		return;
	}
}

/* What stands at a "<", and is no <meta>. */
static void
skip(struct scan *s, bool raw)
{
	const char *name = s->p + 1;

	if (name < s->end && *name == '/')
		name++;
	if (begins(s, "<!--")) {
		skip_comment(s);
	} else if (name < s->end && letter(*name)) {
		if (raw)
			skip_raw(s);
		skip_tag(s);
	} else if (begins(s, "<!") || begins(s, "</") || begins(s, "<?")) {
		skip_to(s, '>');
	}
}

/* The first <meta> with an encoding.  raw: as a parser sees it, which knows
 * that scripts are no markup. */
static int
of_meta(struct lavoir_str in, bool raw)
{
	struct scan s = { in.ptr, in.ptr + in.len };
	int cs;

	for (; s.p < s.end; s.p++) {
		skip_to(&s, '<');
		if (begins(&s, "<meta") && s.end - s.p > 5 &&
		    (blank(s.p[5]) || s.p[5] == '/')) {
			cs = run_meta(&s);
			if (cs >= 0)
				return cs;
		} else if (s.p < s.end) {
			skip(&s, raw);
		}
		if (s.p == s.end)
			break;
	}
	return -1;
}

/* The encoding of "<?xml ... encoding='...' ?>". */
static int
of_xml(struct lavoir_str raw)
{
	struct scan s = { raw.ptr, raw.ptr + raw.len };
	struct lavoir_str label;

	if (!begins(&s, "<?xml"))
		return -1;
	skip_to(&s, '>');
	s.end = s.p;
	for (s.p = raw.ptr + 5; s.p < s.end && !begins(&s, "encoding"); s.p++)
		;
	if (s.p == s.end)
		return -1;
	s.p += 8;
	skip_blank(&s);
	if (s.p == s.end || *s.p++ != '=')
		return -1;
	skip_blank(&s);
	if (s.p == s.end || (*s.p != '"' && *s.p != '\''))
		return -1;
	quoted(&s, &label);
	return find(label);
}

int
prescan_run(struct lavoir_str raw)
{
	struct lavoir_str first = raw;
	int cs;

	if (first.len > LOOK)
		first.len = LOOK;
	if (raw.len > LATE)
		raw.len = LATE;
	if (raw.len >= 6 && memcmp(raw.ptr, "<\0?\0x\0", 6) == 0)
		return charset_find("utf-16le", 8);
	if (raw.len >= 6 && memcmp(raw.ptr, "\0<\0?\0x", 6) == 0)
		return charset_find("utf-16be", 8);
	cs = of_meta(first, false);
	if (cs < 0)
		cs = of_xml(first);
	return cs < 0 && raw.len > first.len ? of_meta(raw, true) : cs;
}
