/* retire.c - committed documents leave their folder: batches, one at a time. */
#include "role/retire.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/xalloc.h"

enum { BATCH_MAX = 512 };

struct retire {
	uv_loop_t *loop;
	void (*done)(void *arg, struct retirement *r, size_t n);
	void *arg;

	struct retirement *waiting;
	size_t n_waiting, waiting_cap;
	struct retirement *batch; /* the thread's while running */
	size_t n_batch;
	uv_work_t work;
	bool running;
	bool wanted; /* flushed while a batch was under way */

	bool closing;
	uv_timer_t timer; /* only for a close with nothing under way */
	void (*closed)(void *arg);
	void *closed_arg;
};

struct retire *
retire_new(uv_loop_t *loop,
    void (*done)(void *arg, struct retirement *r, size_t n), void *arg)
{
	struct retire *x = xcalloc(1, sizeof(*x));

	x->loop = loop;
	x->done = done;
	x->arg = arg;
	x->work.data = x;
	ensure(uv_timer_init(loop, &x->timer) == 0);
	x->timer.data = x;
	return x;
}

void
retirement_fini(struct retirement *r)
{
	free(r->path);
	free(r->id);
	free(r->reason_json);
	memset(r, 0, sizeof(*r));
}

void
retire_add(struct retire *x, const struct retirement *r)
{
	if (x->n_waiting == x->waiting_cap) {
		x->waiting_cap = x->waiting_cap ? x->waiting_cap * 2 : 64;
		x->waiting =
		    xrealloc(x->waiting, x->waiting_cap, sizeof(*x->waiting));
	}
	x->waiting[x->n_waiting++] = *r;
}

static void
free_all(struct retirement *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		retirement_fini(&r[i]);
	free(r);
}

static void
timer_closed(uv_handle_t *handle)
{
	struct retire *x = handle->data;
	void (*closed)(void *arg) = x->closed;
	void *arg = x->closed_arg;

	free_all(x->waiting, x->n_waiting);
	free(x);
	closed(arg);
}

static void
work_run(uv_work_t *work)
{
	struct retire *x = work->data;

	retire_run(x->batch, x->n_batch);
}

static void
work_done(uv_work_t *work, int status)
{
	struct retire *x = work->data;
	struct retirement *batch = x->batch;
	size_t n = x->n_batch;

	ensure(status == 0);
	x->batch = NULL;
	x->n_batch = 0;
	x->done(x->arg, batch, n);
	free(batch);
	x->running = false; /* not earlier: done() may flush or close */
	if (x->closing)
		uv_close((uv_handle_t *)&x->timer, timer_closed);
	else if (x->wanted)
		retire_flush(x);
}

void
retire_flush(struct retire *x)
{
	size_t left;

	x->wanted = x->n_waiting > 0;
	if (x->running || x->closing || !x->wanted)
		return;
	x->n_batch = x->n_waiting < BATCH_MAX ? x->n_waiting : BATCH_MAX;
	x->batch = xrealloc(NULL, x->n_batch, sizeof(*x->batch));
	memcpy(x->batch, x->waiting, x->n_batch * sizeof(*x->batch));
	left = x->n_waiting - x->n_batch;
	memmove(x->waiting, x->waiting + x->n_batch,
	    left * sizeof(*x->waiting));
	x->n_waiting = left;
	x->wanted = left > 0;
	x->running = true;
	ensure(uv_queue_work(x->loop, &x->work, work_run, work_done) == 0);
}

size_t
retire_pending(const struct retire *x)
{
	return x->n_waiting + x->n_batch;
}

void
retire_close(struct retire *x, void (*done)(void *arg), void *arg)
{
	x->closing = true;
	x->closed = done;
	x->closed_arg = arg;
	if (!x->running)
		uv_close((uv_handle_t *)&x->timer, timer_closed);
}
