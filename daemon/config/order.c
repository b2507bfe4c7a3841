/* order.c - do the steps of a chain stand in an order that can work? */
#include "config/order.h"

#include <string.h>

/* Set by the host, or by most readers for most documents. */
static const char *const usual[] = { "lavoir.*", "title", "authors", "created",
	"modified", "url", "language", "description", "keywords", NULL };

struct checking {
	struct problems *problems;
	const struct order_step *step;
	size_t n;
	size_t i; /* the step that is looked at */
	bool condition;
};

bool
order_names_meet(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return strcmp(a, "*") == 0 || strcmp(b, "*") == 0 || (!*a && !*b);
}

static bool
named(const struct lavoir_name *names, const char *name)
{
	for (; names && names->name; names++)
		if (order_names_meet(names->name, name))
			return true;
	return false;
}

static bool
is_usual(const char *name)
{
	for (const char *const *u = usual; *u; u++)
		if (order_names_meet(*u, name))
			return true;
	return false;
}

static void
check_attribute(void *checking, const char *name)
{
	const struct checking *c = checking;
	const struct order_step *s = &c->step[c->i];
	struct place at = s->at;
	size_t i;

	for (i = 0; i < c->i; i++)
		if (named(c->step[i].table->writes, name))
			return;
	for (i = c->i + 1; i < c->n; i++)
		if (named(c->step[i].table->writes, name))
			break;
	if (c->condition)
		at = place_key(c->problems, at, "when");
	if (i < c->n)
		problems_error(c->problems, at,
		    "step \"%s\" needs the attribute \"%s\", which step \"%s\" "
		    "sets only after it",
		    s->instance, name, c->step[i].instance);
	else if (!is_usual(name))
		problems_warn(c->problems, at,
		    "step \"%s\" needs the attribute \"%s\", which no step "
		    "before it sets",
		    s->instance, name);
}

static bool
exports(const struct order_step *s)
{
	const struct lavoir_option *o = s->table->options;

	for (; s->has_commit && o && o->name; o++)
		if (o->flags & LAVOIR_OPT_OUTPUT)
			return true;
	return false;
}

static bool
drops_in_commit(const struct order_step *s)
{
	return s->has_commit && s->table->reasons && s->table->reasons->name;
}

static void
check_drops(struct problems *p, const struct order_step *step, size_t n)
{
	const struct order_step *exporter = NULL;

	for (size_t i = 0; i < n; i++) {
		if (exporter && drops_in_commit(&step[i]))
			problems_warn(p, step[i].at,
			    "step \"%s\" may drop documents that step \"%s\" "
			    "before it has already written out",
			    step[i].instance, exporter->instance);
		if (!exporter && exports(&step[i]))
			exporter = &step[i];
	}
}

void
order_check(struct problems *p, const struct order_step *step, size_t n)
{
	struct checking c = { p, step, n, 0, false };

	for (c.i = 0; c.i < n; c.i++) {
		const struct lavoir_name *reads = step[c.i].table->reads;

		c.condition = false;
		for (; reads && reads->name; reads++)
			check_attribute(&c, reads->name);
		c.condition = true;
		when_each_attribute(step[c.i].when, check_attribute, &c);
	}
	check_drops(p, step, n);
}

bool
order_has_reader(const struct order_step *step, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (step[i].table->accepts && step[i].table->accepts->name)
			return true;
	return false;
}
