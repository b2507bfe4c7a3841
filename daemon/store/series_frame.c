/* series_frame.c - a frame from its plain tail file to its compressed bytes,
 * and the press, the thread that compresses. */
#include "store/series_frame.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/codec.h"

/* Descriptors bound this: a frame in the queue holds one, and no memory. */
enum { PRESS_FRAMES_MAX = 16 };
/* Kept between frames. */
enum { PRESS_KEEP = 4 << 20 };

struct press {
	pthread_mutex_t lock;
	pthread_cond_t work; /* for the thread: something to do, or to stop */
	pthread_cond_t news; /* from the thread: a frame is through */
	struct list queue;
	struct frame *running;
	unsigned count; /* queued and running */
	bool stop;

	bool started;
	pthread_t thread;
	struct codec *codec; /* the thread's, like plain */
	struct buf plain;
};

struct frame *
frame_new(uint64_t file, int codec, int level, uint64_t start)
{
	struct frame *f = xcalloc(1, sizeof *f);

	list_init(&f->link);
	list_init(&f->queue);
	f->file = file;
	f->codec = codec;
	f->level = level;
	f->start = start;
	f->fd = -1;
	return f;
}

void
frame_free(struct frame **f)
{
	if (!*f)
		return;
	list_remove(&(*f)->link);
	fs_close(&(*f)->fd);
	buf_fini(&(*f)->out);
	free(*f);
	*f = NULL;
}

struct press *
press_new(void)
{
	struct press *p = xcalloc(1, sizeof *p);

	ensure(pthread_mutex_init(&p->lock, NULL) == 0);
	ensure(pthread_cond_init(&p->work, NULL) == 0);
	ensure(pthread_cond_init(&p->news, NULL) == 0);
	list_init(&p->queue);
	return p;
}

void
press_free(struct press **pp)
{
	struct press *p = *pp;

	if (!p)
		return;
	(void)pthread_mutex_lock(&p->lock);
	ensure(p->count == 0);
	p->stop = true;
	(void)pthread_cond_signal(&p->work);
	(void)pthread_mutex_unlock(&p->lock);
	if (p->started)
		(void)pthread_join(p->thread, NULL);
	codec_free(&p->codec);
	buf_fini(&p->plain);
	(void)pthread_cond_destroy(&p->news);
	(void)pthread_cond_destroy(&p->work);
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
	*pp = NULL;
}

static int
press_compress(struct press *p, struct frame *f, struct err *e)
{
	size_t got = 0;

	buf_reset(&p->plain, PRESS_KEEP);
	uint8_t *to = buf_reserve(&p->plain, f->len);
	if (fs_pread_full(f->fd, to, f->len, 0, &got, e) < 0)
		return e->code;
	if (got != f->len)
		return err_set(e, ERR_IO, "tail ends early, at %zu", got);
	if (!codec_is(p->codec, f->codec, f->level)) {
		codec_free(&p->codec);
		p->codec = codec_new(f->codec, f->level);
	}
	return codec_compress(p->codec, to, f->len, &f->out, e);
}

static void *
press_main(void *arg)
{
	struct press *p = arg;

	(void)pthread_mutex_lock(&p->lock);
	for (;;) {
		while (!p->stop && list_empty(&p->queue))
			(void)pthread_cond_wait(&p->work, &p->lock);
		if (p->stop)
			break;
		struct frame *f =
		    container_of(p->queue.next, struct frame, queue);
		list_remove(&f->queue);
		p->running = f;
		(void)pthread_mutex_unlock(&p->lock);

		struct err e = { 0 };
		int rc = press_compress(p, f, &e);

		(void)pthread_mutex_lock(&p->lock);
		if (rc < 0)
			f->error = e;
		f->done = true;
		p->running = NULL;
		p->count--;
		(void)pthread_cond_broadcast(&p->news);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* The thread takes no signals: they are for the loop of the process. */
static int
press_start(struct press *p, struct err *e)
{
	sigset_t all, before;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	int rc = pthread_create(&p->thread, NULL, press_main, p);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0)
		return err_set(e, ERR_LIMIT, "thread for compression: error %d",
		    rc);
	p->started = true;
	return 0;
}

int
press_submit(struct press *p, struct frame *f, struct err *e)
{
	if (!p->started && press_start(p, e) < 0)
		return e->code;
	f->done = false;
	f->error.code = 0;
	(void)pthread_mutex_lock(&p->lock);
	while (p->count >= PRESS_FRAMES_MAX)
		(void)pthread_cond_wait(&p->news, &p->lock);
	list_append(&p->queue, &f->queue);
	p->count++;
	(void)pthread_cond_signal(&p->work);
	(void)pthread_mutex_unlock(&p->lock);
	return 0;
}

bool
press_done(struct press *p, struct frame *f)
{
	(void)pthread_mutex_lock(&p->lock);
	bool done = f->done;
	(void)pthread_mutex_unlock(&p->lock);
	return done;
}

void
press_wait(struct press *p, struct frame *f)
{
	(void)pthread_mutex_lock(&p->lock);
	while (!f->done)
		(void)pthread_cond_wait(&p->news, &p->lock);
	(void)pthread_mutex_unlock(&p->lock);
}

void
press_cancel(struct press *p, struct frame *f)
{
	(void)pthread_mutex_lock(&p->lock);
	if (!list_empty(&f->queue)) {
		list_remove(&f->queue);
		p->count--;
		f->done = true;
	}
	while (!f->done)
		(void)pthread_cond_wait(&p->news, &p->lock);
	(void)pthread_mutex_unlock(&p->lock);
}
