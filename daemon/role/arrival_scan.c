/* arrival_scan.c - when a folder is listed, and what becomes of the list.
 *
 * One list at a time is given out, wholly, before the next pass of the round
 * begins: memory does not grow with the folder, and the order is that of paths.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "role/arrival_private.h"

enum {
	SCAN_MIN_BYTES = 64 * 1024,
	RETRY_MS = 5000, /* after a listing that failed */
};

bool
arrival_scan_wanted(const struct arrival_folder *af, uint64_t now_ms)
{
	if (af->job.running || af->a->closing)
		return false;
	if (af->n_subtrees > 0)
		return true;
	if (af->paused || af->f->paused || scan_list_peek(&af->list))
		return false;
	return af->after || now_ms >= af->scan_due_ms || now_ms >= af->again_ms;
}

void
arrival_scan_again(struct arrival_folder *af)
{
	af->again_ms = 0;
	arrival_scan_start(af);
}

void
arrival_scan_subtree(struct arrival_folder *af, const char *path)
{
	for (size_t i = 0; i < af->n_subtrees; i++)
		if (strcmp(af->subtrees[i], path) == 0)
			return;
	if (af->n_subtrees == ARRIVAL_SUBTREES) {
		arrival_scan_again(af);
		return;
	}
	af->subtrees[af->n_subtrees++] = xstrdup(path);
	arrival_scan_start(af);
}

static void
set_due(struct arrival_folder *af)
{
	const struct config_watch *w = af->f->watch;
	int64_t every = af->polling ? w->poll_ms : w->rescan_ms;

	af->scan_due_ms =
	    every > 0 ? clock_monotonic_ms() + (uint64_t)every : UINT64_MAX;
}

void
arrival_list_read(struct arrival_folder *af)
{
	struct scan_list *l = &af->list;

	if (!l->text || scan_list_peek(l))
		return;
	if (af->list_whole) {
		free(af->after);
		af->after =
		    l->more ? xstrdup(l->text + l->offset[l->n - 1]) : NULL;
	} else if (l->more) {
		af->again_ms = 0;
	}
	scan_list_fini(l);
}

static void
tell_limit(struct arrival_folder *af, const struct scan_list *l)
{
	if (af->limit_told || l->unwatched == 0)
		return;
	af->limit_told = true;
	log_warn("folder %s: %llu of its %llu directories cannot be watched: "
		 "fs.inotify.max_user_watches is %ld and must be at least %llu "
		 "higher; until then they are looked at every %lld ms",
	    af->f->watch->path, (unsigned long long)l->unwatched,
	    (unsigned long long)l->dirs, watch_limit("max_user_watches"),
	    (unsigned long long)l->unwatched, (long long)af->f->watch->poll_ms);
}

static void
take_whole(struct arrival_folder *af, struct scan_list *l)
{
	const struct config_watch *w = af->f->watch;
	bool polling = w->poll == CONFIG_POLL_ALWAYS || l->remote > 0 ||
	    l->unwatched > 0 || !af->a->watches;

	af->scans++;
	tell_limit(af, l);
	if (polling != af->polling)
		log_info("folder %s: %s", w->path,
		    polling ? "polled, not all of it reports events"
			    : "watched by events");
	af->polling = polling;
	af->pass_names = l->names;
	af->taken = 0;
	set_due(af);
	if (!l->text) {
		free(af->after);
		af->after = NULL;
	}
}

/* Names of a directory that came, while another list is being given out. */
static void
take_aside(struct arrival_folder *af, struct scan_list *l)
{
	uint64_t now = clock_monotonic_ms();
	const char *path;

	for (; (path = scan_list_peek(l)); l->at++)
		if (!pending_find(af->pending, path) &&
		    !arrival_expect(af, path, now))
			break;
	if (l->more || scan_list_peek(l))
		af->again_ms = 0;
	scan_list_fini(l);
}

static void
take_result(struct arrival_folder *af)
{
	struct arrival_job *job = &af->job;
	struct scan_list *l = &job->result;

	if (l->err.code < 0 && l->err.code != ERR_NOENT &&
	    log_allow("arrival.scan", 6))
		log_warn("folder %s: %s", af->f->watch->path, l->err.text);
	if (job->rc < 0) {
		if (job->whole) {
			free(af->after);
			af->after = NULL;
			af->scan_due_ms = clock_monotonic_ms() + RETRY_MS;
		}
		scan_list_fini(l);
		return;
	}
	if (job->whole)
		take_whole(af, l);
	if (!job->whole && scan_list_peek(&af->list)) {
		take_aside(af, l);
		return;
	}
	scan_list_fini(&af->list);
	af->list = *l;
	af->list_whole = job->whole;
	*l = (struct scan_list){ 0 };
}

static void
job_run(uv_work_t *work)
{
	struct arrival_job *job = work->data;

	job->rc = scan_run(&job->request, &job->result);
}

static void
job_done(uv_work_t *work, int status)
{
	struct arrival_job *job = work->data;
	struct arrival_folder *af =
	    container_of(job, struct arrival_folder, job);

	job->running = false;
	if (status == 0 && !af->a->closing)
		take_result(af);
	scan_list_fini(&job->result);
	free(job->below);
	free(job->after);
	job->below = job->after = NULL;
	if (af->a->closing) {
		arrival_finish(af->a);
		return;
	}
	arrival_scan_start(af);
	arrival_wake(af->a);
}

static void
choose(struct arrival_folder *af)
{
	struct arrival_job *job = &af->job;

	job->whole = af->n_subtrees == 0;
	if (!job->whole) {
		job->below = af->subtrees[0];
		memmove(af->subtrees, af->subtrees + 1,
		    --af->n_subtrees * sizeof(af->subtrees[0]));
		return;
	}
	job->below = xstrdup("");
	/* What is asked for from here on is another round. */
	if (af->after)
		job->after = xstrdup(af->after);
	else
		af->again_ms = UINT64_MAX;
}

void
arrival_scan_start(struct arrival_folder *af)
{
	struct arrival_job *job = &af->job;
	size_t bytes = af->a->scan_bytes / af->a->n_folders;
	int rc;

	arrival_list_read(af);
	if (!arrival_scan_wanted(af, clock_monotonic_ms()))
		return;
	choose(af);
	if (bytes < SCAN_MIN_BYTES && af->a->scan_bytes >= SCAN_MIN_BYTES)
		bytes = SCAN_MIN_BYTES;
	job->request = (struct scan_request){ .fd = af->f->fd,
		.watch = af->f->watch,
		.below = job->below,
		.after = job->after,
		.bytes_max = bytes,
		.watches = af->a->watches,
		.owner = af };
	job->work.data = job;
	job->running = true;
	rc = uv_queue_work(af->a->loop, &job->work, job_run, job_done);
	ensure(rc == 0);
}
