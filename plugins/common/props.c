/* props.c - what a document says of itself, as the usual attributes. */
#include "common/props.h"

#include <string.h>

#include "lavoir/plugin_util.h"

static const struct lavoir_str none = { "", 0 };

static struct lavoir_str
trimmed(struct lavoir_str s)
{
	while (s.len > 0 && strchr(" \t\r\n", s.ptr[0]) != NULL) {
		s.ptr++;
		s.len--;
	}
	while (s.len > 0 && strchr(" \t\r\n", s.ptr[s.len - 1]) != NULL)
		s.len--;
	return s;
}

void
props_add(struct props *p, enum prop prop, struct lavoir_str value)
{
	value = trimmed(value);
	for (size_t i = 0; i < p->n[prop]; i++)
		if (lavoir_str_equal(p->value[prop][i], value))
			return;
	if (value.len == 0 || p->n[prop] == PROPS_MAX ||
	    (p->n[prop] > 0 && !props_list(prop)))
		return;
	p->value[prop][p->n[prop]++] = value;
}

bool
props_list(enum prop prop)
{
	return prop == PROP_AUTHORS || prop == PROP_KEYWORDS;
}

/* Keywords are one text in most formats: "a, b; c". */
void
props_add_keywords(struct props *p, struct lavoir_str s)
{
	const char *cut = memchr(s.ptr, ';', s.len) != NULL ? ";" : ",;";

	while (s.len > 0) {
		size_t n = 0;

		while (n < s.len && strchr(cut, s.ptr[n]) == NULL)
			n++;
		props_add(p, PROP_KEYWORDS, (struct lavoir_str){ s.ptr, n });
		n += n < s.len;
		s.ptr += n;
		s.len -= n;
	}
}

/* RFC 3339, or as much of it as is there, into buf: what does not look like a
 * date is left out.  A time without zone is taken for UTC. */
static struct lavoir_str
date(struct lavoir_str s, char buf[32])
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	struct lavoir_str zone;
	size_t n = 0;

	while (n < s.len && n < sizeof(form) - 1 &&
	    (form[n] == 'd'
		    ? s.ptr[n] >= '0' && s.ptr[n] <= '9'
		    : s.ptr[n] == form[n] || (n == 10 && s.ptr[n] == ' ')))
		n++;
	if (n < 16)
		n = n < 4 ? 0 : n < 7 ? 4 : n < 10 ? 7 : 10;
	if (n < 4 || memcmp(s.ptr, "0000", 4) == 0)
		return none;
	memcpy(buf, s.ptr, n);
	zone = (struct lavoir_str){ s.ptr + n, s.len - n };
	if (n >= 16)
		buf[10] = 'T';
	if (n >= 16 && n < 19) {
		memcpy(buf + 16, ":00", 3);
		n = 19;
	}
	if (n < 19)
		return (struct lavoir_str){ buf, n };
	if (zone.len == 6 && (zone.ptr[0] == '+' || zone.ptr[0] == '-') &&
	    zone.ptr[3] == ':') {
		memcpy(buf + n, zone.ptr, 6);
		n += 6;
	} else {
		buf[n++] = 'Z';
	}
	return (struct lavoir_str){ buf, n };
}

static void
set_list(const struct lavoir_host *host, struct lavoir_doc *doc,
    const char *name, const struct lavoir_str *s, size_t n)
{
	struct lavoir_value item[PROPS_MAX], list = { .type = LAVOIR_LIST };

	memset(item, 0, sizeof(item));
	for (size_t i = 0; i < n; i++) {
		item[i].type = LAVOIR_STR;
		item[i].s = s[i];
	}
	list.list.item = item;
	list.list.n = n;
	(void)host->doc_set(doc, name, &list);
}

void
props_publish(const struct lavoir_host *host, struct lavoir_doc *doc,
    const struct props *p)
{
	static const char *const names[] = {
		[PROP_TITLE] = "title",
		[PROP_AUTHORS] = "authors",
		[PROP_CREATED] = "created",
		[PROP_MODIFIED] = "modified",
		[PROP_LANGUAGE] = "language",
		[PROP_DESCRIPTION] = "description",
		[PROP_KEYWORDS] = "keywords",
		[PROP_PUBLISHER] = "publisher",
		[PROP_RIGHTS] = "rights",
		[PROP_SUBJECT] = "subject",
	};

	for (int i = 0; i < PROP_COUNT; i++) {
		struct lavoir_str s = p->value[i][0];
		char buf[32];

		if (p->n[i] == 0)
			continue;
		if (i == PROP_CREATED || i == PROP_MODIFIED)
			s = date(s, buf);
		if (props_list((enum prop)i))
			set_list(host, doc, names[i], p->value[i], p->n[i]);
		else if (s.ptr != NULL && s.len > 0)
			(void)lavoir_set_str(host, doc, names[i], s);
	}
}
