/* run_source.c - files and folders as a source of documents. */
#include "role/run_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/xalloc.h"

enum { ASK_AT_ONCE = 256, CHANGES_MAX = 3 };

/* ---- queues ---- */

static void
push(struct queue *q, struct folder *f, const char *path, unsigned changes)
{
	if (q->n == q->cap) {
		q->cap = q->cap ? 2 * q->cap : ASK_AT_ONCE;
		q->entry = xrealloc(q->entry, q->cap, sizeof *q->entry);
	}
	q->entry[q->n++] = (struct entry){ f, xstrdup(path), changes };
}

static bool
pop(struct queue *q, struct entry *e_r)
{
	if (q->at == q->n) {
		q->at = q->n = 0;
		return false;
	}
	*e_r = q->entry[q->at++];
	return true;
}

/* ---- listing ---- */

/* The next path of all; NULL at the end. */
static const char *
next_file(struct run *r, struct folder **f_r)
{
	for (;;) {
		struct folder *f;
		struct err e = { 0 };
		const char *path;

		if (r->walk) {
			f = &r->folder[r->next_path - 1];
			path = walk_next(r->walk, &e);
			*f_r = f;
			if (path)
				return path;
			if (e.code) {
				log_error("%s/%s", f->watch->path, e.text);
				continue;
			}
			walk_free(&r->walk);
		}
		if (r->next_path == r->n_folders)
			return NULL;
		f = &r->folder[r->next_path++];
		if (f->fd == AT_FDCWD) {
			*f_r = f;
			return r->options->path[r->next_path - 1];
		}
		r->walk = walk_new(f->fd);
	}
}

static void
ask(struct run *r)
{
	struct supervisor *s = r->supervisor;
	struct folder *f;
	const char *path;
	struct buf *b;

	while (r->asked.n < ASK_AT_ONCE && (path = next_file(r, &f)))
		push(&r->asked, f, path, 0);
	if (r->asked.n == 0)
		return;
	r->asked_of = s->committer;
	b = chan_begin(&s->committer->chan, C_ENDED);
	pack_u64(b, 0);
	pack_u32(b, (uint32_t)r->asked.n);
	for (size_t i = 0; i < r->asked.n; i++) {
		pack_str(b, r->asked.entry[i].folder->watch->path);
		pack_str(b, r->asked.entry[i].path);
	}
	chan_end(&s->committer->chan);
	peer_flush(s->committer);
}

/* ---- files ---- */

static void
witness_of(const struct stat *st, struct witness *w)
{
	w->inode = st->st_ino;
	w->size = (uint64_t)st->st_size;
	w->mtime_ns =
	    (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
	w->ctime_ns =
	    (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;
}

static bool
open_file(void *arg, struct folder *f, const char *path, struct claimed *c_r)
{
	struct stat st;
	int fd =
	    openat(f->fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	(void)arg;
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		c_r->fd = fd;
		witness_of(&st, &c_r->witness);
		return true;
	}
	log_error("%s%s%s: %s", f->watch->path, f->watch->path[0] ? "/" : "",
	    path, fd < 0 ? strerror(errno) : "not a regular file");
	if (fd >= 0)
		close(fd);
	return false;
}

/* It ended before: as it is now? */
static void
judge_ended(struct run *r, const struct entry *e, const struct witness *w,
    const uint8_t *sha256)
{
	struct claimed now = { .fd = -1 };
	struct claim *c;

	if (!open_file(r, e->folder, e->path, &now))
		return;
	if (witness_equal(&now.witness, w)) {
		r->passed_over++;
		close(now.fd);
	} else if (now.witness.size == w->size) {
		/* The same bytes touched again?  A worker tells. */
		c = intake_claim(r->supervisor, e->folder, e->path, &now);
		c->state = CLAIM_HASHING;
		memcpy(c->sha256, sha256, sizeof c->sha256);
		c->item.kind = TICKET_HASH;
		dispatch_ready(r->supervisor, &c->item);
	} else {
		close(now.fd);
		push(&r->ready, e->folder, e->path, 0);
	}
}

static void
on_reply(void *arg, const struct frame *f)
{
	struct run *r = arg;
	struct unpack u;
	struct entry e;
	uint32_t n;

	if (f->type != C_ENDED_REPLY)
		return;
	unpack_init(&u, f->ptr, f->len);
	unpack_u64(&u);
	n = unpack_count(&u, 65);
	if (n != r->asked.n)
		return; /* of a question asked again meanwhile */
	while (pop(&r->asked, &e)) {
		bool yes = unpack_u8(&u);
		struct witness w;
		const void *sha256;

		outcome_unpack_witness(&w, &u);
		sha256 = unpack_raw(&u, 32);
		ensure(!u.bad);
		if (claim_find(r->supervisor, e.folder, e.path))
			r->passed_over++; /* a container that goes on */
		else if (yes)
			judge_ended(r, &e, &w, sha256);
		else
			push(&r->ready, e.folder, e.path, 0);
		free(e.path);
	}
	r->asked_of = NULL;
	supervisor_wake(r->supervisor);
}

/* ---- the source ---- */

static bool
source_next(void *arg, struct folder **f_r, const char **path_r,
    struct claimed *c_r)
{
	struct run *r = arg;
	struct entry e;

	while (pop(&r->ready, &e)) {
		bool opened = open_file(r, e.folder, e.path, c_r);

		free(r->given);
		r->given = e.path;
		if (!opened)
			continue;
		if (e.changes > CHANGES_MAX) {
			/* It does not come to rest: that is its end. */
			close(c_r->fd);
			c_r->fd = -1;
		}
		*f_r = e.folder;
		*path_r = e.path;
		return true;
	}
	if (r->asked.n == 0 || r->asked_of != r->supervisor->committer)
		ask(r);
	return false;
}

static void
source_again(void *arg, struct folder *f, const char *path)
{
	struct run *r = arg;
	uintptr_t changes = (uintptr_t)map_get(r->changes, path, strlen(path));

	map_put(r->changes, path, strlen(path), (void *)++changes);
	push(&r->ready, f, path, (unsigned)changes);
}

static bool
source_finished(void *arg)
{
	struct run *r = arg;

	r->complete = r->ready.at == r->ready.n && r->asked.n == 0 &&
	    r->next_path == r->n_folders && !r->walk;
	return r->complete;
}

static void
at_finish(void *arg)
{
	struct run *r = arg;

	r->totals = r->supervisor->totals;
	progress_close(&r->progress);
}

struct source
run_source_attach(void *arg, struct supervisor *s)
{
	struct run *r = arg;

	r->supervisor = s;
	s->folder = r->folder;
	s->n_folders = r->n_folders;
	s->committer_reply = on_reply;
	s->committer_reply_arg = r;
	s->at_finish = at_finish;
	s->at_finish_arg = r;
	if (r->options->progress)
		r->progress =
		    progress_new(s, r->options->path, r->options->n_paths);
	return (struct source){ .arg = r,
		.next = source_next,
		.again = source_again,
		.open = open_file,
		.finished = source_finished };
}

static void
queue_fini(struct queue *q)
{
	struct entry e;

	while (pop(q, &e))
		free(e.path);
	free(q->entry);
}

void
run_source_fini(struct run *r)
{
	walk_free(&r->walk);
	queue_fini(&r->ready);
	queue_fini(&r->asked);
	map_free(&r->changes);
	free(r->given);
}
