/* load.c - what the parts of config_load() share. */
#include "config/load.h"

#include <string.h>

#include "base/log.h"

struct filter {
	struct problems_object object;
	json_t *copy; /* without the keys that were complained about */
};

static void
note_problem(void *filter, const char *path, const char *problem,
    const char *found, const char *expected, const char *nearest)
{
	struct filter *f = filter;
	char key[256];
	size_t len;

	problems_option(&f->object, path, problem, found, expected, nearest);
	if (*path != '/')
		return;
	/* Keys with "/" or "~" are in no table and are skipped anyway. */
	len = strcspn(path + 1, "/");
	if (len >= sizeof(key))
		return;
	memcpy(key, path + 1, len);
	key[len] = '\0';
	json_object_del(f->copy, key);
}

static json_t *
known_only(const json_t *json, const struct lavoir_option *table)
{
	json_t *copy = json_object();
	json_t *value;

	for (; table->name; table++) {
		value = json_object_get(json, table->name);
		if (value)
			json_object_set(copy, table->name, value);
	}
	return copy;
}

const struct lavoir_value *
load_section(struct load *l, enum section_id id, const json_t *json,
    struct place at)
{
	const struct lavoir_option *table = section_get(id)->table;
	struct filter f = { { &l->problems, at }, known_only(json, table) };
	const struct options_context loud = { l->c->base, note_problem, &f };
	const struct options_context quiet = { l->c->base, NULL, NULL };
	struct lavoir_value *value;

	if (options_check(table, json, l->arena, &loud, &value) != 0 &&
	    options_check(table, f.copy, l->arena, &quiet, &value) != 0)
		value = NULL;
	json_decref(f.copy);
	return value;
}

const char *
load_str(struct load *l, const struct lavoir_value *v)
{
	const char *s;

	if (v->type != LAVOIR_STR)
		return NULL;
	s = arena_strndup(l->arena, v->s.ptr ? v->s.ptr : "", v->s.len);
	ensure(s != NULL);
	return s;
}

const char *const *
load_list(struct load *l, const struct lavoir_value *v)
{
	size_t n = v->type == LAVOIR_LIST ? v->list.n : 0;
	const char **list = arena_alloc(l->arena, n + 1, sizeof(*list));

	ensure(list != NULL);
	for (size_t i = 0; i < n; i++)
		list[i] = load_str(l, &v->list.item[i]);
	return list;
}

bool
load_name_valid(const char *name, size_t len_max)
{
	size_t len = strlen(name);

	return len && len <= len_max &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == len;
}
