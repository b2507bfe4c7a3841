/* series_load.c - bring a row of shards to a committed state: at open, and back
 * to it after a failure.  Needs no space. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/codec.h"
#include "store/series_file.h"
#include "store/series_name.h"
#include "store/series_row.h"

/* What lies in the folder; read whole before anything is changed. */
struct listing {
	struct series_name *name;
	size_t n, cap;
};

static void
listing_add(struct listing *l, const struct series_name *n)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 16;
		l->name = xrealloc(l->name, l->cap, sizeof *l->name);
	}
	l->name[l->n++] = *n;
}

static int
load_list(struct row *r, struct listing *l, struct err *e)
{
	int fd = openat(r->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		(void)err_sys(e, "open");
		fs_close(&fd);
		return row_wrap(r, "folder", e);
	}
	for (;;) {
		struct series_name n;
		errno = 0;
		struct dirent *d = readdir(dir);
		if (!d)
			break;
		if (series_name_parse(&n, d->d_name, r->env->params.suffix))
			listing_add(l, &n);
	}
	int rc = errno ? err_sys(e, "read") : 0;
	(void)closedir(dir);
	return rc < 0 ? row_wrap(r, "folder", e) : 0;
}

static int
load_unlink(struct row *r, const struct series_name *n, struct err *e)
{
	char name[SERIES_NAME_SIZE];

	series_name_format(name, n, r->env->params.suffix);
	if (unlinkat(r->dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	(void)err_sys(e, "unlink");
	return row_wrap(r, name, e);
}

/* Give committed shards their names, remove what no commit names, and leave the
 * tails that are needed in the listing. */
static int
load_settle(struct row *r, struct listing *l, const struct series_state *st,
    struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct series_name n = l->name[i];
		int rc = 0;
		if (n.kind == SERIES_SHARD && n.file > st->file) {
			char name[SERIES_NAME_SIZE];
			series_name_format(name, &n, r->env->params.suffix);
			(void)err_set(e, ERR_CONFIG,
			    "there already, and not in the log: move it away");
			return row_wrap(r, name, e);
		}
		if (n.kind == SERIES_NEW)
			rc = n.file > st->file
			    ? load_unlink(r, &n, e)
			    : row_reveal_shard(r, n.file, n.codec, e);
		if (n.kind == SERIES_TAIL) {
			if (n.file == st->file && n.codec == st->codec &&
			    n.offset >= st->tail && n.offset < st->plain)
				l->name[kept++] = n;
			else
				rc = load_unlink(r, &n, e);
		}
		if (rc < 0)
			return rc;
	}
	l->n = kept;
	return 0;
}

/* Open, and cut to len; shorter is a loss that nothing here can mend. */
static int
load_file(struct row *r, const struct series_name *n, uint64_t len, bool evict,
    struct err *e)
{
	char name[SERIES_NAME_SIZE];
	struct stat st;
	int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC;

	series_name_format(name, n, r->env->params.suffix);
	int fd = openat(r->dirfd, name, len ? flags : flags | O_CREAT, 0644);
	if (fd < 0) {
		int missing = errno == ENOENT;
		(void)err_sys(e, "open");
		if (missing)
			e->code = ERR_CORRUPT;
		goto out;
	}
	/* The cache may hold what the device refused: see it off, then look. */
	evict = evict && !BUG(trust_cache);
	if (evict && fdatasync(fd) < 0) {
		(void)err_sys(e, "fdatasync");
		e->code = ERR_IO;
		goto out;
	}
	if (evict)
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (fstat(fd, &st) < 0) {
		(void)err_sys(e, "stat");
		goto out;
	}
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size < len) {
		(void)err_set(e, ERR_CORRUPT,
		    "%" PRIu64 " bytes are committed, %" PRIu64 " are there",
		    len, (uint64_t)st.st_size);
		goto out;
	}
	if ((uint64_t)st.st_size > len && !BUG(no_truncate) &&
	    ftruncate(fd, (off_t)len) < 0) {
		(void)err_sys(e, "truncate");
		goto out;
	}
	return fd;
out:
	fs_close(&fd);
	return row_wrap(r, name, e);
}

static int
load_compare(const void *a, const void *b)
{
	const struct series_name *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Tails form a chain from the first byte outside whole frames to the last
 * committed one; each but the last is a whole frame waiting for the press. */
static int
load_tails(struct row *r, struct listing *l, bool evict, struct err *e)
{
	uint64_t at = r->committed.tail;

	if (l->n > 1)
		qsort(l->name, l->n, sizeof *l->name, load_compare);
	for (size_t i = 0; i < l->n; i++) {
		const struct series_name *n = &l->name[i];
		bool last = i + 1 == l->n;
		if (n->offset != at)
			break;
		at = last ? r->committed.plain : l->name[i + 1].offset;
		struct frame *f =
		    frame_new(n->file, n->codec, r->committed.level, n->offset);
		list_append(&r->frames, &f->link);
		f->len = at - n->offset;
		f->fd = load_file(r, n, f->len, evict, e);
		if (f->fd < 0)
			return e->code;
		if ((!last || row_must_close_frame(r, f)) &&
		    row_press(r, f, e) < 0)
			return e->code;
	}
	if (at == r->committed.plain)
		return 0;
	(void)err_set(e, ERR_CORRUPT, "tail from byte %" PRIu64 " is missing",
	    at);
	return row_wrap(r, "shard", e);
}

static int
load_check(const struct row *r, const struct series_state *st, struct err *e)
{
	if (st->file == 0)
		return 0;
	bool good = codec_extension(st->codec) && st->tail <= st->plain;
	if (st->codec == SERIES_PLAIN)
		good = good && st->length == st->plain && st->tail == st->plain;
	if (good && codec_check(st->codec, st->level, e) == 0)
		return 0;
	(void)err_set(e, ERR_CORRUPT, "committed state makes no sense");
	return row_wrap(r, "shard", e);
}

static int
load_files(struct row *r, struct listing *l, bool evict, struct err *e)
{
	const struct series_state *st = &r->committed;
	struct series_name n = { .kind = SERIES_SHARD,
		.file = st->file,
		.codec = st->codec };

	if (row_wake(r, e) < 0 || load_list(r, l, e) < 0 ||
	    load_settle(r, l, st, e) < 0)
		return e->code;
	r->now = *st;
	if (!st->file)
		return 0;
	r->fd = load_file(r, &n, st->length, evict, e);
	if (r->fd < 0)
		return e->code;
	return load_tails(r, l, evict, e);
}

int
row_load(struct row *r, const struct series_state *state, bool evict,
    struct err *e)
{
	struct listing l = { 0 };
	struct series_state st = *state;

	st.partition = r->partition;
	if (load_check(r, &st, e) < 0)
		return e->code;
	row_drop_frames(r);
	row_sleep(r);
	buf_reset(&r->staged, 0);
	r->now = (struct series_state){ .partition = r->partition };
	r->synced = r->given = r->committed = st;
	r->stored = r->given_stored = r->committed_stored;
	r->plain = r->given_plain = r->committed_plain;
	r->fresh = 0;
	r->shard_dirty = r->folder_dirty = false;
	r->provisional = false;
	r->provisional_plain = 0;
	int rc = load_files(r, &l, evict, e);
	free(l.name);
	return rc;
}
