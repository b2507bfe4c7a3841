/* commitlog_scan.c - records read back from segments, and recovery of the last.
 */
#include "store/commitlog_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/xalloc.h"

enum { WINDOW = 1 << 20, NUMBER_MAX = 99999999 };

void
commitlog_segment_name(char dst[SEGMENT_NAME_SIZE], uint32_t number)
{
	snprintf(dst, SEGMENT_NAME_SIZE, "%08" PRIu32 ".log", number);
}

uint64_t
commitlog_checksum(uint64_t chain, const void *header, const void *payload,
    size_t len)
{
	uint64_t h = hash_chain(chain, header, RECORD_HEADER - 8);

	return hash_chain(h, payload, len);
}

/* ---- reading one segment ---- */

int
commitlog_scan_open(struct scan *s, const struct commitlog *l, size_t segment,
    struct err *e)
{
	char name[SEGMENT_NAME_SIZE];
	struct stat st;

	memset(s, 0, sizeof *s);
	commitlog_segment_name(name, l->segment[segment].number);
	s->fd = openat(l->dirfd, name, O_RDONLY | O_CLOEXEC);
	if (s->fd < 0)
		return err_sys(e, "open %s", name);
	if (fstat(s->fd, &st) < 0) {
		err_sys(e, "stat %s", name);
		commitlog_scan_close(s);
		return e->code;
	}
	s->size = (uint64_t)st.st_size;
	s->start = l->segment[segment].start;
	s->chain = l->segment[segment].chain;
	return 0;
}

void
commitlog_scan_close(struct scan *s)
{
	fs_close(&s->fd);
	free(s->window);
	s->window = NULL;
}

/* Bytes at offset, fewer at the end of the file: *got_r says how many. */
static int
scan_bytes(struct scan *s, uint64_t offset, size_t len, const uint8_t **ptr_r,
    size_t *got_r, struct err *e)
{
	size_t want = len > WINDOW ? len : WINDOW;
	int rc;

	if (offset < s->window_at ||
	    offset + len > s->window_at + s->window_len) {
		if (s->window_cap < want) {
			s->window = xrealloc(s->window, want, 1);
			s->window_cap = want;
		}
		rc = fs_pread_full(s->fd, s->window, want, offset,
		    &s->window_len, e);
		if (rc < 0)
			return rc;
		s->window_at = offset;
	}
	*ptr_r = s->window + (offset - s->window_at);
	*got_r = s->window_at + s->window_len - offset;
	if (*got_r > len)
		*got_r = len;
	return 0;
}

struct header {
	uint32_t magic, length;
	uint64_t position, chain, checksum;
};

static void
header_read(struct header *h, const uint8_t *ptr)
{
	struct unpack u;

	unpack_init(&u, ptr, RECORD_HEADER);
	h->magic = unpack_u32(&u);
	h->length = unpack_u32(&u);
	h->position = unpack_u64(&u);
	h->chain = unpack_u64(&u);
	h->checksum = unpack_u64(&u);
}

/* Is there a record at offset that agrees with itself?  1, 0, or an error. */
static int
scan_record(struct scan *s, uint64_t offset, struct header *h,
    const uint8_t **payload_r, struct err *e)
{
	const uint8_t *ptr;
	size_t got;
	int rc = scan_bytes(s, offset, RECORD_HEADER, &ptr, &got, e);

	if (rc < 0)
		return rc;
	s->why = "no record header";
	if (got < RECORD_HEADER)
		return 0;
	header_read(h, ptr);
	if (h->magic != RECORD_MAGIC)
		return 0;
	s->why = "position of another place";
	if (h->position != s->start + offset)
		return 0;
	s->why = "record is cut short";
	if (h->length > RECORD_MAX ||
	    h->length > s->size - offset - RECORD_HEADER)
		return 0;
	rc = scan_bytes(s, offset, RECORD_HEADER + (size_t)h->length, &ptr,
	    &got, e);
	if (rc < 0)
		return rc;
	if (got < RECORD_HEADER + (size_t)h->length)
		return 0;
	s->why = "checksum is wrong";
	*payload_r = ptr + RECORD_HEADER;
	return commitlog_checksum(h->chain, ptr, *payload_r, h->length) ==
	    h->checksum;
}

int
commitlog_scan_next(struct scan *s, struct commitlog_record *r, struct err *e)
{
	const uint8_t *payload = NULL;
	struct header h;
	int rc = scan_record(s, s->offset, &h, &payload, e);

	if (rc != 1)
		return rc;
	s->why = "record does not follow the one before";
	if (!s->any_chain && h.chain != s->chain)
		return 0;
	r->position = h.position;
	r->payload = payload;
	r->len = h.length;
	r->end = h.position + RECORD_HEADER + h.length;
	r->checkpoint = s->offset == 0;
	s->any_chain = false;
	s->chain = h.checksum;
	s->offset += RECORD_HEADER + h.length;
	return 1;
}

static uint64_t
nonzero_end(const uint8_t *ptr, size_t len)
{
	if (len > 0 && ptr[0] == 0 && memcmp(ptr, ptr + 1, len - 1) == 0)
		return 0;
	while (len > 0 && ptr[len - 1] == 0)
		len--;
	return len;
}

/* Look for a valid record among the bytes ptr..ptr+len at offset. */
static int
find_valid(struct scan *s, uint64_t offset, size_t len, uint64_t *valid_r,
    struct err *e)
{
	const uint8_t magic[4] = { 'L', 'a', 'v', 'L' };
	const uint8_t *ptr, *hit, *payload;
	uint64_t end = offset + len;
	struct header h;
	size_t got;
	int rc;

	while (offset < end) {
		rc = scan_bytes(s, offset, end - offset, &ptr, &got, e);
		if (rc < 0)
			return rc;
		hit = memmem(ptr, got, magic, sizeof magic);
		if (hit == NULL)
			return 0;
		offset += (uint64_t)(hit - ptr);
		rc = scan_record(s, offset, &h, &payload, e);
		if (rc < 0)
			return rc;
		if (rc == 1) {
			*valid_r = offset;
			return 0;
		}
		offset++;
	}
	return 0;
}

int
commitlog_scan_behind(struct scan *s, uint64_t *valid_r, uint64_t *junk_end_r,
    struct err *e)
{
	const char *why = s->why;
	const uint8_t *ptr;
	uint64_t at, end;
	size_t got;
	int rc = 0;

	*valid_r = 0;
	*junk_end_r = 0;
	/* Windows overlap, so that no magic number is cut in two. */
	for (at = s->offset; rc == 0 && *valid_r == 0 && at < s->size;
	     at += WINDOW - 4) {
		rc = scan_bytes(s, at, WINDOW, &ptr, &got, e);
		end = rc == 0 ? nonzero_end(ptr, got) : 0;
		if (end == 0)
			continue;
		*junk_end_r = at + end;
		rc = find_valid(s, at > s->offset ? at : at + 1, end, valid_r,
		    e);
	}
	s->why = why;
	return rc;
}

/* ---- every record from a position on ---- */

static int
walk_segment(struct commitlog *l, size_t i, struct scan *s, commitlog_fn *fn,
    void *arg, struct err *e)
{
	struct commitlog_record r;
	uint64_t end = i + 1 < l->n_segments ? l->segment[i + 1].start : l->end;
	int rc;

	while (s->start + s->offset < end) {
		rc = commitlog_scan_next(s, &r, e);
		if (rc == 0)
			return err_set(e, ERR_CORRUPT,
			    "%08" PRIu32 ".log: offset %" PRIu64 ": %s",
			    l->segment[i].number, s->offset, s->why);
		if (rc > 0)
			rc = fn(arg, &r, e);
		if (rc != 0)
			return rc;
	}
	return 0;
}

int
commitlog_walk(struct commitlog *l, uint64_t position, commitlog_fn *fn,
    void *arg, struct err *e)
{
	struct scan s;
	size_t i;
	int rc = 0;

	if (position < commitlog_first(l) || position > l->end)
		return err_set(e, ERR_CORRUPT,
		    "log holds %" PRIu64 " to %" PRIu64 ", not %" PRIu64,
		    commitlog_first(l), l->end, position);
	for (i = 0; i < l->n_segments && rc == 0; i++) {
		if (i + 1 < l->n_segments &&
		    l->segment[i + 1].start <= position)
			continue;
		rc = commitlog_scan_open(&s, l, i, e);
		if (rc < 0)
			return rc;
		if (position > s.start) {
			s.offset = position - s.start;
			s.any_chain = true;
		}
		rc = walk_segment(l, i, &s, fn, arg, e);
		commitlog_scan_close(&s);
	}
	return rc;
}
