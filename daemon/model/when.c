/* when.c - a step's condition, parsed once, asked for every document. */
#include "model/when.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/doc_grow.h"
#include "model/media_type.h"
#include "model/options_text.h"
#include "model/value.h"

enum test_kind { TEST_ONE_OF, TEST_RANGE, TEST_TAG, TEST_MEDIA_TYPE };

enum { OPS = 4 };
static const struct {
	const char *name;
	int32_t op;
} ops[OPS] = {
	{ ">=", LAVOIR_GE },
	{ ">", LAVOIR_GT },
	{ "<", LAVOIR_LT },
	{ "<=", LAVOIR_LE },
};

struct test {
	enum test_kind kind;
	const char *name; /* attribute, tag or pattern */
	const struct lavoir_value *value;
	size_t n_values;
	bool has_bound[OPS];
	struct lavoir_value bound[OPS];
};

struct when {
	size_t n;
	struct test test[];
};

struct parse {
	struct arena *a;
	const struct options_context *context;
	int problems;
};

static void
report(struct parse *p, const char *path, const char *problem,
    const json_t *json, const char *expected)
{
	struct buf found = { 0 };

	options_write_found(&found, json, false);
	p->problems++;
	if (p->context->problem != NULL)
		p->context->problem(p->context->arg, path, problem,
		    buf_str(&found), expected, NULL);
	buf_fini(&found);
}

static const char *
copy(struct parse *p, const char *s)
{
	const char *s_r = arena_strdup(p->a, s);

	return s_r ? s_r : "";
}

static bool
read_scalar(struct parse *p, const json_t *json, struct lavoir_value *v_r)
{
	memset(v_r, 0, sizeof(*v_r));
	switch (json_typeof(json)) {
	case JSON_NULL:
		v_r->type = LAVOIR_NULL;
		return true;
	case JSON_TRUE:
	case JSON_FALSE:
		v_r->type = LAVOIR_BOOL;
		v_r->i = json_is_true(json);
		return true;
	case JSON_INTEGER:
		v_r->type = LAVOIR_INT;
		v_r->i = json_integer_value(json);
		return true;
	case JSON_REAL:
		v_r->type = LAVOIR_REAL;
		v_r->r = json_real_value(json);
		return true;
	case JSON_STRING:
		v_r->type = LAVOIR_STR;
		v_r->s.ptr = copy(p, json_string_value(json));
		v_r->s.len = strlen(v_r->s.ptr);
		return true;
	default:
		return false;
	}
}

static void
read_one_of(struct parse *p, const char *path, const json_t *json,
    struct test *t)
{
	size_t n = json_is_array(json) ? json_array_size(json) : 1;
	struct lavoir_value *value =
	    arena_alloc(p->a, n > 0 ? n : 1, sizeof(*value));

	if (value == NULL || n == 0) {
		report(p, path, "empty list", json, "at least one value");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const json_t *item =
		    json_is_array(json) ? json_array_get(json, i) : json;

		if (!read_scalar(p, item, &value[i]))
			report(p, path, "wrong type", item,
			    "a string, a number, true, false or null");
	}
	t->kind = TEST_ONE_OF;
	t->value = value;
	t->n_values = n;
}

static void
read_range(struct parse *p, const char *path, json_t *json, struct test *t)
{
	const char *key;
	json_t *bound;

	t->kind = TEST_RANGE;
	if (json_object_size(json) == 0)
		report(p, path, "no bound", json, "{\">=\": n, \"<\": n}");
	json_object_foreach(json, key, bound)
	{
		size_t i = 0;

		while (i < OPS && strcmp(ops[i].name, key) != 0)
			i++;
		if (i == OPS) {
			report(p, path, "unknown comparison", json,
			    "only the keys \">=\", \">\", \"<\" and \"<=\"");
			continue;
		}
		if (!json_is_number(bound)) {
			report(p, path, "wrong type", bound, "a number");
			continue;
		}
		t->has_bound[i] = read_scalar(p, bound, &t->bound[i]);
	}
}

static void
read_pattern(struct parse *p, const char *path, const json_t *json,
    struct test *t)
{
	bool tag = strcmp(path, "/tag") == 0;
	const char *s = json_string_value(json);

	t->kind = tag ? TEST_TAG : TEST_MEDIA_TYPE;
	if (s == NULL)
		report(p, path, "wrong type", json,
		    tag ? "the name of a tag"
			: "a media type such as \"text/*\"");
	else if (tag && !doc_tag_valid(s))
		report(p, path, "not a tag", json,
		    "1 to 64 of A-Z a-z 0-9 _ . : -");
	else if (!tag && strchr(s, '/') == NULL)
		report(p, path, "not a media type", json,
		    "a media type such as \"text/*\"");
	else
		t->name = copy(p, s);
}

static void
read_test(struct parse *p, const char *key, json_t *json, struct test *t)
{
	struct buf path = { 0 };

	buf_printf(&path, "/%s", key);
	t->name = copy(p, key);
	if (strcmp(key, "tag") == 0 || strcmp(key, "media_type") == 0)
		read_pattern(p, buf_str(&path), json, t);
	else if (!value_name_valid(key))
		report(p, "", "not the name of an attribute", NULL,
		    "1 to 128 of A-Z a-z 0-9 _ . : -");
	else if (json_is_object(json))
		read_range(p, buf_str(&path), json, t);
	else
		read_one_of(p, buf_str(&path), json, t);
	buf_fini(&path);
}

int
when_parse(struct when **w_r, const json_t *json, struct arena *a,
    const struct options_context *context)
{
	json_t *object = options_iterable(json), *value;
	struct parse p = { .a = a, .context = context };
	struct when *w;
	const char *key;

	*w_r = NULL;
	if (json == NULL)
		return 0;
	if (!json_is_object(json)) {
		report(&p, "", "wrong type", json, "an object of conditions");
		return p.problems;
	}
	w = arena_alloc(a, 1,
	    sizeof(*w) + json_object_size(json) * sizeof(w->test[0]));
	if (w == NULL) {
		report(&p, "", "too long", json, "fewer conditions");
		return p.problems;
	}
	json_object_foreach(object, key, value)
	{
		read_test(&p, key, value, &w->test[w->n++]);
	}
	*w_r = w;
	return p.problems;
}

static bool
equals_one(const struct test *t, const struct lavoir_value *v)
{
	for (size_t i = 0; i < t->n_values; i++)
		if (value_equal(&t->value[i], v))
			return true;
	return false;
}

static bool
is_one_of(const struct test *t, const struct lavoir_value *v)
{
	if (v->type != LAVOIR_LIST)
		return equals_one(t, v);
	for (size_t i = 0; i < v->list.n; i++)
		if (equals_one(t, &v->list.item[i]))
			return true;
	return false;
}

/* -1, 0 or 1; 2 when one of them is not a number. */
static int
compare(const struct lavoir_value *a, const struct lavoir_value *b)
{
	double x, y;

	if (a->type == LAVOIR_INT && b->type == LAVOIR_INT)
		return (a->i > b->i) - (a->i < b->i);
	x = a->type == LAVOIR_INT ? (double)a->i : a->r;
	y = b->type == LAVOIR_INT ? (double)b->i : b->r;
	return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
}

static bool
order_fits(int32_t op, int order)
{
	switch (op) {
	case LAVOIR_GE:
		return order == 0 || order == 1;
	case LAVOIR_GT:
		return order == 1;
	case LAVOIR_LT:
		return order == -1;
	default:
		return order == 0 || order == -1;
	}
}

static bool
in_range(const struct test *t, const struct lavoir_value *v)
{
	if (v->type != LAVOIR_INT && v->type != LAVOIR_REAL)
		return false;
	for (size_t i = 0; i < OPS; i++)
		if (t->has_bound[i] &&
		    !order_fits(ops[i].op, compare(v, &t->bound[i])))
			return false;
	return true;
}

static bool
test_holds(const struct test *t, const struct doc *d)
{
	struct lavoir_value v;
	const char *type;

	if (t->kind == TEST_TAG)
		return doc_tagged(d, t->name);
	if (t->kind == TEST_MEDIA_TYPE) {
		type = doc_get_str(d, "lavoir.media_type");
		return type != NULL && media_type_match(t->name, type);
	}
	if (doc_get(d, t->name, &v) < 0)
		return false;
	return t->kind == TEST_RANGE ? in_range(t, &v) : is_one_of(t, &v);
}

bool
when_holds(const struct when *w, const struct doc *d)
{
	for (size_t i = 0; w != NULL && i < w->n; i++)
		if (!test_holds(&w->test[i], d))
			return false;
	return true;
}

void
when_each_attribute(const struct when *w,
    void (*fn)(void *arg, const char *name), void *arg)
{
	for (size_t i = 0; w != NULL && i < w->n; i++)
		if (w->test[i].kind == TEST_ONE_OF ||
		    w->test[i].kind == TEST_RANGE)
			fn(arg, w->test[i].name);
}
