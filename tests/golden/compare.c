/* compare.c - what a case expected against what came out. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"

static int
differ(const char *what, const json_t *expected, const json_t *found)
{
	char *e = json_dumps(expected, JSON_ENCODE_ANY | JSON_SORT_KEYS);
	char *f =
	    found ? json_dumps(found, JSON_ENCODE_ANY | JSON_SORT_KEYS) : NULL;

	printf("    %s:\n      expected %s\n      found    %s\n", what,
	    e ? e : "?", f ? f : "nothing");
	free(e);
	free(f);
	return 1;
}

static bool equal(const json_t *a, const json_t *b);

static bool
equal_objects(const json_t *a, const json_t *b)
{
	const char *key;
	json_t *v;

	if (json_object_size(a) != json_object_size(b))
		return false;
	json_object_foreach((json_t *)(uintptr_t)a, key, v)
	{
		if (!equal(v, json_object_get(b, key)))
			return false;
	}
	return true;
}

/* Like json_equal(), but numbers are numbers, and reals need not agree in the
 * last bits. */
static bool
equal(const json_t *a, const json_t *b)
{
	double x, y;

	if (json_is_real(a) || json_is_real(b)) {
		x = json_number_value(a);
		y = json_number_value(b);
		return json_is_number(a) && json_is_number(b) &&
		    fabs(x - y) <= 1e-9 * fmax(1, fmax(fabs(x), fabs(y)));
	}
	if (json_is_object(a) && json_is_object(b))
		return equal_objects(a, b);
	if (json_is_array(a) && json_is_array(b)) {
		if (json_array_size(a) != json_array_size(b))
			return false;
		for (size_t i = 0; i < json_array_size(a); i++)
			if (!equal(json_array_get(a, i), json_array_get(b, i)))
				return false;
		return true;
	}
	return json_equal(a, b);
}

static int
check_json(const json_t *expect, const char *key, json_t *found)
{
	const json_t *e = json_object_get(expect, key);
	int n = 0;

	if (e && !equal(e, found))
		n = differ(key, e, found);
	json_decref(found);
	return n;
}

static json_t *
string_or_null(const char *s)
{
	return s ? json_string(s) : json_null();
}

static const char *
verdict_name(const struct outcome *o)
{
	static const char *const name[] = {
		[DOC_KEEP] = "keep",
		[DOC_DROP] = "drop",
		[DOC_DUPLICATE] = "duplicate",
		[DOC_FAIL] = "fail",
		[DOC_CONTAINER] = "container",
	};

	switch (o->result) {
	case HOST_DONE:
		return name[o->doc->verdict];
	case HOST_RETRY:
		return "retry";
	case HOST_FATAL:
		return "fatal";
	default:
		return "refused";
	}
}

static int
check_verdict(const json_t *expect, const struct outcome *o)
{
	const json_t *e = json_object_get(expect, "verdict");
	const char *expected = e ? json_string_value(e) : "keep";
	const char *found = verdict_name(o);

	if (expected && strcmp(expected, found) == 0)
		return 0;
	printf("    verdict: expected %s, found %s\n",
	    expected ? expected : "?", found);
	if (o->result != HOST_DONE)
		printf("      %s\n", o->e.text);
	else if (o->doc->reason)
		printf("      reason %s, detail %s\n", o->doc->reason,
		    o->doc->detail ? o->doc->detail : "none");
	return 1;
}

/* The text that explains: of a refusal the host's, else the document's. */
static int
check_detail(const json_t *expect, const struct outcome *o)
{
	const char *found = o->result == HOST_DONE ? o->doc->detail : o->e.text;
	const char *part =
	    json_string_value(json_object_get(expect, "detail_has"));
	int n = check_json(expect, "detail", string_or_null(found));

	if (part && (!found || !strstr(found, part))) {
		printf("    detail: \"%s\" lacks \"%s\"\n", found ? found : "",
		    part);
		n++;
	}
	return n;
}

/* Every attribute named; null: it must not be there. */
static int
check_attributes(const json_t *expect, const struct doc *d)
{
	json_t *all = json_object_get(expect, "attributes");
	struct lavoir_value v;
	json_t *e, *found;
	const char *key;
	int n = 0;

	json_object_foreach(all, key, e)
	{
		found =
		    doc_get(d, key, &v) < 0 ? json_null() : case_from_value(&v);
		if (!equal(e, found))
			n += differ(key, e, found);
		json_decref(found);
	}
	return n;
}

static json_t *
measure_to_json(const struct doc_measure *m)
{
	static const char *const op[] = { "<", "<=", ">", ">=", "==", "!=" };

	return json_pack("{s:s, s:f, s:f, s:s, s:b}", "rule", m->rule, "value",
	    m->value, "threshold", m->threshold, "op", op[m->op], "broken",
	    m->broken);
}

/* Every measurement named must be there: all keys given, of the last one made
 * for the rule. */
static int
check_measurements(const json_t *expect, const struct doc *d)
{
	json_t *list = json_object_get(expect, "measurements");
	json_t *e, *found, *v;
	const char *key, *rule;
	size_t i, k;
	bool same;
	int n = 0;

	json_array_foreach(list, i, e)
	{
		rule = json_string_value(json_object_get(e, "rule"));
		found = NULL;
		for (k = d->n_measures; rule && !found && k-- > 0;)
			if (strcmp(d->measure[k].rule, rule) == 0)
				found = measure_to_json(&d->measure[k]);
		same = found != NULL;
		json_object_foreach(e, key, v)
		{
			same = same && equal(v, json_object_get(found, key));
		}
		if (!same)
			n += differ("measurement", e, found);
		json_decref(found);
	}
	return n;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(json_string_value(*(json_t *const *)a),
	    json_string_value(*(json_t *const *)b));
}

/* Tags have no order. */
static json_t *
sorted(json_t *list)
{
	size_t n = json_array_size(list);
	json_t **item = calloc(n + 1, sizeof(json_t *));
	json_t *out = json_array();

	for (size_t i = 0; i < n; i++)
		item[i] = json_array_get(list, i);
	if (n)
		qsort(item, n, sizeof(json_t *), by_text);
	for (size_t i = 0; i < n; i++)
		json_array_append(out, item[i]);
	free(item);
	return out;
}

static int
check_tags(const json_t *expect, const struct doc *d)
{
	json_t *e = json_object_get(expect, "tags");
	json_t *all = json_array(), *left, *right;
	int n = 0;

	for (size_t i = 0; i < d->n_tags; i++)
		json_array_append_new(all, json_string(d->tag[i]));
	if (e) {
		left = sorted(e);
		right = sorted(all);
		if (!equal(left, right))
			n = differ("tags", left, right);
		json_decref(left);
		json_decref(right);
	}
	json_decref(all);
	return n;
}

/* The attributes named, null: must not be there. */
static bool
same_attributes(json_t *expect, const json_t *found)
{
	json_t *e, *f;
	const char *key;
	bool same = true;

	json_object_foreach(expect, key, e)
	{
		f = json_object_get(found, key);
		same = same && (f ? equal(e, f) : json_is_null(e));
	}
	return same;
}

/* One for one; of each only the keys given. */
static int
check_each(const json_t *expect, const char *what, json_t *found)
{
	json_t *list = json_object_get(expect, what);
	json_t *e, *f, *v;
	const char *key;
	size_t i;
	bool same;
	int n = 0;

	if (list && json_array_size(list) != json_array_size(found)) {
		n += differ(what, list, found);
		list = NULL;
	}
	json_array_foreach(list, i, e)
	{
		f = json_array_get(found, i);
		same = json_is_object(e) && json_is_object(f);
		json_object_foreach(e, key, v)
		{
			json_t *of = json_object_get(f, key);

			same = same &&
			    (strcmp(key, "attributes") == 0
				    ? same_attributes(v, of)
				    : equal(v, of));
		}
		if (!same)
			n += differ(what, e, f);
	}
	return n;
}

static json_t *
media_to_json(const struct doc *d)
{
	json_t *list = json_array(), *o;

	for (size_t i = 0; i < d->n_media; i++) {
		o = json_object();
		json_object_set_new(o, "uri", json_string(d->media[i].uri));
		json_object_set_new(o, "type",
		    string_or_null(d->media[i].type));
		case_put_bytes(o, "alt", d->media[i].alt);
		case_put_bytes(o, "caption", d->media[i].caption);
		json_object_set_new(o, "offset",
		    json_integer((json_int_t)d->media[i].offset));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
duplicates_to_json(const struct doc *d)
{
	json_t *list = json_array(), *o;

	for (size_t i = 0; i < d->n_duplicates; i++) {
		o = json_object();
		case_put_bytes(o, "of", d->duplicate[i].original);
		json_object_set_new(o, "similarity",
		    json_real(d->duplicate[i].similarity));
		json_object_set_new(o, "reason",
		    json_string(d->duplicate[i].reason));
		json_object_set_new(o, "detail",
		    string_or_null(d->duplicate[i].detail));
		json_array_append_new(list, o);
	}
	return list;
}

/* Expected as text, byte for byte, or as an object, which says nothing of the
 * order of keys. */
static int
check_records(const json_t *expect, const struct doc *d)
{
	json_t *list = json_object_get(expect, "records");
	const struct doc_record *r;
	json_t *e, *found;
	size_t i;
	int n = 0;

	if (list && json_array_size(list) != d->n_records) {
		printf("    records: expected %zu, found %zu\n",
		    json_array_size(list), d->n_records);
		return 1;
	}
	json_array_foreach(list, i, e)
	{
		r = &d->record[i];
		found = json_is_string(e)
		    ? json_stringn(r->bytes.ptr, r->bytes.len)
		    : json_loadb(r->bytes.ptr, r->bytes.len, 0, NULL);
		if (!equal(e, found))
			n += differ("record", e, found);
		json_decref(found);
	}
	return n;
}

static int
check_document(const json_t *expect, const struct doc *d)
{
	json_t *list;
	int n;

	n = check_json(expect, "reason", string_or_null(d->reason));
	n += check_attributes(expect, d);
	n += check_tags(expect, d);
	n += check_measurements(expect, d);
	n += check_records(expect, d);
	n += check_json(expect, "keys",
	    json_integer(d->n_keys ? d->keys[0].n : 0));
	list = media_to_json(d);
	n += check_each(expect, "media", list);
	json_decref(list);
	list = duplicates_to_json(d);
	n += check_each(expect, "duplicates", list);
	json_decref(list);
	if (json_object_get(expect, "value"))
		n += check_json(expect, "value", json_real(d->value));
	if (json_object_get(expect, "threshold"))
		n += check_json(expect, "threshold", json_real(d->threshold));
	return n;
}

static int
check_text(const json_t *expect, const struct outcome *o, const char *folder,
    struct arena *a)
{
	struct lavoir_str e, found = o->doc->text;
	json_t *left, *right;

	if (!case_bytes(expect, "text", folder, a, &e))
		return 1;
	if (!e.ptr || (e.len == found.len && !memcmp(e.ptr, found.ptr, e.len)))
		return 0;
	left = json_stringn(e.ptr, e.len);
	right = json_stringn(found.ptr, found.len);
	differ("text", left, right);
	json_decref(left);
	json_decref(right);
	return 1;
}

int
compare(const json_t *expect, const struct outcome *o, const char *folder,
    struct arena *a)
{
	int n = check_verdict(expect, o);

	n += check_detail(expect, o);
	n += check_each(expect, "children", o->children);
	n += check_json(expect, "counters", json_incref(o->counters));
	if (o->doc) {
		n += check_text(expect, o, folder, a);
		n += check_document(expect, o->doc);
	}
	return n;
}
