/* reload.c - a new configuration takes over at a barrier. */
#include "role/reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "proc/notify.h"

struct problems {
	struct buf text;
	unsigned errors;
};

static void
note_problem(void *arg, const struct config_problem *p)
{
	struct problems *all = arg;
	char where[512];

	snprintf(where, sizeof where, "%s:%u:%u: %s: %s%s%s%s%s",
	    p->file ? p->file : "", p->line, p->column, p->path ? p->path : "",
	    p->problem, p->found ? ", found " : "", p->found ? p->found : "",
	    p->expected ? ", expected " : "", p->expected ? p->expected : "");
	if (p->warning) {
		log_warn("%s", where);
		return;
	}
	log_error("%s", where);
	buf_printf(&all->text, "%s%s", all->errors++ ? "\n" : "", where);
}

static void
tell(struct supervisor *s, const char *error)
{
	free(s->reload_error);
	s->reload_error = error ? xstrdup(error) : NULL;
	s->reloads++;
	s->reload_failed = error != NULL;
	notify("READY=1");
	if (s->reload_done)
		s->reload_done(s->reload_done_arg, error);
}

void
reload_begin(struct supervisor *s)
{
	struct problems problems = { { 0 }, 0 };
	struct config_load_options o = { .file = s->options.config_file,
		.program = s->options.program,
		.problem = note_problem,
		.arg = &problems };
	struct config *c = NULL;
	struct err e = { 0 };

	if (s->next_set || s->state != SUPERVISOR_RUNNING) {
		tell(s,
		    "another reload is under way, or the daemon is not "
		    "running yet");
		return;
	}
	notify("RELOADING=1\nMONOTONIC_USEC=%llu",
	    (unsigned long long)(clock_monotonic_ns() / 1000));
	log_info("reloading %s", o.file ? o.file : "the embedded defaults");
	if (config_load(&c, &o, &e) < 0) {
		tell(s, problems.errors ? buf_str(&problems.text) : e.text);
		log_error("reload: the old configuration stays");
	} else if (strcmp(c->state, s->config->state) != 0) {
		tell(s, "\"state\" cannot change while the daemon runs");
		config_free(&c);
	} else {
		s->next_set = set_new(s, c);
		if (set_start(s->next_set, &e) < 0) {
			set_free(&s->next_set);
			tell(s, e.text);
		}
	}
	buf_fini(&problems.text);
}

static struct folder *
find_folder(struct folder *folder, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(folder[i].watch->path, path) == 0)
			return &folder[i];
	return NULL;
}

/* What is left is a container that stopped at a child boundary, what waits
 * behind one, and committed files that could not be retired: they go on in the
 * new set, or are found in the log again once their folder is watched again. */
static void
move_claims(struct supervisor *s, struct folder *folder, size_t n)
{
	for (struct list *l = s->claims.next, *next; l != &s->claims;
	     l = next) {
		struct claim *c = container_of(l, struct claim, link);
		struct folder *to =
		    find_folder(folder, n, c->folder->watch->path);

		next = l->next;
		if (to)
			claim_move(s, c, to);
		else
			claim_free(&c);
	}
}

static int
open_folders(const struct config *c, struct folder *folder, size_t *n_r,
    struct err *e)
{
	for (size_t i = 0; i < c->n_pipelines; i++)
		for (size_t k = 0; k < c->pipeline[i].n_watches; k++) {
			int rc =
			    folder_open(&folder[*n_r], &c->pipeline[i].watch[k],
				(uint32_t)i, (uint32_t)*n_r, e);

			if (rc < 0)
				return rc;
			++*n_r;
		}
	return 0;
}

/* The locks are those of this process: the old folders are closed first. */
static int
switch_folders(struct supervisor *s, const struct config *c, struct err *e)
{
	struct folder *old = s->folder, *folder;
	size_t n_old = s->n_folders, n = 0, at = 0;
	int rc;

	for (size_t i = 0; i < c->n_pipelines; i++)
		n += c->pipeline[i].n_watches;
	folder = xcalloc(n + 1, sizeof *folder);
	for (size_t i = 0; i < n_old; i++)
		folder_close(&old[i]);
	rc = open_folders(c, folder, &at, e);
	move_claims(s, folder, at);
	s->folder = folder;
	s->n_folders = at;
	free(old);
	return rc;
}

static void
on_arrival_closed(void *arg)
{
	struct supervisor *s = arg;

	s->arrival_closing = false;
	supervisor_wake(s);
}

/* Nothing is under way: the new set takes the old one's place. */
static void
switch_sets(struct supervisor *s)
{
	struct set *old = s->set;
	struct err e = { 0 };

	s->set = s->next_set;
	s->next_set = NULL;
	s->next_set_ready = false;
	s->config = s->set->config;
	set_stop(old);
	s->old_set = old;
	if (switch_folders(s, s->config, &e) < 0) {
		supervisor_fail(s, 78, "reload: %s", e.text);
		return;
	}
	s->arrival_switched = true;
	supervisor_use_folders(s);
	set_activate(s->set);
	log_info("the new configuration has taken over");
	tell(s, NULL);
}

void
reload_step(struct supervisor *s)
{
	struct set *next = s->next_set;

	if (s->old_set && set_is_down(s->old_set))
		set_free(&s->old_set);
	if (s->arrival_switched && s->set->state == SET_ACTIVE) {
		struct err e = { 0 };

		s->arrival_switched = false;
		for (size_t i = 0; i < s->n_folders; i++)
			if (arrival_add(s->arrival, &s->folder[i], &e) < 0)
				log_error("%s: %s", s->folder[i].watch->path,
				    e.text);
	}
	if (!next)
		return;
	if (next->state == SET_STOPPED) {
		/* It was refused: set_refused() has said why. */
		if (set_is_down(next)) {
			char *why = xstrdup(
			    s->reload_error ? s->reload_error : "refused");

			set_free(&s->next_set);
			s->next_set_ready = false;
			tell(s, why);
			free(why);
		}
		return;
	}
	if (next->state != SET_READY || s->old_set)
		return;
	if (!s->next_set_ready) {
		s->next_set_ready = true;
		container_stop_readers(s);
	}
	if (!supervisor_quiet(s) || s->paused_by_store)
		return;
	if (s->arrival) {
		s->arrival_closing = true;
		arrival_close(s->arrival, on_arrival_closed, s);
		s->arrival = NULL;
		return;
	}
	if (!s->arrival_closing)
		switch_sets(s);
}
