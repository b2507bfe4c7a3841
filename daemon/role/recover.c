/* recover.c - committed documents that may still lie in their folders, and
 * containers that were begun. */
#include "role/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/clock.h"
#include "base/json_write.h"
#include "base/log.h"
#include "base/xalloc.h"

/* As the committer tells it; strings lie in the frame. */
struct note {
	const char *pipeline, *folder, *path, *plugin, *reason, *detail;
	uint64_t number;
	int32_t kind;
	struct witness witness;
	uint8_t sha256[32];
	bool rebooted;
	uint32_t attempts;
};

static void
read_note(struct note *n, const struct frame *f)
{
	struct unpack u;
	const void *hash;

	unpack_init(&u, f->ptr, f->len);
	n->pipeline = unpack_str(&u);
	n->number = unpack_u64(&u);
	n->kind = (int32_t)unpack_u32(&u);
	n->folder = unpack_str(&u);
	n->path = unpack_str(&u);
	outcome_unpack_witness(&n->witness, &u);
	hash = unpack_raw(&u, 32);
	n->rebooted = unpack_u8(&u);
	n->plugin = unpack_str(&u);
	n->reason = unpack_str(&u);
	n->detail = unpack_str(&u);
	n->attempts = unpack_u32(&u);
	if (!unpack_end(&u) || !n->pipeline || !n->folder || !n->path)
		panic("malformed unretired notice from the committer");
	memcpy(n->sha256, hash, 32);
}

static struct folder *
find_folder(struct supervisor *s, const char *path)
{
	for (size_t i = 0; i < s->n_folders; i++)
		if (strcmp(s->folder[i].watch->path, path) == 0)
			return &s->folder[i];
	return NULL;
}

static struct claim *
make_claim(struct supervisor *s, struct folder *f, const struct note *n)
{
	struct claimed none = { .fd = -1, .witness = n->witness };
	struct claim *c = intake_claim(s, f, n->path, &none);
	int pipeline = set_pipeline(s->set, n->pipeline);

	c->recovered_pipeline = xstrdup(n->pipeline);
	c->pipeline = pipeline < 0 ? f->pipeline : (uint32_t)pipeline;
	c->number = n->number;
	c->kind = n->kind;
	memcpy(c->sha256, n->sha256, 32);
	return c;
}

static void
write_reason(struct supervisor *s, struct claim *c, const struct note *n)
{
	struct item *i = &c->item;

	i->deaths = n->attempts > 0 ? n->attempts - 1 : 0;
	finish_set_reason(s, c, n->plugin, n->reason, n->detail);
}

/* Nothing to rename: only to be logged. */
static void
retired_already(struct supervisor *s, struct claim *c)
{
	const struct claim *one = c;

	store_link_retired(s, &one, 1);
	claim_free(&c);
}

/* Is the file at that path the committed one? */
static void
compare(struct supervisor *s, struct claim *c, const struct note *n)
{
	struct stat st;
	int64_t mtime, ctime;

	if (fstatat(c->folder->fd, c->path, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			retired_already(s, c);
		else
			finish_retire(s, c); /* retire tells what is wrong */
		return;
	}
	if (BUG(no_witness)) {
		c->witness = (struct witness){ .inode = st.st_ino,
			.size = (uint64_t)st.st_size,
			.mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
			    st.st_mtim.tv_nsec };
		finish_retire(s, c);
		return;
	}
	mtime = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	ctime = (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
	if (!S_ISREG(st.st_mode) || st.st_ino != n->witness.inode ||
	    (uint64_t)st.st_size != n->witness.size) {
		/* Also what a power cut may leave of it: shorter, older. */
		if (n->rebooted && S_ISREG(st.st_mode) &&
		    st.st_ino == n->witness.inode &&
		    mtime <= n->witness.mtime_ns) {
			c->witness.size = (uint64_t)st.st_size;
			c->witness.mtime_ns = mtime;
			finish_retire(s, c);
			return;
		}
		retired_already(s, c);
		return;
	}
	c->witness.mtime_ns = mtime;
	if ((mtime == n->witness.mtime_ns && ctime == n->witness.ctime_ns) ||
	    (n->rebooted && mtime <= n->witness.mtime_ns)) {
		finish_retire(s, c);
		return;
	}
	finish_hash(s, c);
}

void
recover_unretired(struct supervisor *s, const struct frame *f)
{
	struct note n;
	struct folder *folder;
	struct claim *c;

	read_note(&n, f);
	folder = find_folder(s, n.folder);
	if (!folder) {
		if (log_allow("unretired elsewhere", 10))
			log_warn("%s/%s is committed and not retired, but its "
				 "folder is not watched any more",
			    n.folder, n.path);
		return;
	}
	c = claim_find(s, folder, n.path);
	if (c && c->state == CLAIM_UNDER_WAY &&
	    witness_equal(&c->witness, &n.witness)) {
		/* Committed, and the word of it was lost with a committer. */
		finish_durable(s,
		    &(struct durable_note){ .claim = c->serial,
			.number = n.number,
			.kind = n.kind,
			.child = "",
			.plugin = n.plugin,
			.reason = n.reason,
			.detail = n.detail });
		return;
	}
	if (c)
		return;
	c = make_claim(s, folder, &n);
	if (n.kind == OUTCOME_FAILED)
		write_reason(s, c, &n);
	compare(s, c, &n);
}

/* ---- containers ---- */

static bool
read_container(struct note *n, struct unpack *u, struct container_level *level,
    uint32_t *depth_r, int64_t *added_r)
{
	n->pipeline = unpack_str(u);
	n->number = unpack_u64(u);
	n->folder = unpack_str(u);
	n->path = unpack_str(u);
	outcome_unpack_witness(&n->witness, u);
	*added_r = unpack_i64(u);
	*depth_r = unpack_count(u, 16);
	if (*depth_r > CONTAINER_DEPTH_MAX)
		u->bad = true;
	for (uint32_t i = 0; i < *depth_r && !u->bad; i++) {
		level[i].children = unpack_u64(u);
		level[i].position = unpack_u64(u);
	}
	return unpack_end(u) && n->pipeline && n->folder && n->path;
}

/* The same file, by all that is known of it? */
static bool
same_file(const struct witness *a, const struct witness *b)
{
	return a->inode == b->inode && a->size == b->size &&
	    a->mtime_ns == b->mtime_ns;
}

void
recover_container(struct supervisor *s, const struct frame *f)
{
	struct note n = { 0 };
	struct container_level level[CONTAINER_DEPTH_MAX] = { { 0 } };
	struct claimed claimed = { .fd = -1 };
	struct folder *folder;
	struct claim *c;
	struct unpack u;
	int64_t added;
	uint32_t depth;

	unpack_init(&u, f->ptr, f->len);
	if (!read_container(&n, &u, level, &depth, &added))
		panic("malformed container notice from the committer");
	folder = find_folder(s, n.folder);
	if (!folder || set_pipeline(s->set, n.pipeline) < 0)
		return; /* goes on when its folder is watched again */
	c = claim_find(s, folder, n.path);
	if (!c) {
		if (s->source.open(s->source.arg, folder, n.path, &claimed) &&
		    !same_file(&claimed.witness, &n.witness)) {
			close(claimed.fd);
			claimed.fd = -1;
		}
		if (claimed.fd < 0)
			claimed.witness = n.witness;
		c = intake_claim(s, folder, n.path, &claimed);
		c->pipeline = (uint32_t)set_pipeline(s->set, n.pipeline);
		c->added_ns = added;
	}
	c->number = n.number;
	memcpy(c->level, level, sizeof level);
	c->n_levels = depth;
}
