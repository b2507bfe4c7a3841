/* commitlog_open.c - recovery of the log: sync, evict, find the end, cut. */
#include "store/commitlog_private.h"

#include <dirent.h>
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

/* The number of "NNNNNNNN.log", or 0. */
static uint32_t
number_of(const char *name)
{
	uint32_t number = 0;

	if (strspn(name, "0123456789") != 8 || strcmp(name + 8, ".log") != 0)
		return 0;
	for (int i = 0; i < 8; i++)
		number = number * 10 + (uint32_t)(name[i] - '0');
	return number;
}

static int
compare_segment(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static void
found_name(struct commitlog *l, const char *name)
{
	size_t len = strlen(name);
	uint32_t number = number_of(name);

	if (number > 0) {
		l->segment =
		    xrealloc(l->segment, l->n_segments + 1, sizeof *l->segment);
		memset(&l->segment[l->n_segments], 0, sizeof *l->segment);
		l->segment[l->n_segments++].number = number;
	} else if (!l->readonly && len > 4 &&
	    strcmp(name + len - 4, ".new") == 0) {
		/* Never used: renamed before its first use. */
		unlinkat(l->dirfd, name, 0);
	}
}

static int
list_segments(struct commitlog *l, struct err *e)
{
	struct dirent *d;
	DIR *dir = NULL;
	int fd = openat(l->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		dir = fdopendir(fd);
	if (dir == NULL) {
		fs_close(&fd);
		return err_sys(e, "read the log's folder");
	}
	while ((errno = 0, d = readdir(dir)) != NULL)
		found_name(l, d->d_name);
	if (errno != 0) {
		err_sys(e, "read the log's folder");
		closedir(dir);
		return e->code;
	}
	closedir(dir);
	if (l->n_segments > 1)
		qsort(l->segment, l->n_segments, sizeof *l->segment,
		    compare_segment);
	for (size_t i = 1; i < l->n_segments; i++)
		if (l->segment[i].number != l->segment[i - 1].number + 1)
			return err_set(e, ERR_CORRUPT,
			    "%08" PRIu32 ".log is missing",
			    l->segment[i - 1].number + 1);
	return 0;
}

/* What a dead process wrote and did not sync may be in the cache only, and an
 * earlier failed sync may have left clean pages that are not on the device. */
static int
sync_and_evict(const struct commitlog *l, size_t i, struct err *e)
{
	char name[SEGMENT_NAME_SIZE];
	int fd, rc = 0;

	commitlog_segment_name(name, l->segment[i].number);
	fd = openat(l->dirfd, name, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, "open %s", name);
	if (fdatasync(fd) < 0)
		rc = err_sys(e, "sync %s", name);
	else
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
	return rc;
}

static void
parse_start(struct segment *g, const uint8_t *head, size_t len)
{
	struct unpack u;

	unpack_init(&u, head, len);
	unpack_u64(&u); /* magic, length */
	g->start = unpack_u64(&u);
	g->chain = unpack_u64(&u);
}

/* The first record of a segment says where it begins and what came before; its
 * own checksum makes that trustworthy. */
static int
read_start(struct commitlog *l, size_t i, struct err *e)
{
	uint8_t head[RECORD_HEADER];
	struct segment *g = &l->segment[i];
	struct commitlog_record r;
	struct scan s;
	size_t got;
	int rc;

	rc = commitlog_scan_open(&s, l, i, e);
	if (rc < 0)
		return rc;
	rc = fs_pread_full(s.fd, head, sizeof head, 0, &got, e);
	if (rc < 0)
		goto out;
	parse_start(g, head, got);
	s.start = g->start;
	s.chain = g->chain;
	rc = commitlog_scan_next(&s, &r, e);
	if (rc == 0)
		err_set(e, ERR_CORRUPT,
		    "%08" PRIu32 ".log: offset 0: checkpoint is broken: %s",
		    g->number, s.why);
	if (rc != 1)
		goto out;
	l->body = r.end;
	e->code = 0;
out:
	commitlog_scan_close(&s);
	return e->code;
}

/* Walk the newest segment to where its records end. */
static int
find_end(struct commitlog *l, uint64_t *junk_end_r, struct err *e)
{
	size_t last = l->n_segments - 1;
	struct commitlog_record r;
	uint64_t valid = 0;
	struct scan s;
	int rc;

	rc = commitlog_scan_open(&s, l, last, e);
	if (rc < 0)
		return rc;
	while ((rc = commitlog_scan_next(&s, &r, e)) == 1)
		;
	if (rc == 0)
		rc = commitlog_scan_behind(&s, &valid, junk_end_r, e);
	if (rc == 0 && valid > 0)
		rc = err_set(e, ERR_CORRUPT,
		    "%08" PRIu32 ".log: offset %" PRIu64
		    ": %s, and a valid record follows at %" PRIu64,
		    l->segment[last].number, s.offset, s.why, valid);
	l->end = s.start + s.offset;
	l->chain = s.chain;
	l->zeroed = s.offset;
	commitlog_scan_close(&s);
	return rc;
}

int
commitlog_cut(struct commitlog *l, struct err *e)
{
	static const uint8_t zeros[65536];
	uint64_t at = l->zeroed, n;
	int rc;

	if (l->junk_end <= at)
		return 0;
	log_warn("log %08" PRIu32 ".log: %" PRIu64
		 " bytes of a commit that did not come about are cut off",
	    l->segment[l->n_segments - 1].number, l->junk_end - at);
	for (; at < l->junk_end; at += n) {
		n = l->junk_end - at;
		if (n > sizeof zeros)
			n = sizeof zeros;
		rc = fs_pwrite_full(l->fd, zeros, n, at, e);
		if (rc < 0)
			return err_wrap(e, "cut the log's tail");
	}
	if (fdatasync(l->fd) < 0)
		return err_sys(e, "sync the cut log");
	l->junk_end = 0;
	return 0;
}

static int
open_newest(struct commitlog *l, uint64_t *cut_r, struct err *e)
{
	char name[SEGMENT_NAME_SIZE];
	int rc = find_end(l, &l->junk_end, e);

	if (rc < 0)
		return rc;
	if (cut_r != NULL)
		*cut_r = l->junk_end > l->zeroed ? l->junk_end - l->zeroed : 0;
	if (l->readonly)
		return 0;
	commitlog_segment_name(name, l->segment[l->n_segments - 1].number);
	l->fd = openat(l->dirfd, name, O_RDWR | O_CLOEXEC);
	if (l->fd < 0)
		return err_sys(e, "open %s", name);
	return 0;
}

static int
recover(struct commitlog *l, uint64_t *cut_r, struct err *e)
{
	size_t i;
	int rc = list_segments(l, e);

	for (i = 0;
	     rc == 0 && !l->readonly && !BUG(trust_cache) && i < l->n_segments;
	     i++)
		rc = sync_and_evict(l, i, e);
	for (i = 0; rc == 0 && i < l->n_segments; i++)
		rc = read_start(l, i, e);
	if (rc == 0 && l->n_segments > 0)
		rc = open_newest(l, cut_r, e);
	return rc;
}

static int
open_log(struct commitlog **l_r, struct commitlog *l, uint64_t *cut_r,
    struct err *e)
{
	int rc = recover(l, cut_r, e);

	if (rc < 0) {
		commitlog_free(&l);
		return err_wrap(e, "log");
	}
	*l_r = l;
	return 0;
}

static struct commitlog *
new_log(int dirfd, uint64_t segment_size, bool readonly)
{
	struct commitlog *l = xcalloc(1, sizeof *l);

	l->dirfd = dirfd;
	l->segment_size = segment_size;
	l->fd = -1;
	l->readonly = readonly;
	return l;
}

int
commitlog_open(struct commitlog **l_r, int dirfd, uint64_t segment_size,
    struct err *e)
{
	return open_log(l_r, new_log(dirfd, segment_size, false), NULL, e);
}

int
commitlog_open_readonly(struct commitlog **l_r, int dirfd, uint64_t *cut_r,
    struct err *e)
{
	*cut_r = 0;
	return open_log(l_r, new_log(dirfd, 0, true), cut_r, e);
}
