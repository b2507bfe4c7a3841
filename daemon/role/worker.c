/* worker.c - the process phase, on one document at a time. */
#include "role/worker.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/doc_pack.h"
#include "model/media_type.h"

enum {
	SMALL_SIZE = 1024 * 1024, /* read; larger files are mapped */
	HASH_PIECE = 16 * 1024 * 1024,
	ARENA_KEEP = 4 * 1024 * 1024,
	SEND_SIZE = 256 * 1024, /* results are sent when so much is there */
	CANCEL_CHECK = 64
};

/* The bytes of one ticket. */
struct source {
	int fd;
	const uint8_t *ptr;
	size_t len;
	void *map;
	size_t map_len;
};

static bool
worker_cancelled(void *arg)
{
	struct worker *w = arg;

	atomic_fetch_add_explicit(&w->page->alive, 1, memory_order_relaxed);
	return false;
}

static void
worker_enter(void *arg, uint32_t step)
{
	struct worker *w = arg;

	atomic_store_explicit(&w->page->step, step + 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&w->page->alive, 1, memory_order_relaxed);
}

int
worker_new(struct worker **w_r, const struct config *c,
    const struct chain_set *set, struct err *e)
{
	struct worker *w = xcalloc(1, sizeof *w);

	w->config = c;
	w->set = set;
	w->page = &w->unshared;
	w->window = -1;
	chan_init(&w->supervisor, -1);
	chan_init(&w->sequencer, -1);
	w->role = (struct host_role){ .role = LAVOIR_WORKER,
		.arg = w,
		.cancelled = worker_cancelled,
		.child = reader_child,
		.child_write = reader_child_write,
		.child_fail = reader_child_fail,
		.resume = reader_resume,
		.enter = worker_enter };
	w->arena = arena_new(2 * c->text_max + c->memory_max / 2);
	w->small = xcalloc(1, SMALL_SIZE);
	w->sha256 = EVP_MD_CTX_new();
	w->sha256_type = EVP_MD_fetch(NULL, "SHA256", NULL);
	ensure(w->sha256 && w->sha256_type);
	w->chain = chain_set_open(set, &w->role, e);
	if (!w->chain) {
		worker_free(&w);
		return e->code;
	}
	*w_r = w;
	return 0;
}

void
worker_free(struct worker **w_in)
{
	struct worker *w = *w_in;

	if (!w)
		return;
	chain_set_close(w->set, &w->chain);
	chan_fini(&w->supervisor);
	chan_fini(&w->sequencer);
	fs_close(&w->window);
	arena_free(&w->arena);
	EVP_MD_CTX_free(w->sha256);
	EVP_MD_free(w->sha256_type);
	free(w->small);
	free(w);
	*w_in = NULL;
}

/* ---- bytes ---- */

static int
source_open(struct worker *w, struct source *s, const struct ticket *t, int fd,
    struct err *e)
{
	uint64_t page = t->offset % PAGE_SIZE_BYTES;

	memset(s, 0, sizeof *s);
	s->fd = fd;
	if (t->length > SIZE_MAX / 2)
		return err_set(e, ERR_INVAL, "%llu bytes are too many",
		    (unsigned long long)t->length);
	s->len = (size_t)t->length;
	s->ptr = w->small;
	if (t->length <= SMALL_SIZE) {
		size_t got = 0;
		int rc =
		    fs_pread_full(fd, w->small, s->len, t->offset, &got, e);

		if (rc == 0 && got < s->len)
			rc = err_set(e, ERR_IO, "file is shorter than it was");
		return rc;
	}
	s->map_len = s->len + page;
	s->map = mmap(NULL, s->map_len, PROT_READ, MAP_PRIVATE, fd,
	    (off_t)(t->offset - page));
	if (s->map == MAP_FAILED) {
		s->map = NULL;
		return err_sys(e, "map %zu bytes", s->map_len);
	}
	madvise(s->map, s->map_len, MADV_SEQUENTIAL);
	s->ptr = (const uint8_t *)s->map + page;
	return 0;
}

static void
source_close(struct source *s)
{
	if (s->map)
		munmap(s->map, s->map_len);
	s->map = NULL;
}

bool
worker_unchanged(int fd, const struct ticket *t)
{
	struct stat st;

	if (t->kind == TICKET_TEXT || t->kind == TICKET_RAW)
		return true;
	return fstat(fd, &st) == 0 && (uint64_t)st.st_size == t->length &&
	    (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec ==
	    t->mtime_ns;
}

/* Piece by piece: of a large file only so much counts as ours, and each is a
 * sign of life. */
static void
hash_source(struct worker *w, const struct source *s, uint8_t sha256[32])
{
	unsigned n = 32;
	size_t at = 0, len;

	ensure(EVP_DigestInit_ex2(w->sha256, w->sha256_type, NULL));
	do {
		len = s->len - at < HASH_PIECE ? s->len - at : HASH_PIECE;
		ensure(EVP_DigestUpdate(w->sha256, s->ptr + at, len));
		at += len;
		if (at < s->len)
			madvise(s->map, s->map_len, MADV_DONTNEED);
		atomic_fetch_add_explicit(&w->page->alive, 1,
		    memory_order_relaxed);
	} while (at < s->len);
	ensure(EVP_DigestFinal_ex(w->sha256, sha256, &n));
}

/* ---- the document ---- */

static void
set_hex(struct doc *d, const char *name, const uint8_t sha256[32])
{
	char hex[65];

	for (size_t i = 0; i < 32; i++) {
		hex[2 * i] = "0123456789abcdef"[sha256[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[sha256[i] & 15];
	}
	hex[64] = '\0';
	doc_set_str(d, name, hex);
}

/* What the host says about every document; the sequencer sets those that must
 * not be a worker's word again. */
static void
set_host_attributes(struct worker *w, struct doc *d, const struct ticket *t,
    const struct source *s, const uint8_t sha256[32])
{
	const char *name = t->member ? t->member : t->path;
	const char *type = t->media_type;
	char added[CLOCK_RFC3339_SIZE];

	if (!type && t->kind == TICKET_TEXT)
		type = "text/plain";
	if (!type)
		type = media_type_detect(s->ptr, s->len, s->len, name);
	doc_set_str(d, "lavoir.media_type", type);
	set_hex(d, "lavoir.sha256", sha256);
	doc_set_int(d, "lavoir.size", (int64_t)s->len);
	doc_set_str(d, "lavoir.pipeline",
	    w->config->pipeline[t->pipeline].name);
	doc_set_str(d, "lavoir.added", clock_rfc3339(added, t->added_ns));
	if (t->path && utf8_valid(t->path, strlen(t->path)))
		doc_set_str(d, "lavoir.path", t->path);
	if (t->member)
		doc_set_str(d, "lavoir.member", t->member);
}

static int
prepare(struct worker *w, struct doc *d, const struct ticket *t,
    const struct source *s, const uint8_t sha256[32])
{
	struct unpack u;
	struct err e;
	int rc = 0;

	doc_init(d, w->arena, w->config->text_max);
	d->raw = (struct lavoir_str){ (const char *)s->ptr, s->len };
	if (t->attrs_len > 0) {
		unpack_init(&u, t->attrs, t->attrs_len);
		rc = doc_unpack_attrs(&u, d, &e);
	}
	set_host_attributes(w, d, t, s, sha256);
	if (t->kind == TICKET_TEXT)
		rc = doc_set_text(d, d->raw);
	if (rc < 0)
		doc_fail(d, NULL, "invalid",
		    d->error_text ? d->error_text : "malformed child");
	else if (t->has_sidecar && memcmp(t->sidecar, sha256, 32) != 0)
		doc_fail(d, NULL, "sidecar",
		    "its SHA-256 is not that of its .sha256 file");
	else if (s->len == 0 && w->config->pipeline[t->pipeline].empty_dropped)
		doc_drop(d, NULL, "empty", "the file has no bytes");
	return rc;
}

/* ---- answers ---- */

static void
send_done(struct worker *w, const struct done *d)
{
	done_pack(chan_begin(&w->supervisor, W_DONE), d);
	chan_end(&w->supervisor);
}

static void
send_result(struct worker *w, const struct ticket *t, const struct doc *d,
    const uint8_t sha256[32])
{
	struct buf *b = chan_begin(&w->sequencer, R_RESULT);
	struct err e;

	pack_u64(b, t->id);
	pack_u64(b, t->nonce);
	pack_raw(b, sha256, 32);
	doc_pack(b, d);
	chan_end(&w->sequencer);
	if (chan_out_bytes(&w->sequencer) >= SEND_SIZE &&
	    chan_flush_all(&w->sequencer, &e) < 0)
		w->stop = w->orphaned = true;
}

static const char *
retry_reason(const struct err *e)
{
	switch (e->code) {
	case ERR_NOMEM:
		return "limit";
	case ERR_CANCELED:
		return "cancelled";
	case ERR_PROTO:
		return "protocol";
	default:
		return "error";
	}
}

static void
answer(struct worker *w, const struct ticket *t, struct doc *d, int result,
    const struct done *base, const struct err *e)
{
	struct done done = *base;

	if (result == HOST_RETRY || result == HOST_FATAL) {
		done.kind = e->code != ERR_FATAL ? DONE_RETRY : DONE_FATAL;
		if (w->reader.denied)
			done.kind = DONE_RETURNED;
		done.plugin = d->plugin;
		done.reason = retry_reason(e);
		done.text = e->text;
	} else if (d->verdict == DOC_CONTAINER ||
	    (w->reader.next > 0 && d->verdict == DOC_FAIL)) {
		done.kind = DONE_CONTAINER;
		done.children = w->reader.next;
		if (d->verdict == DOC_FAIL) {
			done.plugin = d->plugin;
			done.text = d->detail ? d->detail : d->reason;
		}
	} else {
		send_result(w, t, d, base->sha256);
		done.kind = DONE_RESULT;
	}
	send_done(w, &done);
}

static void
process(struct worker *w, const struct ticket *t, struct source *s,
    struct done *done)
{
	struct doc d;
	struct err e = { 0 };
	int result = HOST_DONE;

	prepare(w, &d, t, s, done->sha256);
	w->doc = &d;
	reader_init(w, t, s->fd, s->map, s->map_len);
	if (d.verdict == DOC_KEEP)
		result = host_process(w->chain[t->pipeline], &d, t->step, &e);
	done->media_type = doc_get_str(&d, "lavoir.media_type");
	if (!worker_unchanged(s->fd, t)) {
		done->kind = DONE_CHANGED;
		done->children = w->reader.next;
		send_done(w, done);
	} else {
		answer(w, t, &d, result, done, &e);
	}
	reader_fini(w);
	w->doc = NULL;
}

static void
run_ticket(struct worker *w, const struct ticket *t, int fd)
{
	struct source s;
	struct err e = { 0 };
	struct done done = { .ticket = t->id };

	atomic_store_explicit(&w->page->step, 0, memory_order_relaxed);
	atomic_store_explicit(&w->page->last, t->id, memory_order_relaxed);
	atomic_store_explicit(&w->page->ticket, t->id, memory_order_release);
	log_push("document %s", t->path ? t->path : "?");
	if (source_open(w, &s, t, fd, &e) < 0) {
		/* Read errors and files that shrank go back to waiting. */
		done.kind = DONE_CHANGED;
		done.text = e.text;
		send_done(w, &done);
	} else {
		hash_source(w, &s, done.sha256);
		if (t->kind == TICKET_HASH) {
			done.kind = worker_unchanged(s.fd, t) ? DONE_HASH
							      : DONE_CHANGED;
			send_done(w, &done);
		} else {
			process(w, t, &s, &done);
		}
	}
	source_close(&s);
	arena_reset(w->arena, ARENA_KEEP);
	log_pop();
	atomic_store_explicit(&w->page->ticket, 0, memory_order_release);
}

void
worker_return_ticket(struct worker *w, struct frame *f)
{
	struct ticket t;
	struct err e;
	struct done done = { .kind = DONE_RETURNED };

	if (ticket_unpack(&t, f->ptr, f->len, &e) < 0)
		panic("%s", e.text);
	for (unsigned i = 0; i < f->n_fds; i++)
		close(f->fd[i]);
	done.ticket = t.id;
	send_done(w, &done);
}

static void
take_frame(struct worker *w, struct frame *f)
{
	struct ticket t;
	struct err e;

	if (f->type == W_STOP) {
		w->stop = true;
	} else if (f->type == W_TICKET) {
		void *copy = xmemdup(f->ptr, f->len);

		/* A copy: a reader receives frames while it runs. */
		if (f->n_fds != 1 || ticket_unpack(&t, copy, f->len, &e) < 0 ||
		    t.pipeline >= w->config->n_pipelines)
			panic("malformed ticket");
		run_ticket(w, &t, f->fd[0]);
		close(f->fd[0]);
		free(copy);
	}
	/* A credit or a denial may come after its container's end. */
}

void
worker_run(struct worker *w, const struct worker_fds *fds)
{
	struct err e = { 0 };
	int rc;

	chan_init(&w->supervisor, fds->supervisor);
	chan_init(&w->sequencer, fds->sequencer);
	w->page = fds->page;
	w->window = fds->window;
	chan_begin(&w->supervisor, W_READY);
	chan_end(&w->supervisor);
	while (!w->stop) {
		struct frame f;

		rc = chan_next(&w->supervisor, &f, &e);
		if (rc == 1) {
			take_frame(w, &f);
			continue;
		}
		if (rc < 0)
			panic("from the supervisor: %s", e.text);
		/* Results first: "done" promises that they are under way. */
		rc = chan_flush_all(&w->sequencer, &e);
		if (rc == 0)
			rc = chan_flush_all(&w->supervisor, &e);
		if (rc == 0)
			rc = chan_fill(&w->supervisor, &e);
		if (rc < 0) {
			w->orphaned = e.code == ERR_CLOSED;
			break;
		}
		if (rc == 0)
			chan_wait(&w->supervisor, -1);
	}
	/* Nothing is done whose result was not sent. */
	if (!w->orphaned && chan_flush_all(&w->sequencer, &e) == 0)
		chan_flush_all(&w->supervisor, &e);
	w->page = &w->unshared; /* the shared one is the caller's */
}
