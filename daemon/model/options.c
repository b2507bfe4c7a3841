/* options.c - JSON options checked against a table, defaults filled in.  Values
 * and defaults take the same way, so that a default cannot mean anything that a
 * user could not write. */
#include "model/options.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/suggest.h"
#include "base/units.h"
#include "model/options_text.h"

enum { REAL_EXACT_MAX = 53 };

struct check {
	const struct lavoir_option *option;
	struct arena *a;
	const struct options_context *context;
	struct buf path;
	bool item;	 /* looking at one of a list */
	bool in_default; /* the table is at fault, not the user */
	int problems;
};

size_t
options_count(const struct lavoir_option *table)
{
	size_t n = 0;

	while (table != NULL && table[n].name != NULL)
		n++;
	return n;
}

const char *
options_type_name(int type)
{
	static const char *const name[] = {
		[LAVOIR_OPT_BOOL] = "boolean",
		[LAVOIR_OPT_INT] = "integer",
		[LAVOIR_OPT_REAL] = "number",
		[LAVOIR_OPT_STR] = "string",
		[LAVOIR_OPT_ENUM] = "choice",
		[LAVOIR_OPT_SIZE] = "size",
		[LAVOIR_OPT_TIME] = "time",
		[LAVOIR_OPT_PATH] = "path",
		[LAVOIR_OPT_JSON] = "JSON",
	};

	if (type < LAVOIR_OPT_BOOL || type > LAVOIR_OPT_JSON)
		return "unknown";
	return name[type];
}

/* Add "/key" to the path, as RFC 6901 escapes it; returns the length before. */
static size_t
enter(struct buf *path, const char *key)
{
	size_t before = path->len;

	buf_append_byte(path, '/');
	for (; *key != '\0'; key++) {
		if (*key == '~')
			buf_append_str(path, "~0");
		else if (*key == '/')
			buf_append_str(path, "~1");
		else
			buf_append_byte(path, (uint8_t)*key);
	}
	return before;
}

static void
tell(struct check *c, const char *problem, struct buf *found,
    struct buf *expected, const char *nearest)
{
	c->problems++;
	if (c->context->problem != NULL)
		c->context->problem(c->context->arg, buf_str(&c->path), problem,
		    buf_str(found), buf_str(expected), nearest);
	buf_fini(found);
	buf_fini(expected);
}

/* The value of the option, or an item of it, is wrong; returns -1. */
static int
report(struct check *c, const char *problem, const json_t *json,
    const char *nearest)
{
	struct buf found = { 0 }, expected = { 0 }, text = { 0 };

	options_write_found(&found, json,
	    (c->option->flags & LAVOIR_OPT_SECRET) != 0);
	options_write_expected(&expected, c->option, c->item);
	if (c->in_default)
		buf_printf(&text,
		    "default of option \"%s\": ", c->option->name);
	buf_append_str(&text, problem);
	tell(c, buf_str(&text), &found, &expected, nearest);
	buf_fini(&text);
	return -1;
}

static int
wrong_type(struct check *c, const json_t *json)
{
	return report(c, "wrong type", json, NULL);
}

static bool
in_range(const struct lavoir_option *o, double value)
{
	if (o->min == 0 && o->max == 0)
		return true;
	return value >= o->min && value <= o->max;
}

/* An integer, also when it is written 1e3. */
static bool
whole_number(const json_t *json, int64_t *i_r)
{
	double r;

	if (json_is_integer(json)) {
		*i_r = json_integer_value(json);
		return true;
	}
	if (!json_is_real(json))
		return false;
	r = json_real_value(json);
	if (r != floor(r) || fabs(r) > ldexp(1, REAL_EXACT_MAX))
		return false;
	*i_r = (int64_t)r;
	return true;
}

static int
set_int(struct check *c, const json_t *json, int64_t i,
    struct lavoir_value *v_r)
{
	if (!in_range(c->option, (double)i))
		return report(c, "out of range", json, NULL);
	v_r->type = LAVOIR_INT;
	v_r->i = i;
	return 0;
}

static int
read_int(struct check *c, const json_t *json, struct lavoir_value *v_r)
{
	int64_t i;

	if (!whole_number(json, &i))
		return wrong_type(c, json);
	return set_int(c, json, i, v_r);
}

static int
read_real(struct check *c, const json_t *json, struct lavoir_value *v_r)
{
	if (!json_is_number(json))
		return wrong_type(c, json);
	v_r->type = LAVOIR_REAL;
	v_r->r = json_number_value(json);
	if (!in_range(c->option, v_r->r))
		return report(c, "out of range", json, NULL);
	return 0;
}

static int
read_size(struct check *c, const json_t *json, struct lavoir_value *v_r)
{
	int64_t i;

	if (json_is_string(json)) {
		if (units_parse_size(json_string_value(json), &i) < 0)
			return report(c, "not a size", json, NULL);
	} else if (!whole_number(json, &i)) {
		return wrong_type(c, json);
	}
	if (i < 0)
		return report(c, "out of range", json, NULL);
	return set_int(c, json, i, v_r);
}

/* A bare number is seconds, as in "90". */
static int
read_time(struct check *c, const json_t *json, struct lavoir_value *v_r)
{
	double seconds;
	int64_t i;

	if (json_is_string(json)) {
		if (units_parse_time(json_string_value(json), &i) < 0)
			return report(c, "not a time", json, NULL);
	} else if (json_is_number(json)) {
		seconds = json_number_value(json);
		if (!(seconds >= 0 && seconds < 9e15))
			return report(c, "out of range", json, NULL);
		i = llround(seconds * 1000);
	} else {
		return wrong_type(c, json);
	}
	return set_int(c, json, i, v_r);
}

static int
read_enum(struct check *c, const json_t *json, struct lavoir_value *v_r)
{
	const char *const *choice = c->option->choices;
	struct suggest near;

	if (!json_is_string(json))
		return wrong_type(c, json);
	suggest_init(&near, json_string_value(json));
	for (size_t i = 0; choice != NULL && choice[i] != NULL; i++) {
		if (strcmp(choice[i], json_string_value(json)) == 0) {
			v_r->type = LAVOIR_INT;
			v_r->i = (int64_t)i;
			return 0;
		}
		suggest_offer(&near, choice[i]);
	}
	return report(c, "unknown choice", json, suggest_best(&near));
}

static int
set_str(struct check *c, const json_t *json, const char *s, size_t len,
    struct lavoir_value *v_r)
{
	v_r->type = LAVOIR_STR;
	v_r->s.len = len;
	v_r->s.ptr = arena_strndup(c->a, s, len);
	if (v_r->s.ptr == NULL)
		return report(c, "too long", json, NULL);
	return 0;
}

static int
read_str(struct check *c, const json_t *json, struct lavoir_value *v_r)
{
	if (!json_is_string(json))
		return wrong_type(c, json);
	return set_str(c, json, json_string_value(json),
	    json_string_length(json), v_r);
}

/* Without "." and empty components; ".." stays, it may follow a link. */
static void
tidy_path(char *path)
{
	char *to = path + (path[0] == '/');
	const char *at = path + strspn(path, "/");
	size_t len;

	for (; *at != '\0'; at += len, at += strspn(at, "/")) {
		len = strcspn(at, "/");
		if (len == 1 && at[0] == '.')
			continue;
		if (to > path && to[-1] != '/')
			*to++ = '/';
		memmove(to, at, len);
		to += len;
	}
	if (to == path)
		*to++ = '.';
	*to = '\0';
}

static int
read_path(struct check *c, const json_t *json, struct lavoir_value *v_r)
{
	char *path;
	int rc;

	if (!json_is_string(json))
		return wrong_type(c, json);
	if (json_string_length(json) == 0)
		return report(c, "empty path", json, NULL);
	path = fs_join(c->context->base ? c->context->base : "",
	    json_string_value(json));
	tidy_path(path);
	rc = set_str(c, json, path, strlen(path), v_r);
	free(path);
	return rc;
}

static int
read_json(struct check *c, const json_t *json, struct lavoir_value *v_r)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
	int rc;

	if (text == NULL)
		return report(c, "nested too deep", json, NULL);
	rc = set_str(c, json, text, strlen(text), v_r);
	free(text);
	return rc;
}

static int
read_scalar(struct check *c, const json_t *json, struct lavoir_value *v_r)
{
	switch (c->option->type) {
	case LAVOIR_OPT_BOOL:
		if (!json_is_boolean(json))
			return wrong_type(c, json);
		v_r->type = LAVOIR_BOOL;
		v_r->i = json_is_true(json);
		return 0;
	case LAVOIR_OPT_INT:
		return read_int(c, json, v_r);
	case LAVOIR_OPT_REAL:
		return read_real(c, json, v_r);
	case LAVOIR_OPT_STR:
		return read_str(c, json, v_r);
	case LAVOIR_OPT_ENUM:
		return read_enum(c, json, v_r);
	case LAVOIR_OPT_SIZE:
		return read_size(c, json, v_r);
	case LAVOIR_OPT_TIME:
		return read_time(c, json, v_r);
	case LAVOIR_OPT_PATH:
		return read_path(c, json, v_r);
	case LAVOIR_OPT_JSON:
		return read_json(c, json, v_r);
	default:
		return report(c, "option of unknown type", json, NULL);
	}
}

static void
read_list(struct check *c, const json_t *json, struct lavoir_value *v_r)
{
	size_t n = json_array_size(json), before;
	struct lavoir_value *item;
	char number[24];

	if (!json_is_array(json)) {
		wrong_type(c, json);
		return;
	}
	item = arena_alloc(c->a, n > 0 ? n : 1, sizeof(*item));
	if (item == NULL) {
		report(c, "too long", json, NULL);
		return;
	}
	c->item = true;
	for (size_t i = 0; i < n; i++) {
		snprintf(number, sizeof(number), "%zu", i);
		before = enter(&c->path, number);
		read_scalar(c, json_array_get(json, i), &item[i]);
		c->path.len = before;
	}
	c->item = false;
	v_r->type = LAVOIR_LIST;
	v_r->list.item = item;
	v_r->list.n = n;
}

static void
read_value(struct check *c, const json_t *json, struct lavoir_value *v_r)
{
	if ((c->option->flags & LAVOIR_OPT_LIST) != 0)
		read_list(c, json, v_r);
	else
		read_scalar(c, json, v_r);
}

static void
read_default(struct check *c, struct lavoir_value *v_r)
{
	json_error_t error;
	json_t *json;

	if (c->option->def == NULL)
		return;
	c->in_default = true;
	json = json_loads(c->option->def,
	    JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
	if (json == NULL)
		report(c, "not JSON", NULL, NULL);
	else if (!json_is_null(json))
		read_value(c, json, v_r);
	json_decref(json);
	c->in_default = false;
}

/* null is "not set": only where that is the default. */
static void
read_option(struct check *c, const json_t *json, struct lavoir_value *v_r)
{
	bool required = (c->option->flags & LAVOIR_OPT_REQUIRED) != 0;
	size_t before = enter(&c->path, c->option->name);

	if (json == NULL && required)
		report(c, "required option is missing", NULL, NULL);
	else if (json == NULL)
		read_default(c, v_r);
	else if (!json_is_null(json) || required || c->option->def != NULL)
		read_value(c, json, v_r);
	c->path.len = before;
}

static bool
option_known(const struct lavoir_option *table, const char *name)
{
	for (; table->name != NULL; table++)
		if (strcmp(table->name, name) == 0)
			return true;
	return false;
}

static void
report_unknown(struct check *c, const struct lavoir_option *table,
    const char *key)
{
	struct buf found = { 0 }, expected = { 0 };
	size_t before = enter(&c->path, key);
	struct suggest near;

	suggest_init(&near, key);
	buf_append_str(&found, "the key ");
	options_write_quoted(&found, key);
	buf_append_str(&expected,
	    table->name ? "one of " : "no options at all");
	for (size_t i = 0; table[i].name != NULL; i++) {
		suggest_offer(&near, table[i].name);
		if (i > 0)
			buf_append_str(&expected, ", ");
		options_write_quoted(&expected, table[i].name);
	}
	tell(c, "unknown option", &found, &expected, suggest_best(&near));
	c->path.len = before;
}

static void
check_keys(struct check *c, const struct lavoir_option *table,
    const json_t *json)
{
	json_t *object = options_iterable(json), *value;
	const char *key;

	json_object_foreach(object, key, value)
	{
		if (!option_known(table, key))
			report_unknown(c, table, key);
	}
}

int
options_check(const struct lavoir_option *table, const json_t *json,
    struct arena *a, const struct options_context *context,
    struct lavoir_value **value_r)
{
	static const struct lavoir_option none[1];
	struct buf found = { 0 }, expected = { 0 };
	struct check c = { .a = a, .context = context };
	size_t n = options_count(table);
	struct lavoir_value *value;

	if (table == NULL)
		table = none;
	value = arena_alloc(a, n > 0 ? n : 1, sizeof(*value));
	ensure(value != NULL);
	if (json != NULL && !json_is_object(json)) {
		options_write_found(&found, json, true);
		buf_append_str(&expected, "an object of options");
		tell(&c, "wrong type", &found, &expected, NULL);
	} else {
		check_keys(&c, table, json);
		for (size_t i = 0; i < n; i++) {
			c.option = &table[i];
			read_option(&c, json_object_get(json, table[i].name),
			    &value[i]);
		}
	}
	*value_r = value;
	buf_fini(&c.path);
	return c.problems;
}
