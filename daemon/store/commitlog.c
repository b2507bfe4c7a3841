/* commitlog.c - appending to the log, new segments, removal of old ones. */
#include "store/commitlog.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/xalloc.h"
#include "store/commitlog_private.h"

enum {
	/* Zeros written ahead: syncing an overwrite is cheaper than syncing
	 * blocks that were allocated but never written. */
	ZERO_STEP = 1 << 20,
	OUT_KEEP = 4 << 20,
};

void
commitlog_free(struct commitlog **l)
{
	if (*l == NULL)
		return;
	fs_close(&(*l)->fd);
	buf_fini(&(*l)->out);
	free((*l)->segment);
	free(*l);
	*l = NULL;
}

bool
commitlog_empty(const struct commitlog *l)
{
	return l->n_segments == 0;
}

uint64_t
commitlog_first(const struct commitlog *l)
{
	return l->n_segments > 0 ? l->segment[0].start : 0;
}

uint64_t
commitlog_end(const struct commitlog *l)
{
	return l->end;
}

uint64_t
commitlog_newest(const struct commitlog *l)
{
	return l->n_segments > 0 ? l->segment[l->n_segments - 1].start : 0;
}

size_t
commitlog_segments(const struct commitlog *l)
{
	return l->n_segments;
}

struct buf *
commitlog_payload(struct commitlog *l)
{
	static const uint8_t room[RECORD_HEADER];

	buf_reset(&l->out, OUT_KEEP);
	buf_append(&l->out, room, sizeof room);
	return &l->out;
}

size_t
commitlog_payload_len(const struct commitlog *l)
{
	return l->out.len - RECORD_HEADER;
}

const void *
commitlog_payload_ptr(const struct commitlog *l)
{
	return l->out.ptr + RECORD_HEADER;
}

bool
commitlog_full(const struct commitlog *l)
{
	return l->end > l->body &&
	    l->end - l->body + l->out.len > l->segment_size;
}

/* Fill in the header of the record in l->out; returns its checksum. */
static uint64_t
seal(struct commitlog *l)
{
	uint8_t *header = l->out.ptr;
	size_t len = l->out.len - RECORD_HEADER;
	struct buf b = { 0 };
	uint64_t sum;

	ensure(l->out.len >= RECORD_HEADER && len <= RECORD_MAX);
	pack_u32(&b, RECORD_MAGIC);
	pack_u32(&b, (uint32_t)len);
	pack_u64(&b, l->end);
	pack_u64(&b, l->chain);
	memcpy(header, b.ptr, b.len);
	sum = commitlog_checksum(l->chain, header, header + RECORD_HEADER, len);
	pack_u64(&b, sum);
	ensure(b.len == RECORD_HEADER);
	memcpy(header, b.ptr, b.len);
	buf_fini(&b);
	return sum;
}

static int
usable(const struct commitlog *l, struct err *e)
{
	ensure(!l->readonly && l->junk_end <= l->zeroed);
	if (l->broken)
		return err_set(e, ERR_IO,
		    "log cannot be written after an earlier failure");
	return 0;
}

/* Best effort: without it syncs cost more, and nothing else. */
static void
zero_ahead(int fd, uint64_t from)
{
	static const uint8_t zeros[65536];
	uint64_t end = (from / ZERO_STEP + 1) * ZERO_STEP, n;
	struct err ignored;

	for (; from < end; from += n) {
		n = end - from;
		if (n > sizeof zeros)
			n = sizeof zeros;
		if (fs_pwrite_full(fd, zeros, n, from, &ignored) < 0)
			return;
	}
}

/* The record at offset was not appended.  Only when it is durably gone may the
 * caller take back what belongs to it. */
static int
undo_append(struct commitlog *l, uint64_t offset, struct err *e)
{
	struct err cut;

	if (e->code != ERR_NOSPACE) {
		l->broken = true;
		return e->code;
	}
	l->zeroed = offset;
	if (ftruncate(l->fd, (off_t)offset) == 0 && fdatasync(l->fd) == 0)
		return ERR_NOSPACE;
	l->broken = true;
	err_sys(&cut, "cut the log");
	return err_set(e, ERR_IO, "%.200s, after: %.200s", cut.text, e->text);
}

int
commitlog_append(struct commitlog *l, uint64_t *position_r, struct err *e)
{
	uint64_t offset, sum;
	int rc = usable(l, e);

	if (rc < 0)
		return rc;
	ensure(l->n_segments > 0);
	sum = seal(l);
	offset = l->end - commitlog_newest(l);
	if (offset + l->out.len > l->zeroed) {
		zero_ahead(l->fd, offset + l->out.len);
		l->zeroed = ((offset + l->out.len) / ZERO_STEP + 1) * ZERO_STEP;
	}
	rc = fs_pwrite_full(l->fd, l->out.ptr, l->out.len, offset, e);
	if (rc == 0 && !BUG(no_log_sync) && fdatasync(l->fd) < 0) {
		err_sys(e, "sync");
		rc = e->code = ERR_IO; /* never tried again */
	}
	if (rc < 0) {
		undo_append(l, offset, e);
		return err_wrap(e, "log");
	}
	if (position_r != NULL)
		*position_r = l->end;
	l->end += l->out.len;
	l->chain = sum;
	return 0;
}

/* Write the checkpoint in l->out into a new file of that name, durably. */
static int
write_segment(struct commitlog *l, const char *name, int *fd_r, struct err *e)
{
	int fd, rc;

	unlinkat(l->dirfd, name, 0);
	fd =
	    openat(l->dirfd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, "create %s", name);
	/* Reserve the blocks; not every file system can. */
	if (fallocate(fd, 0, 0, (off_t)(l->segment_size + l->out.len)) < 0 &&
	    (errno == ENOSPC || errno == EDQUOT)) {
		rc = err_sys(e, "reserve %s", name);
		close(fd);
		return rc;
	}
	zero_ahead(fd, l->out.len);
	rc = fs_pwrite_full(fd, l->out.ptr, l->out.len, 0, e);
	if (rc == 0 && fsync(fd) < 0)
		rc = err_sys(e, "sync %s", name);
	if (rc < 0) {
		/* A name that is not used: nothing hangs on it. */
		l->broken = rc != ERR_NOSPACE;
		close(fd);
		return rc;
	}
	*fd_r = fd;
	return 0;
}

static int
publish_segment(struct commitlog *l, const char *from, const char *to,
    struct err *e)
{
	if (renameat(l->dirfd, from, l->dirfd, to) < 0)
		return err_sys(e, "rename %s", from);
	/* Renamed and not known to be durable: neither segment may go on. */
	if (fs_sync_dir(l->dirfd, "log", e) < 0) {
		l->broken = true;
		return err_set(e, ERR_IO, "new segment: %.300s", e->text);
	}
	return 0;
}

/* The old segment's reserve goes back to the file system; its records were
 * synced one by one. */
static void
leave_segment(struct commitlog *l)
{
	uint64_t used = l->end - commitlog_newest(l);

	if (l->fd >= 0 && ftruncate(l->fd, (off_t)used) < 0)
		log_debug("log: cannot truncate a full segment: %s",
		    strerror(errno));
	fs_close(&l->fd);
}

int
commitlog_switch(struct commitlog *l, struct err *e)
{
	uint32_t number =
	    l->n_segments > 0 ? l->segment[l->n_segments - 1].number + 1 : 1;
	char name[SEGMENT_NAME_SIZE], temporary[SEGMENT_NAME_SIZE + 4];
	uint64_t sum;
	int fd = -1, rc = usable(l, e);

	if (rc < 0)
		return rc;
	sum = seal(l);
	commitlog_segment_name(name, number);
	snprintf(temporary, sizeof temporary, "%s.new", name);
	rc = write_segment(l, temporary, &fd, e);
	if (rc == 0)
		rc = publish_segment(l, temporary, name, e);
	if (rc < 0) {
		unlinkat(l->dirfd, temporary, 0);
		fs_close(&fd);
		return err_wrap(e, "log");
	}
	leave_segment(l);
	l->segment =
	    xrealloc(l->segment, l->n_segments + 1, sizeof *l->segment);
	l->segment[l->n_segments++] =
	    (struct segment){ number, l->end, l->chain };
	l->fd = fd;
	l->end += l->out.len;
	l->body = l->end;
	l->chain = sum;
	l->zeroed = (l->out.len / ZERO_STEP + 1) * ZERO_STEP;
	return 0;
}

bool
commitlog_removable(const struct commitlog *l, uint64_t position)
{
	return l->n_segments > 1 && l->segment[1].start <= position;
}

int
commitlog_remove_before(struct commitlog *l, uint64_t position, struct err *e)
{
	char name[SEGMENT_NAME_SIZE];
	int rc;

	while (commitlog_removable(l, position)) {
		commitlog_segment_name(name, l->segment[0].number);
		if (unlinkat(l->dirfd, name, 0) < 0 && errno != ENOENT)
			return err_sys(e, "remove %s", name);
		/* One by one, oldest first: a cut leaves no gap. */
		rc = fs_sync_dir(l->dirfd, "log", e);
		if (rc < 0)
			return rc;
		memmove(l->segment, l->segment + 1,
		    --l->n_segments * sizeof *l->segment);
	}
	return 0;
}
