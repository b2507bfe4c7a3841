/* step_paths.c - the paths among a step's options. */
#include "config/step_paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/xalloc.h"

static bool
has_flag(const struct lavoir_option *o, uint32_t flag)
{
	return o->type == LAVOIR_OPT_PATH && (o->flags & flag);
}

const char *const *
step_paths(struct load *l, const struct step_options *s, uint32_t flag)
{
	const struct lavoir_value *v = s->value;
	const char **list;
	size_t n = 0;

	for (const struct lavoir_option *o = s->table; o && o->name; o++, v++)
		if (has_flag(o, flag))
			n += v->type == LAVOIR_LIST ? v->list.n : 1;
	list = arena_alloc(l->arena, n + 1, sizeof(*list));
	ensure(list != NULL);
	n = 0;
	v = s->value;
	for (const struct lavoir_option *o = s->table; o && o->name; o++, v++) {
		if (!has_flag(o, flag))
			continue;
		if (v->type == LAVOIR_STR)
			list[n++] = load_str(l, v);
		for (size_t i = 0; v->type == LAVOIR_LIST && i < v->list.n; i++)
			list[n++] = load_str(l, &v->list.item[i]);
	}
	return list;
}

struct place
step_path_place(struct load *l, const struct step_options *s,
    const struct lavoir_option *o)
{
	if (!json_object_get(s->json, o->name))
		return s->at;
	return place_key(&l->problems, s->at, o->name);
}

static void
check_path(struct load *l, const struct step_options *s,
    const struct lavoir_option *o, const struct lavoir_value *v)
{
	struct place at = step_path_place(l, s, o);
	const char *path = load_str(l, v);

	if (!path)
		return;
	if (o->flags & LAVOIR_OPT_OUTPUT)
		guard_add(&l->guard, GUARD_OUTPUT, path, false, at);
	if ((o->flags & LAVOIR_OPT_RESOURCE) && access(path, F_OK) < 0)
		problems_error(&l->problems, at, "\"%s\": %s", path,
		    strerror(errno));
}

void
step_paths_check(struct load *l, const struct step_options *s)
{
	const uint32_t flags = LAVOIR_OPT_OUTPUT | LAVOIR_OPT_RESOURCE;
	const struct lavoir_value *v = s->value;

	for (const struct lavoir_option *o = s->table; o && o->name; o++, v++) {
		if (!has_flag(o, flags))
			continue;
		if (v->type == LAVOIR_LIST)
			for (size_t i = 0; i < v->list.n; i++)
				check_path(l, s, o, &v->list.item[i]);
		else
			check_path(l, s, o, v);
	}
}

struct redirection {
	const char *folder;
	char *first; /* the only path so far */
	bool several;
	bool applying; /* after counting */
};

/* Below a folder: without ".", ".." and empty components; caller frees. */
static char *
tame(const char *path)
{
	struct buf b = { 0 };
	char *result;

	while (*path) {
		size_t len = strcspn(path, "/");

		if (len && strncmp(path, ".", len) != 0 &&
		    strncmp(path, "..", len) != 0) {
			if (b.len)
				buf_append_byte(&b, '/');
			buf_append(&b, path, len);
		}
		path += len;
		path += strspn(path, "/");
	}
	result = xstrdup(buf_str(&b));
	buf_fini(&b);
	return result;
}

/* The redirected value, or NULL where there is nothing to change. */
static json_t *
redirect_one(struct redirection *r, const json_t *value)
{
	const char *path = json_string_value(value);
	json_t *result = NULL;
	char *name;

	if (!path || !*path || *path == '/')
		return NULL;
	name = tame(path);
	if (r->applying) {
		result = r->several && *name
		    ? json_sprintf("%s/%s", r->folder, name)
		    : json_string(r->folder);
	} else if (!r->first) {
		r->first = xstrdup(name);
	} else if (strcmp(r->first, name) != 0) {
		r->several = true;
	}
	free(name);
	return result;
}

/* given: taken over; the value to set, or NULL. */
static json_t *
redirect_value(struct redirection *r, json_t *given)
{
	json_t *item, *changed, *result = NULL;
	size_t i;

	if (!json_is_array(given)) {
		result = redirect_one(r, given);
		json_decref(given);
		return result;
	}
	result = json_array();
	json_array_foreach(given, i, item)
	{
		changed = redirect_one(r, item);
		json_array_append_new(result,
		    changed ? changed : json_incref(item));
	}
	json_decref(given);
	return result;
}

static void
redirect_all(struct redirection *r, struct step_options *s)
{
	for (const struct lavoir_option *o = s->table; o && o->name; o++) {
		json_t *given = json_object_get(s->json, o->name), *changed;

		if (!has_flag(o, LAVOIR_OPT_OUTPUT))
			continue;
		if (given)
			json_incref(given);
		else if (o->def)
			given = json_loads(o->def, JSON_DECODE_ANY, NULL);
		changed = given ? redirect_value(r, given) : NULL;
		if (changed && r->applying)
			json_object_set(s->json, o->name, changed);
		json_decref(changed);
	}
}

void
step_paths_redirect(struct step_options *s, size_t n, const char *folder)
{
	struct redirection r = { .folder = folder };

	for (int pass = 0; pass < 2; pass++) {
		r.applying = pass == 1;
		for (size_t i = 0; i < n; i++)
			redirect_all(&r, &s[i]);
	}
	free(r.first);
}
