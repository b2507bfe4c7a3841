/* options_dump.c - checked option values as JSON again. */
#include "base/units.h"
#include "model/options.h"

static json_t *
dump_int(const struct lavoir_option *o, int64_t i)
{
	char text[UNITS_SIZE];
	int64_t n = 0;

	switch (o->type) {
	case LAVOIR_OPT_SIZE:
		return json_string(units_format_size(text, i));
	case LAVOIR_OPT_TIME:
		return json_string(units_format_time(text, i));
	case LAVOIR_OPT_ENUM:
		while (n < i && o->choices[n] != NULL)
			n++;
		return o->choices[n] ? json_string(o->choices[n]) : json_null();
	default:
		return json_integer(i);
	}
}

static json_t *
dump_str(const struct lavoir_option *o, struct lavoir_str s)
{
	json_error_t error;

	if (o->type == LAVOIR_OPT_JSON)
		return json_loadb(s.ptr, s.len, JSON_DECODE_ANY, &error);
	return json_stringn(s.ptr, s.len);
}

static json_t *
dump_value(const struct lavoir_option *o, const struct lavoir_value *v)
{
	json_t *list;

	switch (v->type) {
	case LAVOIR_BOOL:
		return json_boolean(v->i != 0);
	case LAVOIR_INT:
		return dump_int(o, v->i);
	case LAVOIR_REAL:
		return json_real(v->r);
	case LAVOIR_STR:
		return dump_str(o, v->s);
	case LAVOIR_LIST:
		list = json_array();
		for (size_t i = 0; i < v->list.n; i++)
			json_array_append_new(list,
			    dump_value(o, &v->list.item[i]));
		return list;
	default:
		return json_null();
	}
}

json_t *
options_dump(const struct lavoir_option *table,
    const struct lavoir_value *value)
{
	json_t *all = json_object();

	for (size_t i = 0; i < options_count(table); i++) {
		bool secret = (table[i].flags & LAVOIR_OPT_SECRET) != 0 &&
		    value[i].type != LAVOIR_NULL;

		json_object_set_new(all, table[i].name,
		    secret ? json_string("***")
			   : dump_value(&table[i], &value[i]));
	}
	return all;
}
