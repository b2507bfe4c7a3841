/* host.c - the instances of a chain: opening and closing them. */
#include "plugin/host.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/xalloc.h"
#include "plugin/host_inside.h"

enum { SCRATCH_MAX = 64 << 20 };

static bool
has_call(const struct lavoir_plugin *p, int32_t role)
{
	return role == LAVOIR_WORKER ? p->process != NULL : p->commit != NULL;
}

static struct host_instance *
instance_new(struct host_chain *c, const struct host_step_config *config,
    uint32_t step)
{
	struct host_instance *i = xcalloc(1, sizeof(*i));

	i->host = host_calls;
	i->host.role = c->role.role;
	i->config = *config;
	i->config.instance = xstrdup(config->instance);
	i->host.instance = i->config.instance;
	i->chain = c;
	i->step = step;
	return i;
}

static void
instance_free(struct host_instance *i)
{
	free(i->index);
	free(i->series);
	free(host_ours(i->config.instance));
	free(i);
}

static void
enter(struct host_instance *i)
{
	struct host_chain *c = i->chain;

	c->step = i->step;
	if (c->role.enter)
		c->role.enter(c->role.arg, i->step);
	i->message[0] = '\0';
}

/* A refusal is the configuration's fault, anything unheard of the plugin's. */
static int
judge_open(struct host_instance *i, int rc, struct err *e)
{
	const char *message = *i->message ? i->message : "no reason given";
	int code = ERR_CONFIG;

	if (i->open_error)
		rc = i->open_error;
	if (rc == LAVOIR_OK)
		return 0;
	if (rc < LAVOIR_EFATAL || rc > LAVOIR_ENOENT) {
		code = ERR_FATAL;
		message = "an unknown status";
	} else if (rc == LAVOIR_EFATAL || rc == LAVOIR_ENOENT) {
		code = ERR_FATAL;
	}
	return err_set(e, code, "step \"%s\": open() of %s %s gave %d: %s",
	    i->host.instance, i->config.plugin->name, i->config.plugin->version,
	    rc, message);
}

static int
instance_open(struct host_instance *i, struct err *e)
{
	const struct lavoir_plugin *p = i->config.plugin;
	int rc;

	enter(i);
	log_push("chain %s step %s", i->chain->pipeline, i->host.instance);
	i->opening = true;
	rc = p->open(p, &i->host, i->config.option, &i->self);
	i->opening = false;
	log_pop();
	if (rc == LAVOIR_OK && i->open_error && p->close)
		p->close(i->self);
	return judge_open(i, rc, e);
}

int
host_chain_open(struct host_chain **c_r, const char *pipeline,
    const struct host_step_config *step, size_t n_steps,
    const struct host_role *role, struct err *e)
{
	struct host_chain *c = xcalloc(1, sizeof(*c));
	struct host_instance *i;
	int rc = 0;

	ensure(role->role == LAVOIR_WORKER || role->role == LAVOIR_SEQUENCER);
	c->role = *role;
	c->pipeline = xstrdup(pipeline);
	c->arena = arena_new(0);
	c->scratch = arena_new(SCRATCH_MAX);
	c->doc.magic = HOST_MAGIC;
	c->n_steps = n_steps;
	c->instance = xcalloc(n_steps ? n_steps : 1, sizeof(void *));
	for (size_t n = 0; n < n_steps && rc == 0; n++) {
		if (!has_call(step[n].plugin, role->role))
			continue;
		i = instance_new(c, &step[n], (uint32_t)n);
		rc = instance_open(i, e);
		if (rc == 0)
			c->instance[n] = i;
		else
			instance_free(i);
	}
	if (rc < 0)
		host_chain_close(&c);
	*c_r = c;
	return rc;
}

void
host_chain_close(struct host_chain **c_p)
{
	struct host_chain *c = *c_p;
	struct host_instance *i;

	if (!c)
		return;
	for (size_t n = c->n_steps; n-- > 0;) {
		i = c->instance[n];
		if (!i)
			continue;
		enter(i);
		if (i->config.plugin->close)
			i->config.plugin->close(i->self);
		instance_free(i);
	}
	arena_free(&c->arena);
	arena_free(&c->scratch);
	free(c->instance);
	free(c->index);
	free(c->series);
	free(c->pipeline);
	free(c);
	*c_p = NULL;
}

size_t
host_chain_indexes(const struct host_chain *c, const struct host_index **x_r)
{
	*x_r = c->index;
	return c->n_index;
}

size_t
host_chain_series(const struct host_chain *c, const struct host_series **s_r)
{
	*s_r = c->series;
	return c->n_series;
}

bool
host_chain_empty(const struct host_chain *c)
{
	for (size_t n = 0; n < c->n_steps; n++)
		if (c->instance[n])
			return false;
	return true;
}

uint32_t
host_chain_step(const struct host_chain *c)
{
	return c->step;
}
