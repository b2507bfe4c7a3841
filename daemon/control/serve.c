/* serve.c - commands that change what the daemon does, and the small ones. */
#include "control/serve.h"

#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/json_write.h"
#include "base/log.h"
#include "control/control_private.h"
#include "role/reload.h"

void
serve_version(struct client *c)
{
	struct buf b = { 0 };

	buf_printf(&b, "{\"version\":\"%s\",\"pid\":%ld}", LAVOIR_VERSION,
	    (long)getpid());
	client_result(c, &b);
	buf_fini(&b);
}

static void
synced(struct client *c, const struct frame *f)
{
	if (f)
		client_done(c);
	else
		client_fail(c, EX_TEMPFAIL,
		    "the committer does not answer; see \"lavoir status\"");
}

void
serve_sync(struct client *c)
{
	client_ask(c, C_SYNC, synced);
}

/* ---- pause, resume, drain ---- */

/* False: a pipeline was named that is not there, and the client knows. */
static bool
pipeline_argument(struct client *c, const char **name_r)
{
	*name_r = client_argument(c, "pipeline");
	if (!*name_r || set_pipeline(client_supervisor(c)->set, *name_r) >= 0)
		return true;
	client_fail(c, EX_USAGE, "no pipeline \"%.80s\"", *name_r);
	return false;
}

void
serve_pause(struct client *c)
{
	const char *pipeline;

	if (!pipeline_argument(c, &pipeline))
		return;
	if (pipeline)
		control_set_paused(c->control, pipeline, true);
	else
		client_supervisor(c)->paused = true;
	log_info("paused by an operator: %s", pipeline ? pipeline : "all");
	client_done(c);
}

static void
resume_all(struct control *control)
{
	struct supervisor *s = control->supervisor;

	while (control->n_paused > 0)
		control_set_paused(control, control->paused[0], false);
	s->paused = false;
	control->drained = false;
}

/* Whoever waits for a drain waits for nothing now. */
static void
end_drains(struct control *control)
{
	struct list *next;

	for (struct list *l = control->clients.next; l != &control->clients;
	     l = next) {
		struct client *k = container_of(l, struct client, link);

		next = l->next;
		if (k->wait != CLIENT_WAITS_QUIET)
			continue;
		k->wait = CLIENT_WAITS_NOT;
		client_fail(k, EX_TEMPFAIL, "resumed before it was drained");
	}
}

void
serve_resume(struct client *c)
{
	struct supervisor *s = client_supervisor(c);
	const char *pipeline;

	if (!pipeline_argument(c, &pipeline))
		return;
	if (pipeline && s->paused) {
		client_fail(c, EX_TEMPFAIL,
		    "everything is paused; \"lavoir resume\" without a name "
		    "ends that");
		return;
	}
	if (pipeline) {
		control_set_paused(c->control, pipeline, false);
	} else {
		resume_all(c->control);
		end_drains(c->control);
	}
	log_info("resumed by an operator: %s", pipeline ? pipeline : "all");
	if (s->arrival)
		arrival_rescan(s->arrival);
	supervisor_wake(s);
	client_done(c);
}

void
serve_drain(struct client *c)
{
	struct supervisor *s = client_supervisor(c);

	s->paused = true;
	c->control->drained = true;
	log_info("drained by an operator: nothing new is taken");
	client_wait(c, CLIENT_WAITS_QUIET);
}

void
serve_reload(struct client *c)
{
	/* Before: it may be told at once. */
	client_wait(c, CLIENT_WAITS_RELOAD);
	reload_begin(client_supervisor(c));
}
