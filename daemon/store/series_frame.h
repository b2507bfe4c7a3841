/* series_frame.h - a frame from its plain tail file to its compressed bytes,
 * and the press, the thread that compresses.
 *
 * A frame belongs to the thread of the series, but while it is queued or being
 * compressed the press reads its file and writes its result.
 */
#ifndef LAVOIR_STORE_SERIES_FRAME_H
#define LAVOIR_STORE_SERIES_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"

enum frame_state {
	FRAME_OPEN,    /* grows */
	FRAME_PRESSED, /* handed to the press */
	FRAME_WRITTEN /* in the shard; the tail file is there until committed */
};

struct frame {
	struct list link; /* of its row, in order */
	uint64_t file;
	int codec, level;
	uint64_t start; /* plain offset in its shard */
	uint64_t len;	/* plain bytes, staged ones too */
	int fd;		/* of the tail file, or -1 */
	bool dirty;	/* the tail file is not synced */
	enum frame_state state;

	/* The press's between submit and the end. */
	struct list queue;
	bool done;
	struct buf out;
	struct err error; /* code 0: it worked */
};

struct frame *frame_new(uint64_t file, int codec, int level, uint64_t start);
/* The press must be through with it. */
void frame_free(struct frame **f);

struct press;

/* Starts no thread before the first frame comes. */
struct press *press_new(void);
/* Every frame must have been waited for or cancelled. */
void press_free(struct press **p);

/* Compress the first f->len bytes of its file.  Waits when too many are under
 * way. */
int press_submit(struct press *p, struct frame *f, struct err *e);

/* Is it through? */
bool press_done(struct press *p, struct frame *f);
void press_wait(struct press *p, struct frame *f);
/* Wait, or take it out of the queue; its result is nobody's. */
void press_cancel(struct press *p, struct frame *f);

#endif
