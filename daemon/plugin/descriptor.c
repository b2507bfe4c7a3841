/* descriptor.c - a plugin's table to JSON and back. */
#include "plugin/descriptor.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/json_write.h"
#include "model/options.h"
#include "plugin/table.h"

/* Flags as booleans of their own, so that readers need no numbers. */
static const struct {
	uint32_t bit;
	const char *name;
} option_flags[] = {
	{ LAVOIR_OPT_REQUIRED, "required" },
	{ LAVOIR_OPT_LIST, "list" },
	{ LAVOIR_OPT_SECRET, "secret" },
	{ LAVOIR_OPT_DEPRECATED, "deprecated" },
	{ LAVOIR_OPT_OUTPUT, "output" },
	{ LAVOIR_OPT_RESOURCE, "resource" },
};
enum { OPTION_FLAGS = sizeof(option_flags) / sizeof(*option_flags) };

static void
write_cstr(struct buf *b, const char *key, const char *s)
{
	json_write_key(b, key);
	json_write_cstr(b, s);
}

static void
write_int(struct buf *b, const char *key, int64_t v)
{
	json_write_key(b, key);
	json_write_int(b, v);
}

static void
write_bool(struct buf *b, const char *key, bool v)
{
	json_write_key(b, key);
	json_write_bool(b, v);
}

static void
write_names(struct buf *b, const char *key, const struct lavoir_name *list)
{
	json_write_key(b, key);
	if (!list) {
		buf_append_str(b, "null");
		return;
	}
	buf_append_byte(b, '[');
	for (; list->name; list++) {
		if (b->ptr[b->len - 1] != '[')
			buf_append_byte(b, ',');
		buf_append_byte(b, '{');
		write_cstr(b, "name", list->name);
		write_cstr(b, "help", list->help);
		buf_append_byte(b, '}');
	}
	buf_append_byte(b, ']');
}

static void
write_option(struct buf *b, const struct lavoir_option *o)
{
	size_t i;

	buf_append_byte(b, '{');
	write_cstr(b, "name", o->name);
	write_cstr(b, "type", options_type_name(o->type));
	for (i = 0; i < OPTION_FLAGS; i++)
		if (o->flags & option_flags[i].bit)
			write_bool(b, option_flags[i].name, true);
	write_cstr(b, "default", o->def);
	/* null stands for an infinity. */
	json_write_key(b, "min");
	json_write_real(b, o->min);
	json_write_key(b, "max");
	json_write_real(b, o->max);
	if (o->type == LAVOIR_OPT_ENUM) {
		json_write_key(b, "choices");
		for (i = 0; o->choices[i]; i++) {
			buf_append_byte(b, i ? ',' : '[');
			json_write_cstr(b, o->choices[i]);
		}
		buf_append_byte(b, ']');
	}
	write_cstr(b, "help", o->help);
	buf_append_byte(b, '}');
}

void
descriptor_write_json(struct buf *b, const struct lavoir_plugin *p,
    const char *path)
{
	size_t i;

	buf_append_byte(b, '{');
	write_cstr(b, "name", p->name);
	write_cstr(b, "version", p->version);
	write_cstr(b, "summary", p->summary);
	json_write_key(b, "path");
	json_write_lossy(b, path, strlen(path));
	write_int(b, "abi_major", p->abi >> 16);
	write_int(b, "abi_minor", p->abi & 0xffff);
	write_int(b, "size", p->size);
	write_bool(b, "check", p->check);
	write_bool(b, "process", p->process);
	write_bool(b, "commit", p->commit);
	write_names(b, "accepts", p->accepts);
	write_names(b, "reads", p->reads);
	write_names(b, "writes", p->writes);
	write_names(b, "reasons", p->reasons);
	write_names(b, "counters", p->counters);
	json_write_key(b, "options");
	buf_append_byte(b, '[');
	for (i = 0; p->options && table_option(p, i)->name; i++) {
		if (i)
			buf_append_byte(b, ',');
		write_option(b, table_option(p, i));
	}
	buf_append_str(b, "]}");
}

/* Reading: one error, the first, sticks. */
struct parse {
	struct arena *arena;
	struct err *e;
	int rc;
};

static void
wrong(struct parse *ps, const char *key, const char *expected)
{
	if (ps->rc == 0)
		ps->rc = err_set(ps->e, ERR_INVAL, "\"%s\" is not %s", key,
		    expected);
}

static void *
get_memory(struct parse *ps, size_t n, size_t size)
{
	void *ptr = arena_alloc(ps->arena, n, size);

	if (!ptr && ps->rc == 0)
		ps->rc =
		    err_set(ps->e, ERR_NOMEM, "no memory for a descriptor");
	return ptr;
}

static const char *
read_cstr(struct parse *ps, const json_t *object, const char *key)
{
	json_t *v = json_object_get(object, key);
	char *s;

	if (json_is_null(v))
		return NULL;
	if (!json_is_string(v) ||
	    strlen(json_string_value(v)) != json_string_length(v)) {
		wrong(ps, key, "a string");
		return NULL;
	}
	s = get_memory(ps, json_string_length(v) + 1, 1);
	if (s)
		memcpy(s, json_string_value(v), json_string_length(v));
	return s;
}

static int64_t
read_int(struct parse *ps, const json_t *object, const char *key)
{
	json_t *v = json_object_get(object, key);

	if (!json_is_integer(v) || json_integer_value(v) < 0 ||
	    json_integer_value(v) > UINT32_MAX)
		wrong(ps, key, "a number");
	return json_integer_value(v);
}

static bool
read_bool(struct parse *ps, const json_t *object, const char *key)
{
	json_t *v = json_object_get(object, key);

	if (!json_is_boolean(v))
		wrong(ps, key, "true or false");
	return json_is_true(v);
}

static double
read_bound(struct parse *ps, const json_t *object, const char *key, double none)
{
	json_t *v = json_object_get(object, key);

	if (json_is_null(v))
		return none;
	if (!json_is_number(v))
		wrong(ps, key, "a number");
	return json_number_value(v);
}

static const struct lavoir_name *
read_names(struct parse *ps, const json_t *object, const char *key)
{
	json_t *v = json_object_get(object, key);
	struct lavoir_name *list;
	size_t i, n = json_array_size(v);

	if (json_is_null(v))
		return NULL;
	if (!json_is_array(v) || n > TABLE_NAMES_MAX) {
		wrong(ps, key, "a list of names");
		return NULL;
	}
	list = get_memory(ps, n + 1, sizeof(*list));
	for (i = 0; ps->rc == 0 && i < n; i++) {
		list[i].name = read_cstr(ps, json_array_get(v, i), "name");
		list[i].help = read_cstr(ps, json_array_get(v, i), "help");
		if (!list[i].name)
			wrong(ps, key, "a list of names");
	}
	return list;
}

static const char *const *
read_choices(struct parse *ps, const json_t *object)
{
	json_t *v = json_object_get(object, "choices");
	const char **list;
	size_t i, n = json_array_size(v);
	const char *s;

	if (!json_is_array(v) || n > TABLE_OPTIONS_MAX) {
		wrong(ps, "choices", "a list");
		return NULL;
	}
	list = get_memory(ps, n + 1, sizeof(*list));
	for (i = 0; ps->rc == 0 && i < n; i++) {
		s = json_string_value(json_array_get(v, i));
		if (!s) {
			wrong(ps, "choices", "a list of strings");
			break;
		}
		list[i] = arena_strdup(ps->arena, s);
		if (!list[i])
			get_memory(ps, SIZE_MAX, 1);
	}
	return list;
}

static void
read_option(struct parse *ps, const json_t *object, struct lavoir_option *o)
{
	const char *type = json_string_value(json_object_get(object, "type"));
	size_t i;

	o->name = read_cstr(ps, object, "name");
	for (o->type = LAVOIR_OPT_BOOL; o->type <= LAVOIR_OPT_JSON; o->type++)
		if (type && strcmp(type, options_type_name(o->type)) == 0)
			break;
	for (i = 0; i < OPTION_FLAGS; i++)
		if (json_is_true(json_object_get(object, option_flags[i].name)))
			o->flags |= option_flags[i].bit;
	o->def = read_cstr(ps, object, "default");
	o->min = read_bound(ps, object, "min", -HUGE_VAL);
	o->max = read_bound(ps, object, "max", HUGE_VAL);
	if (o->type == LAVOIR_OPT_ENUM)
		o->choices = read_choices(ps, object);
	o->help = read_cstr(ps, object, "help");
	if (!o->name)
		wrong(ps, "options", "a list of named options");
}

static const struct lavoir_option *
read_options(struct parse *ps, const json_t *object)
{
	json_t *v = json_object_get(object, "options");
	struct lavoir_option *list;
	size_t i, n = json_array_size(v);

	if (!json_is_array(v) || n > TABLE_OPTIONS_MAX) {
		wrong(ps, "options", "a list");
		return NULL;
	}
	list = get_memory(ps, n + 1, sizeof(*list));
	for (i = 0; ps->rc == 0 && i < n; i++)
		read_option(ps, json_array_get(v, i), &list[i]);
	return list;
}

static void
read_table(struct parse *ps, const json_t *o, struct descriptor *d_r)
{
	struct lavoir_plugin *p = &d_r->table;

	p->size = (uint32_t)read_int(ps, o, "size");
	p->abi = (uint32_t)read_int(ps, o, "abi_major") << 16 |
	    ((uint32_t)read_int(ps, o, "abi_minor") & 0xffff);
	p->option_size = sizeof(struct lavoir_option);
	p->name = read_cstr(ps, o, "name");
	p->version = read_cstr(ps, o, "version");
	p->summary = read_cstr(ps, o, "summary");
	p->accepts = read_names(ps, o, "accepts");
	p->reads = read_names(ps, o, "reads");
	p->writes = read_names(ps, o, "writes");
	p->reasons = read_names(ps, o, "reasons");
	p->counters = read_names(ps, o, "counters");
	p->options = read_options(ps, o);
	d_r->path = read_cstr(ps, o, "path");
	d_r->has_check = read_bool(ps, o, "check");
	d_r->has_process = read_bool(ps, o, "process");
	d_r->has_commit = read_bool(ps, o, "commit");
}

int
descriptor_parse(struct descriptor *d_r, const char *json, struct arena *a,
    struct err *e)
{
	struct parse ps = { .arena = a, .e = e };
	json_error_t error;
	const char *message;
	json_t *o;

	memset(d_r, 0, sizeof(*d_r));
	o = json_loads(json, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(o)) {
		json_decref(o);
		return err_set(e, ERR_INVAL, "the descriptor is not JSON");
	}
	message = json_string_value(json_object_get(o, "error"));
	if (message)
		ps.rc = err_set(e, ERR_INVAL, "%s", message);
	else
		read_table(&ps, o, d_r);
	json_decref(o);
	if (ps.rc == 0)
		ps.rc = table_check_head(&d_r->table, e);
	if (ps.rc == 0 &&
	    (!d_r->table.name || !table_name_valid(d_r->table.name) ||
		!d_r->path))
		ps.rc = err_set(e, ERR_INVAL, "the descriptor has no name");
	if (ps.rc == 0)
		ps.rc = table_check_lists(&d_r->table, e);
	return ps.rc;
}
