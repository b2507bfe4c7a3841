/* doc_verdict.c - what was measured on a document, and how it ended. */
#include <math.h>
#include <string.h>

#include "base/err.h"
#include "base/json_write.h"
#include "base/utf8.h"
#include "model/doc.h"
#include "model/doc_grow.h"
#include "model/value.h"

enum { LABEL_MAX = 128, PARTITION_MAX = 1024, PARTITION_NAME_MAX = 255 };

const char *
doc_op_name(int32_t op)
{
	static const char *const name[] = {
		[LAVOIR_LT] = "<",
		[LAVOIR_LE] = "<=",
		[LAVOIR_GT] = ">",
		[LAVOIR_GE] = ">=",
		[LAVOIR_EQ] = "==",
		[LAVOIR_NE] = "!=",
	};

	return op >= LAVOIR_LT && op <= LAVOIR_NE ? name[op] : NULL;
}

bool
doc_label_valid(const char *s)
{
	size_t len;

	if (s == NULL)
		return false;
	len = strnlen(s, LABEL_MAX + 1);
	if (len == 0 || len > LABEL_MAX || !utf8_valid(s, len))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return false;
	return true;
}

/* Names that cannot leave the folder, hide, or break a log line. */
bool
doc_partition_valid(const char *s)
{
	size_t len = strnlen(s, PARTITION_MAX + 1), name = 0;

	if (len == 0 || len > PARTITION_MAX || !utf8_valid(s, len))
		return false;
	for (size_t i = 0; i <= len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '/' || c == '\0') {
			if (name == 0 || name > PARTITION_NAME_MAX)
				return false;
			name = 0;
			continue;
		}
		if (c < 0x20 || c == 0x7f || (c == '.' && name == 0))
			return false;
		name++;
	}
	return true;
}

/* Bytes of foreign origin made presentable: cut, and what is not UTF-8
 * replaced. NULL when the arena is full. */
static const char *
presentable(struct doc *d, const char *s)
{
	size_t len = strnlen(s, DOC_DETAIL_MAX + 4), used = 0, at = 0;
	char *copy;

	if (utf8_valid_prefix(s, len) == len && len <= DOC_DETAIL_MAX)
		return arena_strndup(d->arena, s, len);
	copy = arena_alloc(d->arena, DOC_DETAIL_MAX + 1, 1);
	while (copy != NULL && at < len) {
		size_t good = utf8_valid_prefix(s + at, len - at);

		if (good > DOC_DETAIL_MAX - used)
			good = DOC_DETAIL_MAX - used;
		memcpy(copy + used, s + at, good);
		used += good;
		at += good;
		if (at == len || used + 3 > DOC_DETAIL_MAX)
			break;
		memcpy(copy + used, "\xef\xbf\xbd", 3);
		used += 3;
		at++;
	}
	if (copy != NULL)
		copy[utf8_valid_prefix(copy, used)] = '\0';
	return copy;
}

int
doc_error(struct doc *d, int code, const char *text)
{
	if (d->error < 0)
		return d->error;
	d->error = code < 0 ? code : ERR_INVAL;
	d->error_text = text ? presentable(d, text) : "no reason given";
	if (d->error_text == NULL)
		d->error_text = "out of the memory a document may have";
	return d->error;
}

/* Steps and rule sets repeat from one measurement to the next. */
static int
copy_label(struct doc *d, const char *s, const char *before, const char **s_r)
{
	if (before != NULL && strcmp(s, before) == 0) {
		*s_r = before;
		return 0;
	}
	*s_r = arena_strdup(d->arena, s);
	return *s_r ? 0 : doc_nomem(d);
}

int
doc_add_measure(struct doc *d, const char *step, const struct lavoir_measure *m)
{
	static const struct doc_measure none;
	const struct doc_measure *before = &none;
	struct doc_measure copy = { 0 };

	if (d->error < 0)
		return d->error;
	if (m->size < sizeof(*m) || doc_op_name(m->op) == NULL)
		return doc_error(d, ERR_INVAL,
		    "a measurement of unknown size or operator");
	if (!value_name_valid(m->rule) || !doc_label_valid(step) ||
	    (m->rule_set != NULL && !doc_label_valid(m->rule_set)))
		return doc_error(d, ERR_INVAL,
		    "a measurement without a valid rule");
	if (d->n_measures > 0)
		before = &d->measure[d->n_measures - 1];
	if (copy_label(d, step, before->step, &copy.step) < 0 ||
	    copy_label(d, m->rule, NULL, &copy.rule) < 0)
		return d->error;
	if (m->rule_set != NULL &&
	    copy_label(d, m->rule_set, before->rule_set, &copy.rule_set) < 0)
		return d->error;
	copy.op = m->op;
	copy.broken = m->broken != 0;
	copy.value = m->value;
	copy.threshold = m->threshold;
	if (!DOC_GROW(d, d->measure, d->n_measures, d->measure_cap,
		DOC_MEASURES_MAX, "measurements"))
		return d->error;
	d->measure[d->n_measures++] = copy;
	return 0;
}

/* The end; texts that find no room any more are left out, the verdict stands.
 */
static void
end_document(struct doc *d, enum doc_verdict verdict, const char *step,
    const char *reason, const char *detail)
{
	d->verdict = verdict;
	d->plugin = step ? arena_strdup(d->arena, step) : NULL;
	d->reason = arena_strdup(d->arena, reason);
	if (d->reason == NULL)
		d->reason = "memory";
	d->detail = detail ? presentable(d, detail) : NULL;
}

int
doc_drop(struct doc *d, const char *step, const char *reason,
    const char *detail)
{
	if (d->error < 0)
		return d->error;
	if (!value_name_valid(reason) || (step && !doc_label_valid(step)))
		return doc_error(d, ERR_INVAL, "a drop without a valid reason");
	if (d->verdict != DOC_KEEP)
		return 0;
	end_document(d, DOC_DROP, step, reason, detail);
	for (size_t i = d->n_measures; step != NULL && i-- > 0;) {
		const struct doc_measure *m = &d->measure[i];

		if (strcmp(m->step, step) != 0 || strcmp(m->rule, reason) != 0)
			continue;
		d->has_value = true;
		d->value = m->value;
		d->threshold = m->threshold;
		break;
	}
	return 0;
}

int
doc_fail(struct doc *d, const char *step, const char *reason,
    const char *detail)
{
	if (!value_name_valid(reason) || (step && !doc_label_valid(step)))
		return doc_error(d, ERR_INVAL,
		    "a failure without a valid reason");
	if (d->verdict == DOC_KEEP)
		end_document(d, DOC_FAIL, step, reason, detail);
	return 0;
}

static int
copy_duplicate(struct doc *d, const struct doc_duplicate *dup,
    struct doc_duplicate *copy)
{
	if (dup->original.len == 0 ||
	    !(dup->similarity >= 0 && dup->similarity <= 1))
		return doc_error(d, ERR_INVAL,
		    "a duplicate needs an original and a similarity of 0 to 1");
	if (!value_name_valid(dup->reason) || !doc_label_valid(dup->step))
		return doc_error(d, ERR_INVAL,
		    "a duplicate without a valid reason");
	copy->similarity = dup->similarity;
	if (doc_copy_str(d, dup->original, "an original's id",
		&copy->original) < 0 ||
	    copy_label(d, dup->step, NULL, &copy->step) < 0 ||
	    copy_label(d, dup->reason, NULL, &copy->reason) < 0)
		return d->error;
	copy->detail = dup->detail ? presentable(d, dup->detail) : NULL;
	return dup->detail && !copy->detail ? doc_nomem(d) : 0;
}

int
doc_add_duplicate(struct doc *d, const struct doc_duplicate *dup, bool end)
{
	struct doc_duplicate copy = { 0 };

	if (d->error < 0)
		return d->error;
	if (d->verdict != DOC_KEEP)
		return 0;
	if (copy_duplicate(d, dup, &copy) < 0)
		return d->error;
	if (!DOC_GROW(d, d->duplicate, d->n_duplicates, d->duplicate_cap,
		DOC_DUPLICATES_MAX, "duplicates"))
		return d->error;
	d->duplicate[d->n_duplicates++] = copy;
	if (end) {
		d->verdict = DOC_DUPLICATE;
		d->plugin = copy.step;
		d->reason = copy.reason;
		d->detail = copy.detail;
	}
	return 0;
}

static void
write_measure(struct buf *b, const struct doc_measure *m)
{
	buf_append_byte(b, '{');
	json_write_key(b, "plugin");
	json_write_cstr(b, m->step);
	if (m->rule_set != NULL) {
		json_write_key(b, "rule_set");
		json_write_cstr(b, m->rule_set);
	}
	json_write_key(b, "rule");
	json_write_cstr(b, m->rule);
	json_write_key(b, "value");
	json_write_real(b, m->value);
	json_write_key(b, "threshold");
	json_write_real(b, m->threshold);
	json_write_key(b, "op");
	json_write_cstr(b, doc_op_name(m->op));
	json_write_key(b, "verdict");
	json_write_cstr(b, m->broken ? "broken" : "ok");
	buf_append_byte(b, '}');
}

const char *
doc_measures_json(struct doc *d)
{
	struct buf b = { 0 };
	const char *json;

	if (d->n_measures == 0)
		return NULL;
	buf_append_byte(&b, '[');
	for (size_t i = 0; i < d->n_measures; i++) {
		if (i > 0)
			buf_append_byte(&b, ',');
		write_measure(&b, &d->measure[i]);
	}
	buf_append_byte(&b, ']');
	json = arena_strndup(d->arena, (const char *)b.ptr, b.len);
	buf_fini(&b);
	return json;
}
