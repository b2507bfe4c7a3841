/* series_row.c - one row of shards: append, sync, finish, commit. */
#include "store/series_row.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/series_file.h"
#include "store/series_name.h"

struct row *
row_new(struct row_env *env, const char *partition)
{
	struct row *r = xcalloc(1, sizeof *r);

	list_init(&r->link);
	list_init(&r->awake);
	list_init(&r->frames);
	list_init(&r->gone);
	r->env = env;
	r->partition = xstrdup(partition);
	r->dirfd = -1;
	r->fd = -1;
	return r;
}

void
row_free(struct row **rp)
{
	struct row *r = *rp;

	if (!r)
		return;
	row_drop_frames(r);
	row_sleep(r);
	list_remove(&r->link);
	buf_fini(&r->staged);
	free(r->partition);
	free(r);
	*rp = NULL;
}

struct frame *
row_open_frame(const struct row *r)
{
	if (list_empty(&r->frames))
		return NULL;
	struct frame *f = container_of(r->frames.prev, struct frame, link);
	return f->state == FRAME_OPEN ? f : NULL;
}

/* The first plain byte that is not in the shard. */
static uint64_t
row_tail(const struct row *r)
{
	if (r->now.codec == SERIES_PLAIN)
		return r->now.length;
	list_each (i, &r->frames) {
		struct frame *f = container_of(i, struct frame, link);
		if (f->state != FRAME_WRITTEN)
			return f->start;
	}
	return r->now.plain;
}

static bool
row_full(const struct row *r)
{
	return r->now.file_size_max && r->now.plain >= r->now.file_size_max;
}

bool
row_must_close_frame(const struct row *r, const struct frame *f)
{
	return f->len >= SERIES_FRAME_SIZE || row_full(r);
}

int
row_press(struct row *r, struct frame *f, struct err *e)
{
	if (press_submit(r->env->press, f, e) < 0)
		return e->code;
	f->state = FRAME_PRESSED;
	return 0;
}

/* Bytes to where they go: the shard, or the open frame's tail. */
static int
row_write(struct row *r, const void *ptr, size_t len, uint64_t staged_after,
    struct err *e)
{
	if (r->now.codec == SERIES_PLAIN) {
		if (fs_pwrite_full(r->fd, ptr, len, r->now.length, e) < 0)
			return row_wrap(r, "shard", e);
		r->now.length += len;
		r->stored += len;
		r->shard_dirty = true;
		return 0;
	}
	struct frame *f = row_open_frame(r);
	ensure(f && f->len >= len + staged_after);
	if (f->fd < 0 && row_create_tail(r, f, e) < 0)
		return e->code;
	f->dirty = true;
	if (fs_pwrite_full(f->fd, ptr, len, f->len - len - staged_after, e) < 0)
		return row_wrap(r, "tail", e);
	return 0;
}

int
row_flush(struct row *r, struct err *e)
{
	if (r->staged.len == 0)
		return 0;
	if (row_wake(r, e) < 0 ||
	    row_write(r, r->staged.ptr, r->staged.len, 0, e) < 0)
		return e->code;
	buf_reset(&r->staged, SERIES_FRAME_SIZE);
	return 0;
}

/* Frames that are through, in order, to the shard. wait: all of them. */
static int
row_write_frames(struct row *r, bool wait, struct err *e)
{
	list_each (i, &r->frames) {
		struct frame *f = container_of(i, struct frame, link);
		if (f->state == FRAME_WRITTEN)
			continue;
		if (f->state == FRAME_OPEN)
			break;
		if (wait)
			press_wait(r->env->press, f);
		else if (!press_done(r->env->press, f))
			break;
		if (row_write_frame(r, f, e) < 0)
			return e->code;
		f->state = FRAME_WRITTEN;
		if (BUG(tail_early) && row_unlink_tail(r, f, e) < 0)
			return e->code;
		/* The shard is synced before anything relies on it: the tail
		 * need not be. */
		f->dirty = false;
		fs_close(&f->fd);
	}
	return 0;
}

/* The open frame becomes a whole one. */
static int
row_close_frame(struct row *r, struct err *e)
{
	struct frame *f = row_open_frame(r);

	if (!f)
		return 0;
	if (row_flush(r, e) < 0 || row_press(r, f, e) < 0)
		return e->code;
	return row_write_frames(r, false, e);
}

/* Bring the open shard to its end and close it.  Its frames must all be there,
 * since the next state names another shard. */
static int
row_finish(struct row *r, struct err *e)
{
	if (row_wake(r, e) < 0 || row_flush(r, e) < 0)
		return e->code;
	if (row_close_frame(r, e) < 0 || row_write_frames(r, true, e) < 0)
		return e->code;
	if (row_drop_provisional(r, e) < 0)
		return e->code;
	if (r->shard_dirty && row_fdatasync(r, r->fd, "shard", e) < 0)
		return e->code;
	r->shard_dirty = false;
	while (!list_empty(&r->frames)) {
		struct list *i = r->frames.next;
		list_remove(i);
		list_append(&r->gone, i);
	}
	fs_close(&r->fd);
	return 0;
}

static int
row_put(struct row *r, const void *ptr, size_t len, struct err *e)
{
	struct frame *f = NULL;

	if (r->now.codec != SERIES_PLAIN) {
		f = row_open_frame(r);
		if (!f) {
			f = frame_new(r->now.file, r->now.codec, r->now.level,
			    r->now.plain);
			list_append(&r->frames, &f->link);
		}
		f->len += len;
	}
	r->now.plain += len;
	r->plain += len;
	if (len < SERIES_FRAME_SIZE) {
		buf_append(&r->staged, ptr, len);
		return 0;
	}
	/* Large ones need not be copied. */
	if (r->staged.len > 0) {
		if (row_write(r, r->staged.ptr, r->staged.len, len, e) < 0)
			return e->code;
		buf_reset(&r->staged, SERIES_FRAME_SIZE);
	}
	return row_write(r, ptr, len, 0, e);
}

static int
row_begin(struct row *r, struct err *e)
{
	const struct series_params *p = &r->env->params;

	r->now.file++;
	r->now.codec = p->codec;
	r->now.level = p->level;
	r->now.file_size_max = p->file_size_max;
	r->now.length = 0;
	r->now.plain = 0;
	r->provisional = false;
	r->provisional_plain = 0;
	if (row_create_shard(r, e) < 0)
		return e->code;
	if (!r->fresh)
		r->fresh = r->now.file;
	return p->header_len ? row_put(r, p->header, p->header_len, e) : 0;
}

static bool
row_differs(const struct row *r)
{
	const struct series_params *p = &r->env->params;

	return r->now.codec != p->codec || r->now.level != p->level ||
	    r->now.file_size_max != p->file_size_max;
}

int
row_append(struct row *r, const void *ptr, size_t len, struct err *e)
{
	if (row_wake(r, e) < 0)
		return e->code;
	if (r->now.file && (row_full(r) || row_differs(r)) &&
	    row_finish(r, e) < 0)
		return e->code;
	if (r->fd < 0 && row_begin(r, e) < 0)
		return e->code;
	if (row_put(r, ptr, len, e) < 0)
		return e->code;
	struct frame *f = row_open_frame(r);
	return f && row_must_close_frame(r, f) ? row_close_frame(r, e) : 0;
}

int
row_sync(struct row *r, struct err *e)
{
	if (row_flush(r, e) < 0 || row_write_frames(r, false, e) < 0)
		return e->code;
	list_each (i, &r->frames) {
		struct frame *f = container_of(i, struct frame, link);
		if (f->dirty && row_fdatasync(r, f->fd, "tail", e) < 0)
			return e->code;
		f->dirty = false;
	}
	if (r->shard_dirty && row_fdatasync(r, r->fd, "shard", e) < 0)
		return e->code;
	r->shard_dirty = false;
	if (r->folder_dirty && row_sync_folder(r, e) < 0)
		return e->code;
	r->folder_dirty = false;
	r->synced = r->now;
	r->synced.tail = row_tail(r);
	r->synced.partition = r->partition;
	return 0;
}

static bool
row_same(const struct series_state *a, const struct series_state *b)
{
	return a->file == b->file && a->length == b->length &&
	    a->plain == b->plain && a->tail == b->tail;
}

bool
row_changed(const struct row *r)
{
	return !row_same(&r->synced, &r->committed);
}

struct series_state
row_give(struct row *r)
{
	r->given = r->synced;
	r->given_stored = r->stored;
	r->given_plain = r->plain;
	return r->given;
}

/* Frames that the committed state has in the shard need no tail. */
static int
row_unlink_tails(struct row *r, struct list *frames, struct err *e)
{
	for (struct list *i = frames->next, *next; i != frames; i = next) {
		struct frame *f = container_of(i, struct frame, link);
		next = i->next;
		bool over = f->file < r->committed.file ||
		    (f->file == r->committed.file &&
			f->start + f->len <= r->committed.tail);
		if (!over || f->state != FRAME_WRITTEN)
			continue;
		if (row_unlink_tail(r, f, e) < 0)
			return e->code;
		frame_free(&f);
	}
	return 0;
}

int
row_committed(struct row *r, struct err *e)
{
	if (row_same(&r->given, &r->committed))
		return 0;
	r->committed = r->given;
	r->committed_stored = r->given_stored;
	r->committed_plain = r->given_plain;
	if (row_wake(r, e) < 0)
		return e->code;
	for (; r->fresh && r->fresh <= r->committed.file; r->fresh++)
		if (row_reveal_shard(r, r->fresh, r->committed.codec, e) < 0)
			return e->code;
	if (r->fresh > r->now.file)
		r->fresh = 0;
	if (row_unlink_tails(r, &r->gone, e) < 0)
		return e->code;
	return row_unlink_tails(r, &r->frames, e);
}

static bool
row_uncommitted(const struct row *r)
{
	return r->now.file != r->committed.file ||
	    r->now.plain != r->committed.plain;
}

bool
row_settled(const struct row *r)
{
	if (row_uncommitted(r) || row_changed(r) || r->shard_dirty ||
	    !list_empty(&r->gone))
		return false;
	struct frame *f = row_open_frame(r);
	if (f ? r->provisional_plain != r->now.plain : !list_empty(&r->frames))
		return false;
	return list_empty(&r->frames) || r->frames.next == r->frames.prev;
}

int
row_idle(struct row *r, struct err *e)
{
	if (r->now.codec == SERIES_PLAIN || row_uncommitted(r) || r->fresh)
		return 0;
	if (row_wake(r, e) < 0 || row_write_frames(r, true, e) < 0)
		goto fail;
	struct frame *f = row_open_frame(r);
	if (f && r->provisional_plain != r->now.plain &&
	    row_write_provisional(r, f, e) < 0)
		goto fail;
	return row_sync(r, e);
fail:
	if (e->code != ERR_NOSPACE)
		return e->code;
	/* Nothing that counts was lost; readers wait a little longer. */
	struct err again;
	r->provisional = true;
	r->provisional_plain = 0;
	return row_drop_provisional(r, &again) < 0 ? again.code : e->code;
}
