/* steps.c - the chain of a pipeline. */
#include "config/steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/xalloc.h"
#include "config/order.h"
#include "config/plugins.h"
#include "config/step_paths.h"

enum { INSTANCE_MAX = 64, STEPS_MAX = 256 };

/* A step while it is being read. */
struct reading {
	const struct descriptor *d; /* NULL: unknown, which was reported */
	const char *name;	    /* given */
	struct place at;
	struct step_options options;
	struct when *when;
};

struct chain {
	struct load *l;
	struct reading *step;
	size_t n;
};

/* Compact JSON text, in the arena. */
static const char *
json_text(struct load *l, const json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
	const char *copy;

	ensure(text != NULL);
	copy = arena_strdup(l->arena, text);
	ensure(copy != NULL);
	free(text);
	return copy;
}

static void
read_options(struct load *l, struct reading *r, const json_t *json)
{
	r->options.at = place_key(&l->problems, r->at, "options");
	if (json && !json_is_object(json)) {
		problems_type(&l->problems, r->options.at, json,
		    "an object of options");
		json = NULL;
	}
	r->options.json = json ? json_deep_copy(json) : json_object();
	if (r->d)
		r->options.table = r->d->table.options;
}

static void
read_when(struct load *l, struct reading *r, const json_t *json,
    struct config_step *step)
{
	struct problems_object object = { &l->problems,
		place_key(&l->problems, r->at, "when") };
	const struct options_context context = { l->c->base, problems_option,
		&object };

	if (!json || json_is_null(json))
		return;
	if (when_parse(&r->when, json, l->arena, &context) != 0)
		r->when = NULL;
	step->when = json_text(l, json);
}

static void
check_name(struct load *l, struct reading *r)
{
	struct config_problem about = { .problem = "not a step name",
		.expected = "1 to 64 of a-z, 0-9, - and _" };

	if (!r->name || load_name_valid(r->name, INSTANCE_MAX))
		return;
	about.found = arena_printf(l->arena, "\"%.80s\"", r->name);
	problems_add(&l->problems, place_key(&l->problems, r->at, "name"),
	    &about);
	r->name = NULL;
}

static void
read_object(struct load *l, struct reading *r, const json_t *json,
    struct place plugin_at, struct config_step *step)
{
	const struct lavoir_value *v =
	    load_section(l, SECTION_STEP, json, r->at);

	if (v) {
		step->plugin = load_str(l, &v[STEP_PLUGIN]);
		r->d = plugins_find(l, step->plugin, plugin_at);
		r->name = load_str(l, &v[STEP_NAME]);
		check_name(l, r);
	}
	read_options(l, r, json_object_get(json, "options"));
	read_when(l, r, json_object_get(json, "when"), step);
	if (!r->d)
		return;
	step->path = r->d->path;
	step->version = r->d->table.version;
}

static void
read_step(struct load *l, struct reading *r, const json_t *json,
    struct config_step *step)
{
	json_t *object;

	if (json_is_object(json)) {
		read_object(l, r, json,
		    place_key(&l->problems, r->at, "plugin"), step);
	} else if (json_is_string(json)) {
		object = json_pack("{s:O}", "plugin", json);
		read_object(l, r, object, r->at, step);
		json_decref(object);
	} else {
		problems_type(&l->problems, r->at, json,
		    "an object, or the name of a plugin");
		r->options.json = json_object();
	}
}

static bool
instance_taken(const struct config_pipeline *p, const char *name)
{
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->step[i].instance &&
		    strcmp(p->step[i].instance, name) == 0)
			return true;
	return false;
}

/* Given names first: they keep theirs, whatever follows. */
static void
name_steps(const struct chain *c, struct config_pipeline *p)
{
	struct load *l = c->l;
	const char *name;

	for (size_t i = 0; i < c->n; i++) {
		name = c->step[i].name;
		if (name && instance_taken(p, name))
			problems_error(&l->problems,
			    place_key(&l->problems, c->step[i].at, "name"),
			    "another step of this chain is called \"%s\"",
			    name);
		p->step[i].instance = name;
	}
	for (size_t i = 0; i < c->n; i++) {
		if (p->step[i].instance || !p->step[i].plugin)
			continue;
		name = p->step[i].plugin;
		for (unsigned k = 2; instance_taken(p, name); k++)
			name = arena_printf(l->arena, "%s-%u",
			    p->step[i].plugin, k);
		p->step[i].instance = name;
	}
}

static void
check_rules(struct load *l, const struct reading *r,
    const struct config_step *step)
{
	struct err e = { 0 };

	if (!r->d->has_check)
		return;
	if (descriptor_check(r->d, l->o->program, step->options, l->c->base,
		&e) < 0)
		problems_error(&l->problems, r->options.at, "%s", e.text);
}

static void
warn_deprecated(struct load *l, const struct reading *r)
{
	const struct lavoir_option *o = r->options.table;

	for (; o && o->name; o++)
		if ((o->flags & LAVOIR_OPT_DEPRECATED) &&
		    json_object_get(r->options.json, o->name))
			problems_warn(&l->problems,
			    place_key(&l->problems, r->options.at, o->name),
			    "the option \"%s\" is deprecated: %s", o->name,
			    o->help ? o->help : "");
}

/* What nobody should write any more is not shown where nobody wrote it. */
static const char *
show(struct load *l, const struct step_options *s)
{
	const struct lavoir_option *o = s->table;
	json_t *shown = options_dump(o, s->value);
	const char *copy;
	char *text;

	for (; o && o->name; o++)
		if ((o->flags & LAVOIR_OPT_DEPRECATED) &&
		    !json_object_get(s->json, o->name))
			json_object_del(shown, o->name);
	/* For people: 0.05, not 0.050000000000000003. */
	text = json_dumps(shown, JSON_COMPACT | JSON_REAL_PRECISION(15));
	ensure(text != NULL);
	copy = arena_strdup(l->arena, text);
	ensure(copy != NULL);
	free(text);
	json_decref(shown);
	return copy;
}

static void
check_options(struct load *l, struct reading *r, struct config_step *step)
{
	struct problems_object object = { &l->problems, r->options.at };
	const struct options_context context = { l->c->base, problems_option,
		&object };
	struct lavoir_value *value;

	step->options = json_text(l, r->options.json);
	if (!r->d ||
	    options_check(r->options.table, r->options.json, l->arena, &context,
		&value) != 0)
		return;
	r->options.value = value;
	step->shown = show(l, &r->options);
	step->outputs = step_paths(l, &r->options, LAVOIR_OPT_OUTPUT);
	step->resources = step_paths(l, &r->options, LAVOIR_OPT_RESOURCE);
	step_paths_check(l, &r->options);
	warn_deprecated(l, r);
	check_rules(l, r, step);
}

static void
redirect(const struct chain *c)
{
	struct step_options *options;
	char *out;

	if (!c->l->o->out)
		return;
	options = xcalloc(c->n + 1, sizeof(*options));
	out = *c->l->o->out == '/'
	    ? xstrdup(c->l->o->out)
	    : xasprintf("%s/%s", c->l->cwd, c->l->o->out);
	/* The objects are shared, not copied. */
	for (size_t i = 0; i < c->n; i++)
		options[i] = c->step[i].options;
	step_paths_redirect(options, c->n, out);
	free(out);
	free(options);
}

/* The order can only be judged when every step is known. */
static void
check_order(const struct chain *c, const struct config_pipeline *p,
    struct place at)
{
	struct order_step *order = xcalloc(c->n + 1, sizeof(*order));
	size_t n;

	for (n = 0; n < c->n && c->step[n].d; n++)
		order[n] = (struct order_step){ &c->step[n].d->table,
			p->step[n].instance, c->step[n].d->has_commit,
			c->step[n].when, c->step[n].at };
	if (n == c->n) {
		order_check(&c->l->problems, order, n);
		if (n && p->n_watches && !order_has_reader(order, n))
			problems_warn(&c->l->problems, at,
			    "no step reads documents: every file that is "
			    "dropped will fail");
	}
	free(order);
}

/* A step that says that it can be done without, of a plugin that there is not.
 */
static bool
is_left_out(struct load *l, const json_t *json, struct place at)
{
	const char *plugin = json_string_value(json_object_get(json, "plugin"));

	if (!plugin || !json_is_true(json_object_get(json, "optional")) ||
	    plugins_installed(l, plugin))
		return false;
	problems_warn(&l->problems, at,
	    "plugin \"%s\" is not installed: its step is left out", plugin);
	return true;
}

static void
load_all(struct chain *c, struct config_pipeline *p, const json_t *json,
    struct place at)
{
	struct load *l = c->l;
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		const json_t *step = json_array_get(json, i);
		struct place here = place_index(&l->problems, at, i);

		if (is_left_out(l, step, here))
			continue;
		c->step[n].at = here;
		read_step(l, &c->step[n], step, &p->step[n]);
		n++;
	}
	if (n == 0)
		problems_error(&l->problems, at,
		    "none of the plugins of this chain is installed");
	c->n = n;
	p->n_steps = n;
	name_steps(c, p);
	redirect(c);
	for (size_t i = 0; i < c->n; i++)
		check_options(l, &c->step[i], &p->step[i]);
	check_order(c, p, at);
	for (size_t i = 0; i < c->n; i++)
		json_decref(c->step[i].options.json);
}

void
steps_load(struct load *l, struct config_pipeline *pipeline, const json_t *json,
    struct place at)
{
	struct chain c = { l, NULL, json_array_size(json) };

	if (!json || (json_is_array(json) && !c.n)) {
		problems_error(&l->problems, at,
		    "no chain: \"chain\" must have at least one step");
	} else if (!json_is_array(json)) {
		problems_type(&l->problems, at, json, "an array of steps");
	} else if (c.n > STEPS_MAX) {
		problems_error(&l->problems, at, "%zu steps, at most %d", c.n,
		    STEPS_MAX);
	} else {
		pipeline->step =
		    arena_alloc(l->arena, c.n, sizeof(*pipeline->step));
		c.step = xcalloc(c.n, sizeof(*c.step));
		ensure(pipeline->step != NULL);
		load_all(&c, pipeline, json, at);
	}
	free(c.step);
}
