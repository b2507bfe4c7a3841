/* xml_attr.c - attributes of elements. */
#include "xml_attr.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lavoir/plugin_util.h"
#include "xml.h"

static const struct lavoir_str absent = { NULL, 0 };

bool
xml_skip(const struct xml_at *at)
{
	(void)at;
	return false;
}

static struct lavoir_str
find(const struct xml_attrs *a, const char *name, bool rel)
{
	for (int i = 0; i < a->n; i++) {
		const xmlChar **p = a->ns + (ptrdiff_t)5 * i;

		if (strcmp((const char *)p[0], name) != 0)
			continue;
		if (rel &&
		    (p[2] == NULL ||
			strstr((const char *)p[2], "elationships") == NULL))
			continue;
		return (struct lavoir_str){ (const char *)p[3],
			(size_t)(p[4] - p[3]) };
	}
	for (const xmlChar **p = a->html; p != NULL && *p != NULL; p += 2)
		if (strcasecmp((const char *)*p, name) == 0)
			return lavoir_str_from((const char *)p[1]);
	return absent;
}

struct lavoir_str
xml_get(const struct xml_at *at, const char *name)
{
	return find(at->attrs, name, false);
}

struct lavoir_str
xml_get_rel(const struct xml_at *at, const char *name)
{
	return find(at->attrs, name, true);
}

bool
xml_is(struct lavoir_str value, const char *s)
{
	return value.ptr != NULL && lavoir_str_is(value, s);
}

bool
xml_on(const struct xml_at *at, const char *name)
{
	struct lavoir_str v = xml_get(at, name);

	return v.ptr == NULL || xml_is(v, "1") || xml_is(v, "true") ||
	    xml_is(v, "on");
}

long
xml_int(const struct xml_at *at, const char *name, long otherwise)
{
	struct lavoir_str v = xml_get(at, name);
	char buf[24], *end;
	long r;

	if (v.ptr == NULL || v.len == 0 || v.len >= sizeof(buf))
		return otherwise;
	memcpy(buf, v.ptr, v.len);
	buf[v.len] = '\0';
	r = strtol(buf, &end, 10);
	return *end == '\0' ? r : otherwise;
}

char *
xml_copy(struct office *o, const struct xml_at *at, const char *name)
{
	struct lavoir_str v = xml_get(at, name);

	return office_copy(o, v.ptr, v.len);
}
