/* options_text.c - what messages and help say about options and JSON values. */
#include "model/options_text.h"

#include <math.h>
#include <string.h>

#include "base/json_write.h"
#include "base/units.h"
#include "base/utf8.h"
#include "model/options.h"

enum { QUOTED_MAX = 60, CHOICES_MAX = 40 };

void
options_write_quoted(struct buf *b, const char *s)
{
	size_t len = strlen(s);

	if (len <= QUOTED_MAX) {
		json_write_string(b, s, len);
		return;
	}
	json_write_string(b, s, utf8_valid_prefix(s, QUOTED_MAX));
	buf_append_str(b, " ...");
}

static void
write_scalar(struct buf *b, const json_t *json, bool secret)
{
	switch (json_typeof(json)) {
	case JSON_STRING:
		buf_append_str(b, secret ? "a string" : "the string ");
		if (!secret)
			options_write_quoted(b, json_string_value(json));
		break;
	case JSON_INTEGER:
		buf_append_str(b, secret ? "an integer" : "the integer ");
		if (!secret)
			json_write_int(b, json_integer_value(json));
		break;
	default:
		buf_append_str(b, secret ? "a number" : "the number ");
		if (!secret)
			json_write_real(b, json_real_value(json));
		break;
	}
}

void
options_write_found(struct buf *b, const json_t *json, bool secret)
{
	if (json == NULL) {
		buf_append_str(b, "nothing");
		return;
	}
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		buf_append_str(b, "an object");
		break;
	case JSON_ARRAY:
		buf_append_str(b, "an array");
		break;
	case JSON_TRUE:
		buf_append_str(b, "true");
		break;
	case JSON_FALSE:
		buf_append_str(b, "false");
		break;
	case JSON_NULL:
		buf_append_str(b, "null");
		break;
	default:
		write_scalar(b, json, secret);
		break;
	}
}

/* A bound beyond this is none: tables say INT64_MAX or DBL_MAX. */
static bool
bounded(double bound)
{
	return isfinite(bound) && fabs(bound) < 9e18;
}

static void
write_bound(struct buf *b, const struct lavoir_option *o, double bound)
{
	char text[UNITS_SIZE];

	if (o->type == LAVOIR_OPT_SIZE)
		buf_append_str(b, units_format_size(text, (int64_t)bound));
	else if (o->type == LAVOIR_OPT_TIME)
		buf_append_str(b, units_format_time(text, (int64_t)bound));
	else if (bound == floor(bound) && fabs(bound) < 9e15)
		json_write_int(b, (int64_t)bound);
	else
		json_write_real(b, bound);
}

bool
options_write_range(struct buf *b, const struct lavoir_option *o)
{
	bool low = bounded(o->min), high = bounded(o->max);

	if ((o->min == 0 && o->max == 0) || (!low && !high))
		return false;
	if (o->type != LAVOIR_OPT_INT && o->type != LAVOIR_OPT_REAL &&
	    o->type != LAVOIR_OPT_SIZE && o->type != LAVOIR_OPT_TIME)
		return false;
	if (low) {
		buf_append_str(b, "from ");
		write_bound(b, o, o->min);
	}
	if (high) {
		buf_append_str(b, low ? " to " : "up to ");
		write_bound(b, o, o->max);
	}
	return true;
}

void
options_write_choices(struct buf *b, const struct lavoir_option *o)
{
	for (size_t i = 0; o->choices != NULL && o->choices[i] != NULL; i++) {
		if (i > 0)
			buf_append_str(b, ", ");
		if (i == CHOICES_MAX) {
			buf_append_str(b, "...");
			break;
		}
		options_write_quoted(b, o->choices[i]);
	}
}

static const char *
noun(int type, bool many)
{
	static const char *const name[][2] = {
		[LAVOIR_OPT_BOOL] = { "true or false", "true or false" },
		[LAVOIR_OPT_INT] = { "an integer", "integers" },
		[LAVOIR_OPT_REAL] = { "a number", "numbers" },
		[LAVOIR_OPT_STR] = { "a string", "strings" },
		[LAVOIR_OPT_ENUM] = { "one of ", "" },
		[LAVOIR_OPT_SIZE] = { "a size such as \"64M\"",
		    "sizes such as \"64M\"" },
		[LAVOIR_OPT_TIME] = { "a time such as \"90s\"",
		    "times such as \"90s\"" },
		[LAVOIR_OPT_PATH] = { "a path", "paths" },
		[LAVOIR_OPT_JSON] = { "any JSON value", "any JSON values" },
	};

	if (type < LAVOIR_OPT_BOOL || type > LAVOIR_OPT_JSON)
		return "nothing";
	return name[type][many];
}

void
options_write_expected(struct buf *b, const struct lavoir_option *o, bool item)
{
	bool list = (o->flags & LAVOIR_OPT_LIST) != 0 && !item;
	size_t at;

	if (list)
		buf_append_str(b, "an array of ");
	buf_append_str(b, noun(o->type, list));
	if (o->type == LAVOIR_OPT_ENUM)
		options_write_choices(b, o);
	at = b->len;
	buf_append_str(b,
	    o->type == LAVOIR_OPT_SIZE || o->type == LAVOIR_OPT_TIME ? ", "
								     : " ");
	if (!options_write_range(b, o))
		b->len = at;
}
