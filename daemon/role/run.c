/* run.c - "lavoir run": files and folders as a source of documents, once. */
#include "role/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "role/progress.h"
#include "role/supervisor.h"
#include "role/walk.h"

enum { ASK_AT_ONCE = 256, CHANGES_MAX = 3 };

/* A file that may be taken, or has to be asked about. */
struct entry {
	struct folder *folder;
	char *path;
	unsigned changes; /* how often it changed while it was read */
};

struct queue {
	struct entry *entry;
	size_t n, at, cap;
};

struct run {
	const struct run_options *options;
	struct supervisor *supervisor;
	struct config_watch *watch; /* one an argument */
	struct folder *folder;
	size_t n_folders;
	size_t next_path;
	struct walk *walk; /* of the folder before next_path */
	struct queue ready;
	struct queue asked;
	const struct peer *asked_of; /* a committer that may have died since */
	char *given;		     /* path handed out last */
	struct map *changes;	     /* path -> how often */
	uint64_t passed_over;
	struct progress *progress;
	struct totals totals;
	bool complete;
};

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

static void
queue_fini(struct queue *q)
{
	struct entry e;

	while (pop(q, &e))
		free(e.path);
	free(q->entry);
}

/* ---- arguments ---- */

static int
open_argument(struct run *r, size_t i, struct err *e)
{
	const char *path = r->options->path[i];
	struct folder *f = &r->folder[i];
	struct stat st;
	char *absolute;

	f->number = (uint32_t)i;
	f->watch = &r->watch[i];
	f->own_fd = f->done_fd = f->failed_fd = f->lock_fd = -1;
	f->fd = AT_FDCWD;
	r->watch[i].path = "";
	if (stat(path, &st) < 0)
		return err_sys(e, "%s", path);
	if (S_ISREG(st.st_mode))
		return 0;
	if (!S_ISDIR(st.st_mode))
		return err_set(e, ERR_NOENT,
		    "%s: neither a regular file nor a folder", path);
	f->fd = fs_open_dir(AT_FDCWD, path, e);
	if (f->fd < 0)
		return f->fd;
	absolute = realpath(path, NULL);
	if (!absolute)
		return err_sys(e, "%s", path);
	r->watch[i].path = absolute;
	return 0;
}

static int
open_arguments(struct run *r, uint32_t pipeline, struct err *e)
{
	r->n_folders = r->options->n_paths;
	r->folder = xcalloc(r->n_folders + 1, sizeof *r->folder);
	r->watch = xcalloc(r->n_folders + 1, sizeof *r->watch);
	for (size_t i = 0; i < r->n_folders; i++)
		r->folder[i].fd = -1;
	for (size_t i = 0; i < r->n_folders; i++) {
		if (open_argument(r, i, e) < 0)
			return e->code;
		r->folder[i].pipeline = pipeline;
	}
	return 0;
}

static void
close_arguments(struct run *r)
{
	for (size_t i = 0; i < r->n_folders; i++) {
		if (r->folder[i].fd >= 0)
			close(r->folder[i].fd);
		if (r->watch[i].path && r->watch[i].path[0])
			free((char *)(uintptr_t)r->watch[i].path);
	}
	free(r->folder);
	free(r->watch);
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
		if (yes)
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

static struct source
attach(void *arg, struct supervisor *s)
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

/* ---- summary ---- */

static void
print_summary(const struct run *r, double seconds)
{
	const uint64_t *n = r->totals.ended;
	uint64_t documents = n[OUTCOME_EXPORTED] + n[OUTCOME_DROPPED] +
	    n[OUTCOME_DUPLICATE] + n[OUTCOME_FAILED];

	if (r->options->json) {
		printf("{\"documents\":%llu,\"exported\":%llu,\"dropped\":%llu,"
		       "\"duplicates\":%llu,\"failed\":%llu,\"seconds\":%.3f,"
		       "\"bytes_in\":%llu,\"bytes_out\":%llu}\n",
		    (unsigned long long)documents,
		    (unsigned long long)n[OUTCOME_EXPORTED],
		    (unsigned long long)n[OUTCOME_DROPPED],
		    (unsigned long long)n[OUTCOME_DUPLICATE],
		    (unsigned long long)n[OUTCOME_FAILED], seconds,
		    (unsigned long long)r->totals.bytes_in,
		    (unsigned long long)r->totals.bytes_out);
		return;
	}
	printf("%llu documents: %llu exported, %llu dropped, %llu duplicates, "
	       "%llu failed; %.1f s, %llu bytes in, %llu bytes out\n",
	    (unsigned long long)documents,
	    (unsigned long long)n[OUTCOME_EXPORTED],
	    (unsigned long long)n[OUTCOME_DROPPED],
	    (unsigned long long)n[OUTCOME_DUPLICATE],
	    (unsigned long long)n[OUTCOME_FAILED], seconds,
	    (unsigned long long)r->totals.bytes_in,
	    (unsigned long long)r->totals.bytes_out);
	if (r->passed_over > 0)
		printf("%llu passed over: they ended in an earlier run\n",
		    (unsigned long long)r->passed_over);
}

/* ---- whole ---- */

static int
choose_pipeline(const struct config *c, const char *name, uint32_t *number_r)
{
	for (size_t i = 0; i < c->n_pipelines; i++) {
		if (name ? strcmp(c->pipeline[i].name, name) != 0
			 : c->n_pipelines > 1)
			continue;
		*number_r = (uint32_t)i;
		return 0;
	}
	fprintf(stderr,
	    name ? "lavoir run: no pipeline \"%s\"; there are:"
		 : "lavoir run: --pipeline is needed%s, one of:",
	    name ? name : "");
	for (size_t i = 0; i < c->n_pipelines; i++)
		fprintf(stderr, " %s", c->pipeline[i].name);
	fputc('\n', stderr);
	return -1;
}

static int
run_engine(struct run *r, struct config *c)
{
	const struct run_options *o = r->options;
	struct supervisor_options so = { .program = o->program,
		.config_file = o->config,
		.in_process = o->in_process,
		.run = true,
		.attach = attach,
		.attach_arg = r,
		.quiet = true };
	uint64_t begin = clock_monotonic_ns();
	int code = supervisor_main(&so, c, NULL, NULL);

	if (code == 0) {
		print_summary(r, (double)(clock_monotonic_ns() - begin) / 1e9);
		if (!r->complete) {
			fputs("lavoir run: stopped before the end; the same "
			      "command goes on\n",
			    stderr);
			code = EX_TEMPFAIL;
		}
	}
	return code;
}

int
run_main(const struct run_options *o)
{
	struct config_load_options load = { .file = o->config,
		.program = o->program,
		.run = true,
		.state = o->state,
		.out = o->out,
		.problem = o->problem,
		.arg = o->problem_arg };
	struct run r = { .options = o };
	struct config *c = NULL;
	struct err e = { 0 };
	uint32_t pipeline = 0;
	int code;

	if (config_load(&c, &load, &e) < 0) {
		log_error("%s", e.text);
		return e.code == ERR_NOENT ? EX_NOINPUT : EX_CONFIG;
	}
	log_set_level((enum log_level)c->log_level);
	if (choose_pipeline(c, o->pipeline, &pipeline) < 0) {
		config_free(&c);
		return EX_USAGE;
	}
	r.changes = map_new();
	if (open_arguments(&r, pipeline, &e) < 0) {
		log_error("%s", e.text);
		config_free(&c);
		code = EX_NOINPUT;
	} else {
		code = run_engine(&r, c);
	}
	walk_free(&r.walk);
	queue_fini(&r.ready);
	queue_fini(&r.asked);
	map_free(&r.changes);
	free(r.given);
	close_arguments(&r);
	return code;
}
