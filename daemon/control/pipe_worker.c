/* pipe_worker.c - zygote and workers: start, tickets, answers, death. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "control/pipe.h"
#include "proc/child.h"
#include "role/expand.h"

enum { START_FAILURES_MAX = 5 };

/* ---- start ---- */

int
pipe_start_zygote(struct pipe *p, struct err *e)
{
	int fd[2], output;
	struct frame f;
	struct unpack u;
	const char *text;
	int rc = chan_pair(fd, e);

	if (rc < 0)
		return rc;
	output = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	p->zygote_pid = child_exec(p->program, "zygote", fd[1], output, e);
	fs_close(&output);
	fs_close(&fd[1]);
	chan_init(&p->zygote, fd[0]);
	if (p->zygote_pid < 0)
		return e->code;
	config_pack(chan_begin(&p->zygote, Z_CONFIG), p->config);
	chan_end(&p->zygote);
	rc = chan_receive(&p->zygote, &f, e);
	if (rc < 0)
		return rc;
	if (f.type == Z_READY)
		return 0;
	unpack_init(&u, f.ptr, f.len);
	text = unpack_str(&u);
	return err_set(e, ERR_CONFIG, "%s", text ? text : "refused");
}

static struct page *
map_page(int *fd_r)
{
	struct page *page;

	*fd_r = memfd_create("lavoir-page", MFD_CLOEXEC);
	if (*fd_r < 0 || ftruncate(*fd_r, PAGE_SIZE_BYTES) < 0)
		return NULL;
	page = mmap(NULL, PAGE_SIZE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
	    *fd_r, 0);
	return page == MAP_FAILED ? NULL : page;
}

static void
start_worker(struct pipe *p, struct pipe_worker *w)
{
	int control[2] = { -1, -1 }, result[2] = { -1, -1 }, page = -1;
	int window = memfd_create("lavoir-window", MFD_CLOEXEC);
	struct err e = { 0 };
	struct buf *b;

	if (window < 0 || chan_pair(control, &e) < 0 ||
	    chan_pair(result, &e) < 0 || !(w->page = map_page(&page))) {
		pipe_fail(p, "start a worker: %s",
		    e.code ? e.text : strerror(errno));
		return;
	}
	w->window = pipe_file_new(window);
	chan_init(&w->control, control[0]);
	chan_init(&w->result, result[0]);
	w->forked = true;
	w->ready = w->reading = w->hung_up = false;
	w->pid = 0;
	w->killed = NULL;
	b = chan_begin(&p->zygote, Z_FORK);
	pack_u32(b, FORK_WORKER);
	pack_u32(b, w->number);
	chan_attach(&p->zygote, control[1], true);
	chan_attach(&p->zygote, page, true);
	chan_attach(&p->zygote, fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3), true);
	chan_attach(&p->zygote, result[1], true);
	chan_attach(&p->zygote, fcntl(window, F_DUPFD_CLOEXEC, 3), true);
	chan_end(&p->zygote);
}

static void
forget_worker(struct pipe_worker *w)
{
	chan_fini(&w->control);
	chan_fini(&w->result);
	if (w->page)
		munmap(w->page, PAGE_SIZE_BYTES);
	w->page = NULL;
	pipe_file_unref(&w->window);
	w->forked = w->ready = w->reading = false;
	w->doc = NULL;
}

/* ---- tickets ---- */

static uint64_t
unpack_max(const struct pipe *p, const struct pipe_doc *d)
{
	const struct pipe_doc *file = d;

	while (file->parent)
		file = file->parent;
	return expand_limit(p->config->unpack_ratio, file->length, d->expansion,
	    d->length);
}

static void
send_ticket(struct pipe *p, struct pipe_worker *w, struct pipe_doc *d)
{
	struct ticket t = { .kind = d->kind,
		.pipeline = p->pipeline,
		.step = d->step,
		.depth = d->depth,
		.offset = d->offset,
		.length = d->length,
		.mtime_ns = d->mtime_ns,
		.added_ns = clock_output_ns(),
		.path = d->path ? d->path : "",
		.member = d->member,
		.media_type = d->media_type,
		.attrs = d->attrs,
		.attrs_len = d->attrs_len,
		.unpack_max = unpack_max(p, d) };

	d->ticket = t.id = ++p->last_ticket;
	if (getrandom(&d->nonce, sizeof d->nonce, 0) != sizeof d->nonce)
		panic("no random numbers");
	t.nonce = d->nonce;
	d->state = PIPE_RUNNING;
	d->worker = w;
	w->doc = d;
	w->since_ms = w->alive_since_ms = w->looked_ms = clock_monotonic_ms();
	w->waited_ms = 0;
	/* Where the window goes on: its reader says. */
	d->children_allowed = d->window_allowed = d->window_wanted = 0;
	ticket_pack(chan_begin(&w->control, W_TICKET), &t);
	chan_attach(&w->control, d->file->fd, false);
	chan_end(&w->control);
}

/* The first that waits for a worker, in order of the output. */
static struct pipe_doc *
next_ready(struct pipe *p, struct list *docs)
{
	list_each (l, docs) {
		struct pipe_doc *d = container_of(l, struct pipe_doc, link);
		struct pipe_doc *child;

		if (d->state == PIPE_READY &&
		    (!d->waits || pipe_is_first(p, d)))
			return d;
		child = next_ready(p, &d->children);
		if (child)
			return child;
	}
	return NULL;
}

void
pipe_dispatch(struct pipe *p)
{
	uint32_t busy = 0;

	for (uint32_t i = 0; i < p->n_workers; i++)
		busy += p->worker[i].doc && !p->worker[i].reading;
	for (uint32_t i = 0; i < p->n_workers && busy < p->config->workers;
	     i++) {
		struct pipe_worker *w = &p->worker[i];
		struct pipe_doc *d;

		if (w->doc)
			continue;
		d = next_ready(p, &p->docs);
		if (!d)
			return;
		busy++;
		if (!w->forked)
			start_worker(p, w);
		else if (w->ready)
			send_ticket(p, w, d);
	}
}

/* ---- ends ---- */

static void
release(struct pipe_worker *w)
{
	if (w->doc)
		w->doc->worker = NULL;
	w->doc = NULL;
	w->reading = false;
}

static void
attempt(struct pipe_doc *d, const char *plugin, const char *reason,
    const char *detail)
{
	/* Its children stand; it cannot be read again behind them. */
	if (++d->deaths >= PIPE_ATTEMPTS_MAX || d->children_made > 0)
		pipe_end_failed(d, plugin, reason, detail);
	else
		d->state = PIPE_READY;
}

static void
take_done(struct pipe *p, struct pipe_worker *w, const struct frame *f)
{
	struct pipe_doc *d = w->doc;
	struct done done;
	struct err e;

	if (!d || done_unpack(&done, f->ptr, f->len, &e) < 0 ||
	    done.ticket != d->ticket) {
		pipe_kill(p, w, "broke the protocol");
		return;
	}
	switch (done.kind) {
	case DONE_RESULT:
		/* Sent before, on the other channel. */
		if (d->state == PIPE_RUNNING) {
			pipe_kill(p, w, "broke the protocol");
			return;
		}
		break;
	case DONE_CONTAINER:
		d->state = PIPE_CONTAINER;
		if (done.text)
			pipe_end_failed(d, done.plugin, "container", done.text);
		break;
	case DONE_RETURNED:
		d->state = PIPE_READY;
		break;
	case DONE_CHANGED:
		pipe_end_failed(d, NULL, "changed",
		    done.text ? done.text
			      : "the file changed while it was read");
		break;
	case DONE_FATAL:
		pipe_fail(p, "%s: %s", done.plugin ? done.plugin : "the chain",
		    done.text ? done.text : "cannot go on");
		break;
	default:
		attempt(d, done.plugin, done.reason ? done.reason : "error",
		    done.text);
	}
	release(w);
}

static void
take_result(struct pipe *p, struct pipe_worker *w, const struct frame *f)
{
	struct pipe_doc *d = w->doc;
	struct unpack u;
	uint64_t ticket, nonce;

	unpack_init(&u, f->ptr, f->len);
	ticket = unpack_u64(&u);
	nonce = unpack_u64(&u);
	unpack_raw(&u, 32); /* SHA-256: among the attributes, too */
	if (f->type != R_RESULT || u.bad || !d || d->state != PIPE_RUNNING ||
	    ticket != d->ticket || nonce != d->nonce || !pipe_end(p, d, &u))
		pipe_kill(p, w, "broke the protocol");
}

/* ---- what workers say ---- */

static void
read_results(struct pipe *p, struct pipe_worker *w)
{
	struct frame f;
	struct err e;

	while (chan_fill(&w->result, &e) > 0)
		continue;
	while (chan_next(&w->result, &f, &e) == 1) {
		for (unsigned i = 0; i < f.n_fds; i++)
			close(f.fd[i]);
		take_result(p, w, &f);
	}
}

void
pipe_read_worker(struct pipe *p, struct pipe_worker *w)
{
	struct frame f;
	struct err e;
	int rc;

	if (!w->forked)
		return;
	while ((rc = chan_fill(&w->control, &e)) > 0)
		continue;
	w->hung_up = w->hung_up || rc < 0;
	/* What was said is believed only after what it stands for. */
	read_results(p, w);
	while ((rc = chan_next(&w->control, &f, &e)) == 1) {
		for (unsigned i = 0; i < f.n_fds; i++)
			close(f.fd[i]);
		if (f.type == W_READY) {
			w->ready = true;
			w->failures = 0;
		} else if (f.type == W_CHILD) {
			pipe_take_child(p, w, &f);
		} else if (f.type == W_DONE) {
			take_done(p, w, &f);
		} else {
			pipe_kill(p, w, "broke the protocol");
		}
	}
	if (rc < 0)
		pipe_kill(p, w, "broke the protocol");
}

/* ---- death ---- */

static void
worker_died(struct pipe *p, struct pipe_worker *w, int status)
{
	char how[80], detail[200];
	struct pipe_doc *d;
	uint32_t step = 0;
	const struct config_pipeline *c = &p->config->pipeline[p->pipeline];
	const char *plugin = NULL;

	pipe_read_worker(p, w);
	d = w->doc;
	if (w->page)
		step = atomic_load(&w->page->step);
	if (step > 0 && step <= c->n_steps)
		plugin = c->step[step - 1].plugin;
	if (!w->ready && ++w->failures >= START_FAILURES_MAX)
		pipe_fail(p, "workers do not come up");
	if (d && d->state == PIPE_RUNNING) {
		child_describe(how, sizeof how, status);
		snprintf(detail, sizeof detail, "the worker %s%s%s", how,
		    w->killed ? ": " : "", w->killed ? w->killed : "");
		attempt(d, plugin, w->killed ? "timeout" : "crash", detail);
	}
	release(w);
	forget_worker(w);
}

void
pipe_read_zygote(struct pipe *p)
{
	struct frame f;
	struct err e;
	int rc;

	while ((rc = chan_fill(&p->zygote, &e)) > 0)
		continue;
	if (rc < 0)
		pipe_fail(p, "the zygote is gone");
	while (chan_next(&p->zygote, &f, &e) == 1) {
		struct unpack u;
		uint32_t kind, number;
		uint64_t pid;

		unpack_init(&u, f.ptr, f.len);
		kind = unpack_u32(&u);
		number = unpack_u32(&u);
		pid = unpack_u64(&u);
		if (u.bad || kind != FORK_WORKER || number >= p->n_workers)
			pipe_fail(p, "the zygote broke the protocol");
		else if (f.type == Z_FORKED)
			p->worker[number].pid = pid;
		else if (f.type == Z_DIED)
			worker_died(p, &p->worker[number], (int)unpack_u32(&u));
	}
}

static void
look_at(struct pipe *p, struct pipe_worker *w, uint64_t now_ms)
{
	const struct config *c = p->config;
	uint64_t alive = atomic_load(&w->page->alive);

	if (alive != w->seen_alive) {
		w->seen_alive = alive;
		w->alive_since_ms = now_ms;
	}
	if (atomic_load(&w->page->waiting)) {
		w->waited_ms += now_ms - w->looked_ms;
		w->alive_since_ms = now_ms;
	}
	w->looked_ms = now_ms;
	if (now_ms - w->alive_since_ms >= (uint64_t)c->stall_ms)
		pipe_kill(p, w, "no sign of life");
	else if (w->doc->children_made == 0 &&
	    now_ms - w->since_ms - w->waited_ms >= (uint64_t)c->total_ms)
		pipe_kill(p, w, "took too long");
}

void
pipe_look(struct pipe *p, uint64_t now_ms)
{
	for (uint32_t i = 0; i < p->n_workers; i++)
		if (p->worker[i].doc && p->worker[i].page)
			look_at(p, &p->worker[i], now_ms);
}

void
pipe_stop(struct pipe *p)
{
	for (uint32_t i = 0; i < p->n_workers; i++)
		forget_worker(&p->worker[i]);
	chan_fini(&p->zygote);
	if (p->zygote_pid > 0)
		while (waitpid(p->zygote_pid, NULL, 0) < 0 && errno == EINTR)
			continue;
}
