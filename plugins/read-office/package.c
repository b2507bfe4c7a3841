/* package.c - parts of a package and their relations. */
#include "package.h"

#include <stdio.h>
#include <string.h>

#include "xml.h"

enum { PATH_SIZE = 2048 };

/* Percent-encoded bytes and "." and ".." steps are undone, in place; what
 * would lead out of the package stays in it. */
static void
normalise(char *path)
{
	char *out = path, *step;

	for (char *p = path; *p != '\0';) {
		size_t n = strcspn(p, "/");

		if (n == 2 && p[0] == '.' && p[1] == '.') {
			if (out > path)
				out--;
			while (out > path && out[-1] != '/')
				out--;
		} else if (n > 0 && !(n == 1 && p[0] == '.')) {
			step = out;
			memmove(step, p, n);
			out += n;
			if (p[n] == '/')
				*out++ = '/';
		}
		p += p[n] == '/' ? n + 1 : n;
	}
	*out = '\0';
}

static int
hex(char c)
{
	return c >= '0' && c <= '9'		 ? c - '0'
	    : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
						 : -1;
}

static void
decode(char *s)
{
	char *out = s;

	for (; *s != '\0'; s++) {
		int high = *s == '%' ? hex(s[1]) : -1;
		int low = high >= 0 ? hex(s[2]) : -1;

		if (low >= 0 && high + low > 0) {
			*out++ = (char)(high * 16 + low);
			s += 2;
		} else {
			*out++ = *s;
		}
	}
	*out = '\0';
}

char *
package_resolve(struct office *o, const char *part, const char *target)
{
	const char *slash = strrchr(part, '/');
	char path[PATH_SIZE];
	int n;

	if (target[0] == '/' || slash == NULL)
		n = snprintf(path, sizeof(path), "%s",
		    target + strspn(target, "/"));
	else
		n = snprintf(path, sizeof(path), "%.*s/%s", (int)(slash - part),
		    part, target);
	if (n < 0 || (size_t)n >= sizeof(path))
		path[0] = '\0';
	path[strcspn(path, "#")] = '\0';
	decode(path);
	normalise(path);
	return office_copy(o, path, strlen(path));
}

struct loading {
	struct office *o;
	struct relations *r;
	const char *part;
};

static bool
on_relation(const struct xml_at *at)
{
	struct loading *l = at->arg;
	struct relation *r = office_alloc(l->o, sizeof(*r));
	const char *type = xml_copy(l->o, at, "Type");
	const char *target = xml_copy(l->o, at, "Target");

	if (r == NULL || type == NULL || target == NULL)
		return true;
	r->id = xml_copy(l->o, at, "Id");
	r->type = strrchr(type, '/') != NULL ? strrchr(type, '/') + 1 : type;
	r->external = xml_is(xml_get(at, "TargetMode"), "External");
	r->target =
	    r->external ? target : package_resolve(l->o, l->part, target);
	if (r->target == NULL)
		return true;
	if (r->id != NULL)
		map_put(l->o, &l->r->by_id, r->id, r);
	if (l->r->last != NULL)
		l->r->last->next = r;
	else
		l->r->first = r;
	l->r->last = r;
	return true;
}

static void
no_text(void *arg, const char *s, size_t len)
{
	(void)arg;
	(void)s;
	(void)len;
}

void
package_relations(struct office *o, const char *part, struct relations *r)
{
	static const struct xml_element elements[] = {
		{ "rel:Relationship", on_relation, NULL, 0 },
		{ 0 },
	};
	static const struct xml_handler handler = { elements, no_text };
	struct loading l = { o, r, part };
	const char *slash = strrchr(part, '/');
	const char *name = slash != NULL ? slash + 1 : part;
	const struct zip_member *m;
	char path[PATH_SIZE];

	memset(r, 0, sizeof(*r));
	(void)snprintf(path, sizeof(path), "%.*s_rels/%s.rels",
	    (int)(name - part), part, name);
	m = zip_find(o, path);
	if (m != NULL)
		(void)xml_parse(o, m, &handler, &l);
}

const struct relation *
relation_by_id(struct office *o, const struct relations *r,
    struct lavoir_str id)
{
	const char *key = office_copy(o, id.ptr, id.len);

	return key != NULL ? map_get(&r->by_id, key) : NULL;
}

const struct relation *
relation_by_type(const struct relations *r, const char *type)
{
	const struct relation *p = r->first;

	while (p != NULL && strcmp(p->type, type) != 0)
		p = p->next;
	return p;
}
