/* json_value.c - JSON as an attribute's value. */
#include "control/json_value.h"

#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "model/value.h"

static int convert(json_t *json, struct arena *a, int depth,
    struct lavoir_value *v_r);

static int
convert_list(json_t *json, struct arena *a, int depth, struct lavoir_value *v_r)
{
	size_t n = json_array_size(json);
	struct lavoir_value *item = arena_alloc(a, n + 1, sizeof *item);
	int rc = 0;

	ensure(item != NULL);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = convert(json_array_get(json, i), a, depth + 1, &item[i]);
	v_r->type = LAVOIR_LIST;
	v_r->list = (struct lavoir_list){ item, n };
	return rc;
}

static int
convert_map(json_t *json, struct arena *a, int depth, struct lavoir_value *v_r)
{
	size_t n = json_object_size(json), i = 0;
	struct lavoir_attr *item = arena_alloc(a, n + 1, sizeof *item);
	const char *key;
	json_t *value;

	ensure(item != NULL);
	json_object_foreach(json, key, value)
	{
		if (!value_name_valid(key) ||
		    convert(value, a, depth + 1, &item[i].value) < 0)
			return ERR_INVAL;
		item[i++].name = key;
	}
	v_r->type = LAVOIR_MAP;
	v_r->map = (struct lavoir_map){ item, n };
	return 0;
}

static int
convert(json_t *json, struct arena *a, int depth, struct lavoir_value *v_r)
{
	memset(v_r, 0, sizeof *v_r);
	if (depth > VALUE_DEPTH_MAX)
		return ERR_INVAL;
	switch (json_typeof(json)) {
	case JSON_TRUE:
	case JSON_FALSE:
		v_r->type = LAVOIR_BOOL;
		v_r->i = json_is_true(json);
		return 0;
	case JSON_INTEGER:
		v_r->type = LAVOIR_INT;
		v_r->i = json_integer_value(json);
		return 0;
	case JSON_REAL:
		v_r->type = LAVOIR_REAL;
		v_r->r = json_real_value(json);
		return 0;
	case JSON_STRING:
		v_r->type = LAVOIR_STR;
		v_r->s = (struct lavoir_str){ json_string_value(json),
			json_string_length(json) };
		return 0;
	case JSON_ARRAY:
		return convert_list(json, a, depth, v_r);
	case JSON_OBJECT:
		return convert_map(json, a, depth, v_r);
	default:
		v_r->type = LAVOIR_NULL;
		return 0;
	}
}

int
json_value(json_t *json, struct arena *a, struct lavoir_value *v_r)
{
	return convert(json, a, 0, v_r);
}
