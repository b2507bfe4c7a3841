/* commitlog_private.h - what commitlog.c and commitlog_scan.c share. */
#ifndef LAVOIR_STORE_COMMITLOG_PRIVATE_H
#define LAVOIR_STORE_COMMITLOG_PRIVATE_H

#include "store/commitlog.h"

enum {
	RECORD_MAGIC = 0x4c76614c, /* "LavL" */
	RECORD_HEADER = 32,
	RECORD_MAX = 1 << 30,
	SEGMENT_NAME_SIZE = 24,
};

struct segment {
	uint32_t number;
	uint64_t start; /* position of its checkpoint */
	uint64_t chain; /* checksum of the record before it */
};

struct commitlog {
	int dirfd; /* borrowed */
	uint64_t segment_size;
	struct segment *segment;
	size_t n_segments;
	int fd;		 /* newest segment; -1: none */
	uint64_t end;	 /* position */
	uint64_t chain;	 /* checksum of the last record */
	uint64_t body;	 /* position behind the newest checkpoint */
	uint64_t zeroed; /* offset in the newest up to which blocks are written
			  */
	uint64_t junk_end; /* offset behind the torn tail; 0: there is none */
	struct buf out;
	bool broken;
	bool readonly;
};

void commitlog_segment_name(char dst[SEGMENT_NAME_SIZE], uint32_t number);

/* The checksum of a record whose header holds everything but it. */
uint64_t commitlog_checksum(uint64_t chain, const void *header,
    const void *payload, size_t len);

/* Reading one segment. */
struct scan {
	int fd;
	uint64_t size;	 /* of the file */
	uint64_t start;	 /* position of its first byte */
	uint64_t offset; /* of the next record */
	uint64_t chain;	 /* expected in the next record */
	bool any_chain;	 /* the next record says what came before */
	const char *why; /* it is bad */
	uint8_t *window; /* bytes of the file */
	uint64_t window_at;
	size_t window_len, window_cap;
};

/* Opens the segment; the scan begins at its first byte. */
int commitlog_scan_open(struct scan *s, const struct commitlog *l,
    size_t segment, struct err *e);
void commitlog_scan_close(struct scan *s);
/* 1: a record; 0: there is no valid one here, s->why says why; negative: the
 * file cannot be read. */
int commitlog_scan_next(struct scan *s, struct commitlog_record *r,
    struct err *e);
/* The offset of the first valid record behind the bad one, and the end of what
 * is not zero; 0 when there is none. */
int commitlog_scan_behind(struct scan *s, uint64_t *valid_r,
    uint64_t *junk_end_r, struct err *e);

#endif
