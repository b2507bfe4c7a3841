/* pipelines.c - all pipelines of all files. */
#include "config/pipelines.h"

#include <string.h>

#include "base/log.h"
#include "config/steps.h"
#include "config/watches.h"

enum { PIPELINE_NAME_MAX = 32 };

static void
load_one(struct load *l, struct config_pipeline *p, const json_t *json,
    struct place at)
{
	const struct lavoir_value *v;

	if (!json_is_object(json)) {
		problems_type(&l->problems, at, json, "an object");
		return;
	}
	v = load_section(l, SECTION_PIPELINE, json, at);
	ensure(v != NULL);
	p->empty_dropped = v[PIPELINE_DROP_EMPTY].i;
	watches_load(l, p, json_object_get(json, "watch"),
	    place_key(&l->problems, at, "watch"));
	steps_load(l, p, json_object_get(json, "chain"),
	    place_key(&l->problems, at, "chain"));
}

static void
check_name(struct load *l, const char *name, struct place at)
{
	const struct config_problem about = {
		.problem = "not a pipeline name",
		.found = arena_printf(l->arena, "\"%.80s\"", name),
		.expected = "1 to 32 of a-z, 0-9, - and _",
	};

	if (!load_name_valid(name, PIPELINE_NAME_MAX))
		problems_add(&l->problems, at, &about);
}

/* Names within one file are different: twice the same key is no JSON. */
static void
check_unique(struct load *l, const char *name, struct place at,
    const struct place *where)
{
	unsigned line, column;

	for (size_t i = 0; i < l->c->n_pipelines; i++) {
		if (strcmp(l->c->pipeline[i].name, name) != 0)
			continue;
		place_find(where[i], &line, &column);
		problems_error(&l->problems, at,
		    "the pipeline \"%s\" is defined twice, here and at "
		    "%s:%u:%u",
		    name, where[i].source->file, line, column);
		return;
	}
}

/* The object of pipelines of a file. */
static json_t *
pipelines_of(struct load *l, size_t i, struct place *at)
{
	const struct source *s = &l->sources.source[i];
	json_t *json = s->root;

	*at = (struct place){ s, "" };
	if (!json)
		return NULL;
	if (i == 0) {
		*at = place_key(&l->problems, *at, "pipelines");
		json = json_object_get(json, "pipelines");
	}
	if (json && !json_is_object(json)) {
		problems_type(&l->problems, *at, json, "an object");
		return NULL;
	}
	return json;
}

/* The usual slip in pipelines.d. */
static bool
wrapped(struct load *l, const char *key, const json_t *json, struct place at)
{
	if (at.source == &l->sources.source[0] ||
	    strcmp(key, "pipelines") != 0 || !json_is_object(json) ||
	    json_object_get(json, "chain"))
		return false;
	problems_error(&l->problems, at,
	    "files in pipelines.d hold the pipelines themselves, without a "
	    "\"pipelines\" around them");
	return true;
}

static void
load_file(struct load *l, size_t i, struct place *where)
{
	struct place all, at;
	json_t *json = pipelines_of(l, i, &all);
	json_t *value;
	const char *name;
	struct config_pipeline *p;

	json_object_foreach(json, name, value)
	{
		at = place_key(&l->problems, all, name);
		if (wrapped(l, name, value, at))
			continue;
		check_name(l, name, at);
		check_unique(l, name, at, where);
		where[l->c->n_pipelines] = at;
		p = &l->c->pipeline[l->c->n_pipelines++];
		p->name = arena_strdup(l->arena, name);
		ensure(p->name != NULL);
		load_one(l, p, value, at);
	}
}

/* Room for all of them: pipelines do not move once there are problems. */
static size_t
count(const struct load *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->sources.n; i++) {
		const json_t *root = l->sources.source[i].root;

		n += json_object_size(
		    i ? root : json_object_get(root, "pipelines"));
	}
	return n;
}

void
pipelines_load(struct load *l)
{
	size_t n = count(l);
	struct place *where = arena_alloc(l->arena, n + 1, sizeof(*where));
	const json_t *named;
	bool whole = true; /* as far as was said until here */

	l->c->pipeline = arena_alloc(l->arena, n + 1, sizeof(*l->c->pipeline));
	ensure(where && l->c->pipeline);
	for (size_t i = 0; i < l->sources.n; i++) {
		load_file(l, i, where);
		whole = whole && l->sources.source[i].root;
	}
	named = json_object_get(l->sources.source[0].root, "pipelines");
	whole = whole && (!named || json_is_object(named));
	if (!n && whole)
		problems_error(&l->problems,
		    (struct place){ &l->sources.source[0], "/pipelines" },
		    "no pipelines: \"pipelines\" must have at least one");
}
