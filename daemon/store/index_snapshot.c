/* index_snapshot.c - an index as a file: written, read back, in two
 * generations.
 *
 * A file is a row of blocks {u32 length, u64 checksum, bytes}; a checksum
 * covers its block and, being chained, all before.  The first block is the
 * header, the others are one stream of 1 MiB blocks, an empty block ends it.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/pack.h"
#include "store/index_private.h"
#include "store/index_stream.h"

static const char MAGIC[8] = "lavoirIX";
enum { VERSION = 1, ENTRY_SIZE = 12, ENTRIES_AT_ONCE = 4096 };
enum { FILE_NAME_SIZE = 80 };

struct header {
	const char *name, *params;
	uint32_t keys_max, sketch_size;
	uint64_t generation, position;
	uint64_t documents, id_bytes;
	uint64_t slots, used;
};

static char *
snapshot_name(char dst[FILE_NAME_SIZE], const struct index *x, const char *end)
{
	(void)snprintf(dst, FILE_NAME_SIZE, "%s.%s", x->name, end);
	return dst;
}

static char *
generation_name(char dst[FILE_NAME_SIZE], const struct index *x, int which)
{
	return snapshot_name(dst, x, which ? "b" : "a");
}

/* Bytes of the stream behind the header. */
static uint64_t
header_stream_size(const struct header *h)
{
	return h->documents * (sizeof(uint64_t) + h->sketch_size) +
	    h->id_bytes + index_state_size(h->documents) + h->used * ENTRY_SIZE;
}

static void
header_pack(const struct header *h, struct buf *b)
{
	pack_raw(b, MAGIC, sizeof MAGIC);
	pack_u32(b, VERSION);
	pack_str(b, h->name);
	pack_str(b, h->params);
	pack_u32(b, h->keys_max);
	pack_u32(b, h->sketch_size);
	pack_u64(b, h->generation);
	pack_u64(b, h->position);
	pack_u64(b, h->documents);
	pack_u64(b, h->id_bytes);
	pack_u64(b, h->slots);
	pack_u64(b, h->used);
}

static bool
header_unpack(struct header *h, const struct buf *b)
{
	struct unpack u;

	unpack_init(&u, b->ptr, b->len);
	const void *magic = unpack_raw(&u, sizeof MAGIC);
	if (u.bad || memcmp(magic, MAGIC, sizeof MAGIC) != 0 ||
	    unpack_u32(&u) != VERSION)
		return false;
	h->name = unpack_str(&u);
	h->params = unpack_str(&u);
	h->keys_max = unpack_u32(&u);
	h->sketch_size = unpack_u32(&u);
	h->generation = unpack_u64(&u);
	h->position = unpack_u64(&u);
	h->documents = unpack_u64(&u);
	h->id_bytes = unpack_u64(&u);
	h->slots = unpack_u64(&u);
	h->used = unpack_u64(&u);
	return unpack_end(&u) && h->name && h->params;
}

/* Do the counts make sense together, and with the length of the file?  Only
 * then is memory asked for. */
static bool
header_fits(const struct header *h, size_t header_len, uint64_t file_size)
{
	const uint64_t most = UINT64_C(1) << 48;

	if (h->documents > UINT32_MAX || h->sketch_size > 256 ||
	    h->id_bytes > most || h->used > most || h->slots > most ||
	    h->slots / 8 > h->used + TABLE_SLOTS_MIN)
		return false;
	return file_size == stream_file_size(header_len, header_stream_size(h));
}

/* ---- writing ---- */

static void
snapshot_put_table(struct stream_out *o, const struct table *t)
{
	uint8_t piece[ENTRY_SIZE * ENTRIES_AT_ONCE];
	size_t n = 0;

	for (uint64_t i = 0; i < t->room; i++) {
		if (!t->hash[i])
			continue;
		memcpy(piece + n, &t->hash[i], 8);
		memcpy(piece + n + 8, &t->ordinal[i], 4);
		n += ENTRY_SIZE;
		if (n == sizeof piece) {
			stream_put(o, piece, n);
			n = 0;
		}
	}
	stream_put(o, piece, n);
}

static int
snapshot_write(const struct index *x, int fd, const struct header *h,
    struct err *e)
{
	struct stream_out o;
	struct buf b = { 0 };

	header_pack(h, &b);
	stream_out_init(&o, fd);
	stream_put(&o, b.ptr, b.len);
	stream_block(&o);
	stream_put(&o, x->offset.ptr, x->documents * sizeof(uint64_t));
	stream_put(&o, x->id.ptr, x->id_bytes);
	stream_put(&o, x->sketch.ptr, x->documents * x->p.sketch_size);
	stream_put(&o, x->state.ptr, index_state_size(x->documents));
	snapshot_put_table(&o, &x->table);
	buf_fini(&b);
	return stream_out_fini(&o, e);
}

static int
snapshot_sync(const struct index *x, int fd, const char *from, const char *to,
    struct err *e)
{
	if (fdatasync(fd) < 0) {
		(void)err_sys(e, "fdatasync");
		return e->code = ERR_IO;
	}
	/* It will not be read soon; the log and the shards will. */
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	if (renameat(x->dirfd, from, x->dirfd, to) < 0)
		return err_sys(e, "rename");
	if (fsync(x->dirfd) < 0) {
		(void)err_sys(e, "fsync of the folder");
		return e->code = ERR_IO;
	}
	return 0;
}

int
index_snapshot(struct index *x, uint64_t position, struct err *e)
{
	char from[FILE_NAME_SIZE], to[FILE_NAME_SIZE];
	int which = x->newest == 0;
	struct header h = { x->name, x->params, x->p.keys_max, x->p.sketch_size,
		x->generation + 1, position, x->documents, x->id_bytes,
		x->table.slots, x->table.used };

	snapshot_name(from, x, "tmp");
	generation_name(to, x, which);
	int fd = openat(x->dirfd, from,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	int rc = fd < 0 ? err_sys(e, "create") : snapshot_write(x, fd, &h, e);
	if (rc == 0)
		rc = snapshot_sync(x, fd, from, to, e);
	if (rc < 0 && fd >= 0)
		(void)unlinkat(x->dirfd, from, 0);
	fs_close(&fd);
	if (rc < 0)
		return err_wrap(e, "snapshot of index %s", x->name);
	x->generation = h.generation;
	x->newest = which;
	x->good[which] = true;
	x->covers[which] = position;
	return 0;
}

/* ---- reading ---- */

/* A file that may be a generation. */
struct candidate {
	int which;
	int fd;
	bool there, plausible;
	struct stream_in in;
	struct header h;
	struct buf header;
};

static void
candidate_open(struct candidate *c, const struct index *x, int which)
{
	char name[FILE_NAME_SIZE];
	struct stat st;

	*c = (struct candidate){ .which = which };
	generation_name(name, x, which);
	/* A FIFO of that name must not hold up the start. */
	c->fd = openat(x->dirfd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	c->there = c->fd >= 0 || errno != ENOENT;
	if (c->fd < 0 || fstat(c->fd, &st) < 0 || !S_ISREG(st.st_mode) ||
	    fdatasync(c->fd) < 0)
		return;
	/* What the device has, not what the cache remembers. */
	(void)posix_fadvise(c->fd, 0, 0, POSIX_FADV_DONTNEED);
	stream_in_init(&c->in, c->fd);
	c->plausible = stream_take_block(&c->in, &c->header) &&
	    header_unpack(&c->h, &c->header) &&
	    strcmp(c->h.name, x->name) == 0 &&
	    header_fits(&c->h, c->header.len, (uint64_t)st.st_size);
}

static void
candidate_close(struct candidate *c)
{
	stream_in_fini(&c->in);
	buf_fini(&c->header);
	fs_close(&c->fd);
}

static bool
snapshot_take_table(struct index *x, struct stream_in *in, uint64_t used)
{
	uint8_t piece[ENTRY_SIZE * ENTRIES_AT_ONCE];

	for (size_t n; used > 0; used -= n) {
		n = used < ENTRIES_AT_ONCE ? (size_t)used : ENTRIES_AT_ONCE;
		if (!stream_take(in, piece, n * ENTRY_SIZE))
			return false;
		for (size_t i = 0; i < n; i++) {
			uint64_t hash;
			uint32_t ordinal;
			memcpy(&hash, piece + i * ENTRY_SIZE, 8);
			memcpy(&ordinal, piece + i * ENTRY_SIZE + 8, 4);
			if (!hash || ordinal >= x->documents)
				return false;
			table_load(&x->table, hash, ordinal);
		}
	}
	return true;
}

/* Ids begin where offsets say, one behind the other. */
static bool
snapshot_ids_good(const struct index *x)
{
	const uint64_t *offset = x->offset.ptr;
	const char *id = x->id.ptr;

	if (!x->documents)
		return x->id_bytes == 0;
	if (offset[0] != 0 || !x->id_bytes || id[x->id_bytes - 1] != '\0')
		return false;
	for (uint64_t i = 1; i < x->documents; i++)
		if (offset[i] <= offset[i - 1] || offset[i] >= x->id_bytes ||
		    id[offset[i] - 1] != '\0')
			return false;
	return true;
}

/* What lies behind the last document becomes the next ones' state. */
static bool
snapshot_states_good(const struct index *x)
{
	const uint64_t end = index_state_size(x->documents) * 4;

	for (uint64_t i = 0; i < end; i++)
		if (index_state(x, i) >
		    (i < x->documents ? INDEX_FREE : INDEX_LIVE))
			return false;
	return true;
}

static bool
snapshot_read(struct index *x, struct candidate *c)
{
	const struct header *h = &c->h;
	size_t n = h->documents;

	index_clear(x);
	table_fini(&x->table);
	table_init(&x->table, h->slots);
	region_reserve(&x->offset, n * sizeof(uint64_t));
	region_reserve(&x->id, h->id_bytes);
	region_reserve(&x->sketch, n * h->sketch_size);
	region_reserve(&x->state, index_state_size(n));
	x->documents = n;
	x->id_bytes = h->id_bytes;
	bool good = stream_take(&c->in, x->offset.ptr, n * sizeof(uint64_t)) &&
	    stream_take(&c->in, x->id.ptr, h->id_bytes) &&
	    stream_take(&c->in, x->sketch.ptr, n * h->sketch_size) &&
	    stream_take(&c->in, x->state.ptr, index_state_size(n)) &&
	    snapshot_states_good(x) &&
	    snapshot_take_table(x, &c->in, h->used) && stream_at_end(&c->in) &&
	    snapshot_ids_good(x);
	if (!good)
		index_clear(x);
	return good;
}

static int
snapshot_check_params(const struct index *x, const struct header *h,
    struct err *e)
{
	if (strcmp(h->params, x->params) == 0 && h->keys_max == x->p.keys_max &&
	    h->sketch_size == x->p.sketch_size)
		return 0;
	return err_set(e, ERR_CONFIG,
	    "index %s was made with \"%.150s\" (%u keys, sketch of %u bytes), "
	    "configured is \"%.150s\" (%u keys, sketch of %u bytes)",
	    x->name, h->params, h->keys_max, h->sketch_size, x->params,
	    x->p.keys_max, x->p.sketch_size);
}

/* 1: read; 0: not to be used; ERR_CONFIG. */
static int
snapshot_try(struct index *x, struct candidate *c, uint64_t *position_r,
    struct err *e)
{
	char name[FILE_NAME_SIZE];

	if (!c->there)
		return 0;
	if (c->plausible && snapshot_check_params(x, &c->h, e) < 0)
		return e->code;
	if (!c->plausible || !snapshot_read(x, c)) {
		log_warn("index snapshot %s is damaged: passed over",
		    generation_name(name, x, c->which));
		return 0;
	}
	x->newest = c->which;
	x->good[c->which] = true;
	x->covers[c->which] = c->h.position;
	*position_r = c->h.position;
	return 1;
}

int
index_load(struct index *x, uint64_t *position_r, struct err *e)
{
	struct candidate c[GENERATIONS];
	int rc = 0;

	for (int i = 0; i < GENERATIONS; i++) {
		candidate_open(&c[i], x, i);
		if (c[i].plausible && c[i].h.generation > x->generation)
			x->generation = c[i].h.generation;
	}
	int first = c[1].plausible &&
	    (!c[0].plausible || c[1].h.generation > c[0].h.generation);
	rc = snapshot_try(x, &c[first], position_r, e);
	if (rc == 0)
		rc = snapshot_try(x, &c[!first], position_r, e);
	for (int i = 0; i < GENERATIONS; i++)
		candidate_close(&c[i]);
	return rc < 0 ? rc : 0;
}
