/* chain.c - the plugins of a configuration, loaded, with checked options. */
#include "role/chain.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/options.h"
#include "model/when.h"
#include "plugin/loader.h"

/* The first problem becomes the error: the supervisor has checked the same text
 * before, so that any at all is a surprise. */
struct first_problem {
	char text[200];
};

static void
note_problem(void *arg, const char *path, const char *problem,
    const char *found, const char *expected, const char *nearest)
{
	struct first_problem *p = arg;

	(void)nearest;
	if (p->text[0] == '\0')
		snprintf(p->text, sizeof p->text,
		    "%s: %s: found %s, expected %s", path, problem,
		    found ? found : "nothing",
		    expected ? expected : "something else");
}

static int
load_step(struct chain_set *s, const struct config *c,
    const struct config_step *from, struct host_step_config *step,
    struct err *e)
{
	struct first_problem first = { "" };
	struct options_context context = { c->base, note_problem, &first };
	struct lavoir_value *option = NULL;
	json_t *json = json_loads(from->options, 0, NULL);
	json_t *when =
	    from->when ? json_loads(from->when, JSON_DECODE_ANY, NULL) : NULL;
	int problems;
	int rc = loader_open(from->path, from->plugin, &step->plugin, e);

	if (rc < 0)
		goto out;
	problems = options_check(step->plugin->options, json, s->arena,
	    &context, &option);
	if (when)
		problems += when_parse(&step->when, when, s->arena, &context);
	if (problems > 0) {
		rc = err_set(e, ERR_CONFIG, "%s", first.text);
		goto out;
	}
	step->instance = from->instance;
	step->option = option;
out:
	json_decref(json);
	json_decref(when);
	return rc;
}

int
chain_set_load(struct chain_set **s_r, const struct config *c, struct err *e)
{
	struct chain_set *s = xcalloc(1, sizeof *s);

	s->arena = arena_new(0);
	s->n_chains = c->n_pipelines;
	s->chain = arena_alloc(s->arena, c->n_pipelines + 1, sizeof *s->chain);
	for (size_t i = 0; i < c->n_pipelines; i++) {
		const struct config_pipeline *p = &c->pipeline[i];
		struct chain *chain = &s->chain[i];

		chain->name = p->name;
		chain->n_steps = p->n_steps;
		chain->step =
		    arena_alloc(s->arena, p->n_steps + 1, sizeof *chain->step);
		for (size_t k = 0; k < p->n_steps; k++) {
			if (load_step(s, c, &p->step[k], &chain->step[k], e) ==
			    0)
				continue;
			chain_set_free(&s);
			return err_wrap(e, "pipeline \"%s\", step \"%s\"",
			    p->name, p->step[k].instance);
		}
	}
	*s_r = s;
	return 0;
}

void
chain_set_free(struct chain_set **s)
{
	if (!*s)
		return;
	arena_free(&(*s)->arena);
	free(*s);
	*s = NULL;
}

struct host_chain **
chain_set_open(const struct chain_set *s, const struct host_role *role,
    struct err *e)
{
	struct host_chain **chains = xcalloc(s->n_chains + 1, sizeof(void *));

	for (size_t i = 0; i < s->n_chains; i++) {
		const struct chain *c = &s->chain[i];

		if (host_chain_open(&chains[i], c->name, c->step, c->n_steps,
			role, e) == 0)
			continue;
		err_wrap(e, "pipeline \"%s\"", c->name);
		chain_set_close(s, &chains);
		return NULL;
	}
	return chains;
}

void
chain_set_close(const struct chain_set *s, struct host_chain ***chains)
{
	if (!*chains)
		return;
	for (size_t i = 0; i < s->n_chains; i++)
		host_chain_close(&(*chains)[i]);
	free(*chains);
	*chains = NULL;
}
