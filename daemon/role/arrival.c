/* arrival.c - complete files in drop folders, in fair turns. */
#include "role/arrival.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "role/arrival_private.h"

enum {
	LOOKS_PER_CALL = 512, /* then the loop has its turn */
	KNOWN_WAIT_MS = 100,  /* another file came under a name under way */
	PAUSED_LOOK_MS = 500,
	ERROR_WAIT_MAX_MS = 60 * 1000,
};

static void on_timer(uv_timer_t *timer);

static bool
available(struct arrival_folder *af, uint64_t now_ms)
{
	return !af->paused && !af->f->paused &&
	    (scan_list_peek(&af->list) ||
		pending_next_ms(af->pending) <= now_ms);
}

/* When something is to be done for this folder. */
static uint64_t
next_due(struct arrival_folder *af, uint64_t now_ms)
{
	uint64_t due = UINT64_MAX;

	if (arrival_scan_wanted(af, now_ms) ||
	    (af->a->hungry && available(af, now_ms)))
		return now_ms;
	if (af->paused)
		return UINT64_MAX;
	if (af->f->paused) /* ended without a word to us */
		return now_ms + PAUSED_LOOK_MS;
	if (af->a->hungry)
		due = pending_next_ms(af->pending);
	if (af->job.running || scan_list_peek(&af->list))
		return due;
	if (af->scan_due_ms < due)
		due = af->scan_due_ms;
	return af->again_ms < due ? af->again_ms : due;
}

void
arrival_arm(struct arrival *a)
{
	uint64_t now = clock_monotonic_ms(), next = UINT64_MAX, due;

	if (a->closing)
		return;
	for (size_t i = 0; i < a->n_folders; i++) {
		due = next_due(a->folders[i], now);
		if (due < next)
			next = due;
	}
	uv_timer_stop(&a->timer);
	if (next != UINT64_MAX)
		uv_timer_start(&a->timer, on_timer, next > now ? next - now : 0,
		    0);
}

void
arrival_wake(struct arrival *a)
{
	uint64_t now = clock_monotonic_ms();
	bool some = false;

	for (size_t i = 0; i < a->n_folders && a->hungry && !some; i++)
		some = available(a->folders[i], now);
	if (some && !a->closing) {
		a->hungry = false;
		a->cb.ready(a->cb.arg);
	}
	arrival_arm(a);
}

static void
on_timer(uv_timer_t *timer)
{
	struct arrival *a = timer->data;

	for (size_t i = 0; i < a->n_folders; i++)
		arrival_scan_start(a->folders[i]);
	arrival_wake(a);
}

struct arrival *
arrival_new(uv_loop_t *loop, const struct arrival_callbacks *cb)
{
	struct arrival *a = xcalloc(1, sizeof(*a));
	struct err e = { 0 };

	a->loop = loop;
	a->cb = *cb;
	a->hungry = true;
	a->scan_bytes = SCAN_PASS_BYTES;
	a->budget.max = ARRIVAL_PENDING_BYTES;
	ensure(uv_timer_init(loop, &a->timer) == 0);
	a->timer.data = a;
	a->handles = 1;
	if (watch_new(&a->watches, &e) < 0) {
		log_warn("no events of folders, they are polled: %s", e.text);
		return a;
	}
	ensure(uv_poll_init(loop, &a->poll, watch_fd(a->watches)) == 0);
	a->poll.data = a;
	a->handles++;
	ensure(uv_poll_start(&a->poll, UV_READABLE, arrival_events) == 0);
	return a;
}

void
arrival_set_bounds(struct arrival *a, size_t scan_bytes, size_t pending_bytes)
{
	a->scan_bytes = scan_bytes;
	a->budget.max = pending_bytes;
}

int
arrival_add(struct arrival *a, struct folder *f, struct err *e)
{
	struct arrival_folder *af = xcalloc(1, sizeof(*af));

	(void)e;
	af->a = a;
	af->f = f;
	af->paused = f->held;
	af->again_ms = UINT64_MAX;
	af->pending = pending_new(&a->budget);
	a->folders = xrealloc(a->folders, a->n_folders + 1,
	    sizeof(struct arrival_folder *));
	a->folders[a->n_folders++] = af;
	arrival_arm(a);
	return 0;
}

static void
refused(const struct arrival_folder *af, int code, const char *path,
    const struct claim_look *look)
{
	const char *folder = af->f->watch->path;

	if (code == CLAIM_DENIED && log_allow("arrival.denied", 6))
		log_warn("folder %s: %s: %s", folder, path, look->detail);
	else if (code == CLAIM_ERROR && log_allow("arrival.error", 6))
		log_warn("folder %s: %s: %s; tried again", folder, path,
		    look->detail);
	else
		log_debug("folder %s: %s: %s: %s", folder, path,
		    claim_answer_name(code), look->detail);
}

/* A disk that fails is asked less and less often. */
static uint64_t
wait_for(const struct claim_look *look, int code, uint32_t tries)
{
	uint64_t wait = (uint64_t)look->wait_ms;

	if (code != CLAIM_ERROR)
		return wait;
	wait <<= tries < 10 ? tries : 10;
	return wait < ERROR_WAIT_MAX_MS ? wait : ERROR_WAIT_MAX_MS;
}

/* One look at a->path. */
static bool
look(struct arrival_folder *af, struct claimed *c_r)
{
	const char *path = af->a->path;
	struct pending_file *p = pending_find(af->pending, path);
	struct claim_look l = { .hint = CLAIM_SCANNED };
	uint32_t tries = p ? p->tries : 0;
	int code;

	if (p) {
		l.hint = p->hint;
		l.witness = p->witness;
		l.since_ms = p->since_ms;
	}
	code = claim_try(af->f, path, &l, c_r);
	if (code != CLAIM_YES && code != CLAIM_GONE)
		refused(af, code, path, &l);
	if (code == CLAIM_YES || l.wait_ms <= 0) {
		if (p)
			pending_drop(af->pending, p);
		return code == CLAIM_YES;
	}
	p = arrival_expect(af, path,
	    clock_monotonic_ms() + wait_for(&l, code, tries));
	if (p) {
		p->hint = l.hint;
		p->witness = l.witness;
		p->since_ms = l.since_ms;
		p->tries = code == CLAIM_ERROR ? tries + 1 : 0;
	}
	return false;
}

static bool
known(const struct arrival_folder *af)
{
	return af->a->cb.known(af->a->cb.arg, af->f, af->a->path);
}

static void
set_path(struct arrival *a, const char *path)
{
	size_t len = strlen(path);

	ensure(len < sizeof(a->path));
	memcpy(a->path, path, len + 1);
}

static bool
next_of_list(struct arrival_folder *af, unsigned *looks, struct claimed *c_r)
{
	const struct pending_file *p;
	const char *path;

	while (*looks > 0 && (path = scan_list_peek(&af->list))) {
		--*looks;
		af->list.at++;
		p = pending_find(af->pending, path);
		if (p && p->due_ms > clock_monotonic_ms())
			continue;
		set_path(af->a, path);
		if (known(af) || !look(af, c_r))
			continue;
		af->found_by_scan++;
		return true;
	}
	return false;
}

static bool
next_of_events(struct arrival_folder *af, unsigned *looks, struct claimed *c_r)
{
	uint64_t now = clock_monotonic_ms();
	struct pending_file *p;

	while (*looks > 0 && (p = pending_due(af->pending, now))) {
		--*looks;
		set_path(af->a, p->path);
		/* Perhaps a newer file, behind the one that is under way. */
		if (known(af))
			pending_put(af->pending, p->path, now + KNOWN_WAIT_MS);
		else if (look(af, c_r))
			return true;
	}
	return false;
}

static bool
next_of_folder(struct arrival_folder *af, unsigned *looks, struct claimed *c_r)
{
	bool found;

	if (af->paused || af->f->paused)
		return false;
	found = next_of_list(af, looks, c_r);
	if (!found && !scan_list_peek(&af->list)) {
		arrival_scan_start(af);
		found = next_of_events(af, looks, c_r);
	}
	af->taken += found;
	return found;
}

bool
arrival_next(struct arrival *a, struct folder **f_r, const char **path_r,
    struct claimed *c_r)
{
	unsigned looks = LOOKS_PER_CALL;

	for (size_t i = 0; i < a->n_folders && looks > 0 && !a->closing; i++) {
		size_t at = (a->turn + i) % a->n_folders;
		struct arrival_folder *af = a->folders[at];

		if (!next_of_folder(af, &looks, c_r))
			continue;
		a->turn = (at + 1) % a->n_folders;
		*f_r = af->f;
		*path_r = a->path;
		return true;
	}
	a->hungry = true;
	arrival_arm(a);
	return false;
}

static struct arrival_folder *
find_folder(const struct arrival *a, const struct folder *f)
{
	for (size_t i = 0; i < a->n_folders; i++)
		if (a->folders[i]->f == f)
			return a->folders[i];
	return NULL;
}

void
arrival_again(struct arrival *a, struct folder *f, const char *path)
{
	struct arrival_folder *af = find_folder(a, f);
	struct pending_file *p;

	if (!af)
		return;
	p = arrival_expect(af, path, clock_monotonic_ms());
	if (p)
		p->hint = CLAIM_CLOSED;
	arrival_arm(a);
}

void
arrival_rescan(struct arrival *a)
{
	for (size_t i = 0; i < a->n_folders; i++)
		arrival_scan_again(a->folders[i]);
	arrival_arm(a);
}

void
arrival_pause(struct arrival *a, uint32_t pipeline, bool paused)
{
	for (size_t i = 0; i < a->n_folders; i++)
		if (pipeline == UINT32_MAX ||
		    a->folders[i]->f->pipeline == pipeline)
			a->folders[i]->paused = paused;
	arrival_arm(a);
}

bool
arrival_known(const struct arrival *a, const struct folder *f, const char *path,
    struct claim_look *look_r)
{
	const struct arrival_folder *af = find_folder(a, f);
	const struct pending_file *p =
	    af ? pending_find(af->pending, path) : NULL;

	*look_r = (struct claim_look){ .hint = CLAIM_SCANNED };
	if (!p)
		return false;
	look_r->hint = p->hint;
	look_r->witness = p->witness;
	look_r->since_ms = p->since_ms;
	return true;
}

void
arrival_stats(const struct arrival *a, const struct folder *f,
    struct arrival_stats *r)
{
	const struct arrival_folder *af = find_folder(a, f);

	*r = (struct arrival_stats){ 0 };
	if (!af)
		return;
	r->settling = pending_count(af->pending);
	r->waiting =
	    af->pass_names > af->taken ? af->pass_names - af->taken : 0;
	if (r->waiting < r->settling)
		r->waiting = r->settling;
	r->oldest_ns = pending_oldest_ns(af->pending);
	r->events = af->events;
	r->overflows = af->overflows;
	r->scans = af->scans;
	r->found_by_scan = af->found_by_scan;
	r->watches = a->watches ? watch_count(a->watches, af) : 0;
	r->polling = af->polling;
}

bool
arrival_idle(const struct arrival *a)
{
	for (size_t i = 0; i < a->n_folders; i++) {
		const struct arrival_folder *af = a->folders[i];

		if (af->scans == 0 || af->job.running || af->after ||
		    af->again_ms != UINT64_MAX || af->n_subtrees > 0 ||
		    scan_list_peek(&af->list) || pending_count(af->pending) > 0)
			return false;
	}
	return true;
}

static void
free_folder(struct arrival_folder *af)
{
	for (size_t i = 0; i < af->n_subtrees; i++)
		free(af->subtrees[i]);
	scan_list_fini(&af->list);
	pending_free(&af->pending);
	free(af->after);
	free(af);
}

/* Every handle closed and no scan under way: then nothing refers to us. */
void
arrival_finish(struct arrival *a)
{
	void (*closed)(void *arg) = a->closed;
	void *arg = a->closed_arg;

	if (a->handles > 0)
		return;
	for (size_t i = 0; i < a->n_folders; i++)
		if (a->folders[i]->job.running)
			return;
	for (size_t i = 0; i < a->n_folders; i++)
		free_folder(a->folders[i]);
	free(a->folders);
	watch_free(&a->watches);
	free(a);
	closed(arg);
}

static void
handle_closed(uv_handle_t *handle)
{
	struct arrival *a = handle->data;

	a->handles--;
	arrival_finish(a);
}

void
arrival_close(struct arrival *a, void (*done)(void *arg), void *arg)
{
	a->closing = true;
	a->closed = done;
	a->closed_arg = arg;
	for (size_t i = 0; i < a->n_folders; i++)
		if (a->folders[i]->job.running)
			uv_cancel((uv_req_t *)&a->folders[i]->job.work);
	uv_close((uv_handle_t *)&a->timer, handle_closed);
	if (a->watches)
		uv_close((uv_handle_t *)&a->poll, handle_closed);
}
