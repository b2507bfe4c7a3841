/* problems.c - what is wrong with a configuration, told in order. */
#include "config/problems.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_pos.h"
#include "base/log.h"
#include "base/xalloc.h"

void
problems_fini(struct problems *p)
{
	free(p->problem);
	p->problem = NULL;
	p->n = 0;
}

static const char *
keep(struct problems *p, const char *s)
{
	const char *copy;

	if (!s)
		return NULL;
	copy = arena_strdup(p->arena, s);
	ensure(copy != NULL);
	return copy;
}

struct place
place_key(struct problems *p, struct place at, const char *key)
{
	struct buf pointer = { 0 };

	buf_append_str(&pointer, at.pointer);
	json_pos_add_key(&pointer, key);
	at.pointer = keep(p, buf_str(&pointer));
	buf_fini(&pointer);
	return at;
}

struct place
place_index(struct problems *p, struct place at, size_t i)
{
	struct buf pointer = { 0 };

	buf_append_str(&pointer, at.pointer);
	json_pos_add_index(&pointer, i);
	at.pointer = keep(p, buf_str(&pointer));
	buf_fini(&pointer);
	return at;
}

static void
find(struct place at, bool key, unsigned *line_r, unsigned *column_r)
{
	struct json_pos pos = { 0 };

	*line_r = *column_r = 0;
	if (!at.source || !at.source->root)
		return;
	if (json_pos_find(at.source->text, at.source->len, at.pointer, &pos) <
	    0)
		key = false; /* missing: what is around it */
	*line_r = (unsigned)(key ? pos.key_line : pos.line);
	*column_r = (unsigned)(key ? pos.key_column : pos.column);
}

void
place_find(struct place at, unsigned *line_r, unsigned *column_r)
{
	find(at, false, line_r, column_r);
}

static void
add(struct problems *p, struct place at, bool key,
    const struct config_problem *about)
{
	struct config_problem *q;

	p->problem = xrealloc(p->problem, p->n + 1, sizeof(*p->problem));
	q = &p->problem[p->n++];
	*q = (struct config_problem){ 0 };
	q->file = at.source ? at.source->file : NULL;
	q->path = keep(p, at.pointer);
	if (about->line) {
		q->line = about->line;
		q->column = about->column;
	} else {
		find(at, key, &q->line, &q->column);
	}
	q->problem = keep(p, about->problem);
	q->found = keep(p, about->found);
	q->expected = keep(p, about->expected);
	q->nearest = keep(p, about->nearest);
	q->warning = about->warning;
	p->errors += !q->warning;
}

void
problems_add(struct problems *p, struct place at,
    const struct config_problem *about)
{
	add(p, at, false, about);
}

static void __attribute__((format(printf, 4, 0)))
add_sentence(struct problems *p, struct place at, bool warning,
    const char *format, va_list ap)
{
	struct config_problem about = { .warning = warning };
	char *text;

	ensure(vasprintf(&text, format, ap) >= 0);
	about.problem = text;
	problems_add(p, at, &about);
	free(text);
}

void
problems_error(struct problems *p, struct place at, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add_sentence(p, at, false, format, ap);
	va_end(ap);
}

void
problems_warn(struct problems *p, struct place at, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	add_sentence(p, at, true, format, ap);
	va_end(ap);
}

static const char *
type_name(const json_t *value)
{
	static const char *const names[] = { [JSON_OBJECT] = "an object",
		[JSON_ARRAY] = "an array",
		[JSON_STRING] = "a string",
		[JSON_INTEGER] = "an integer",
		[JSON_REAL] = "a number",
		[JSON_TRUE] = "true",
		[JSON_FALSE] = "false",
		[JSON_NULL] = "null" };

	return value ? names[json_typeof(value)] : "nothing";
}

void
problems_type(struct problems *p, struct place at, const json_t *value,
    const char *expected)
{
	const struct config_problem about = { .problem = "wrong type",
		.found = type_name(value),
		.expected = expected };

	problems_add(p, at, &about);
}

void
problems_option(void *problems_object, const char *path, const char *problem,
    const char *found, const char *expected, const char *nearest)
{
	struct problems_object *o = problems_object;
	const struct config_problem about = { .problem = problem,
		.found = found,
		.expected = expected,
		.nearest = nearest };
	struct place at = o->at;
	struct buf pointer = { 0 };

	buf_printf(&pointer, "%s%s", at.pointer, path);
	at.pointer = buf_str(&pointer);
	/* Where the key is the mistake, its place is what people look for. */
	add(o->problems, at, strncmp(problem, "unknown option", 14) == 0,
	    &about);
	buf_fini(&pointer);
}

/* Files are in the order in which they were first complained about, which is
 * that of reading; problems without a file come last. */
static size_t
file_rank(const struct problems *p, const char *file)
{
	size_t i;

	for (i = 0; file && i < p->n; i++)
		if (p->problem[i].file == file)
			return i;
	return p->n;
}

static bool
before(const struct problems *p, const struct config_problem *a,
    const struct config_problem *b)
{
	size_t rank_a = file_rank(p, a->file), rank_b = file_rank(p, b->file);

	if (rank_a != rank_b)
		return rank_a < rank_b;
	if (a->line != b->line)
		return a->line < b->line;
	return a->column < b->column;
}

void
problems_tell(struct problems *p, config_problem_fn *fn, void *arg)
{
	struct config_problem *order = xcalloc(p->n + 1, sizeof(*order));
	size_t at;

	/* By insertion: few, and equal ones stay as they were found. */
	for (size_t i = 0; i < p->n; i++) {
		for (at = i; at && before(p, &p->problem[i], &order[at - 1]);
		     at--)
			order[at] = order[at - 1];
		order[at] = p->problem[i];
	}
	for (size_t i = 0; fn && i < p->n; i++)
		fn(arg, &order[i]);
	free(order);
}
