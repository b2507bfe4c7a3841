/* series_file.c - what a row does to its files: making, naming, syncing. */
#include "store/series_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/fs.h"
#include "base/log.h"

enum { SHARD_MODE = 0644, TAIL_MODE = 0600, FOLDER_MODE = 0755 };

int
row_wrap(const struct row *r, const char *what, struct err *e)
{
	const char *slash = *r->partition ? "/" : "";

	return err_wrap(e, "%s%s%s: %s", r->env->params.folder, slash,
	    r->partition, what);
}

int
row_fdatasync(const struct row *r, int fd, const char *what, struct err *e)
{
	if (BUG(no_shard_sync) || fdatasync(fd) == 0)
		return 0;
	(void)err_sys(e, "fdatasync");
	e->code = ERR_IO;
	return row_wrap(r, what, e);
}

int
row_sync_folder(const struct row *r, struct err *e)
{
	if (fsync(r->dirfd) == 0)
		return 0;
	(void)err_sys(e, "fsync");
	e->code = ERR_IO;
	return row_wrap(r, "folder", e);
}

static char *
row_name(char name[SERIES_NAME_SIZE], const struct row *r,
    enum series_name_kind kind, uint64_t file, int codec)
{
	struct series_name n = { .kind = kind, .file = file, .codec = codec };

	return series_name_format(name, &n, r->env->params.suffix);
}

static char *
row_tail_name(char name[SERIES_NAME_SIZE], const struct row *r,
    const struct frame *f)
{
	struct series_name n = { .kind = SERIES_TAIL,
		.file = f->file,
		.codec = f->codec,
		.offset = f->start };

	return series_name_format(name, &n, r->env->params.suffix);
}

int
row_create_shard(struct row *r, struct err *e)
{
	char name[SERIES_NAME_SIZE];

	row_name(name, r, SERIES_SHARD, r->now.file, r->now.codec);
	if (faccessat(r->dirfd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		(void)err_set(e, ERR_CONFIG,
		    "there already, and not in the log: move it away");
		return row_wrap(r, name, e);
	}
	row_name(name, r, SERIES_NEW, r->now.file, r->now.codec);
	r->fd = openat(r->dirfd, name,
	    O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, SHARD_MODE);
	if (r->fd < 0) {
		(void)err_sys(e, "create");
		return row_wrap(r, name, e);
	}
	r->shard_dirty = true;
	r->folder_dirty = true;
	return 0;
}

int
row_reveal_shard(const struct row *r, uint64_t file, int codec, struct err *e)
{
	char from[SERIES_NAME_SIZE], to[SERIES_NAME_SIZE];

	row_name(from, r, SERIES_NEW, file, codec);
	row_name(to, r, SERIES_SHARD, file, codec);
	int rc = renameat2(r->dirfd, from, r->dirfd, to, RENAME_NOREPLACE);
	/* Some file systems do not know the flag. */
	if (rc < 0 && (errno == EINVAL || errno == ENOSYS)) {
		if (faccessat(r->dirfd, to, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			errno = EEXIST;
		else
			rc = renameat(r->dirfd, from, r->dirfd, to);
	}
	if (rc == 0)
		return 0;
	(void)err_sys(e, "rename");
	return row_wrap(r, to, e);
}

int
row_create_tail(struct row *r, struct frame *f, struct err *e)
{
	char name[SERIES_NAME_SIZE];

	row_tail_name(name, r, f);
	f->fd = openat(r->dirfd, name,
	    O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, TAIL_MODE);
	if (f->fd < 0) {
		(void)err_sys(e, "create");
		return row_wrap(r, name, e);
	}
	r->folder_dirty = true;
	return 0;
}

int
row_unlink_tail(const struct row *r, const struct frame *f, struct err *e)
{
	char name[SERIES_NAME_SIZE];

	row_tail_name(name, r, f);
	if (unlinkat(r->dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	(void)err_sys(e, "unlink");
	return row_wrap(r, name, e);
}

int
row_drop_provisional(struct row *r, struct err *e)
{
	if (!r->provisional)
		return 0;
	if (ftruncate(r->fd, (off_t)r->now.length) < 0) {
		(void)err_sys(e, "truncate");
		return row_wrap(r, "shard", e);
	}
	r->provisional = false;
	r->shard_dirty = true;
	return 0;
}

int
row_write_frame(struct row *r, struct frame *f, struct err *e)
{
	if (f->error.code) {
		*e = f->error;
		return row_wrap(r, "frame", e);
	}
	if (row_wake(r, e) < 0 || row_drop_provisional(r, e) < 0)
		return e->code;
	r->shard_dirty = true;
	if (fs_pwrite_full(r->fd, f->out.ptr, f->out.len, r->now.length, e) < 0)
		return row_wrap(r, "shard", e);
	r->now.length += f->out.len;
	r->stored += f->out.len;
	buf_fini(&f->out);
	return 0;
}

int
row_write_provisional(struct row *r, struct frame *f, struct err *e)
{
	int rc;

	if (press_submit(r->env->press, f, e) < 0)
		return e->code;
	press_wait(r->env->press, f);
	rc = f->error.code;
	if (rc < 0) {
		*e = f->error;
		(void)row_wrap(r, "frame", e);
		goto out;
	}
	rc = row_drop_provisional(r, e);
	if (rc < 0)
		goto out;
	r->provisional = true;
	r->shard_dirty = true;
	rc = fs_pwrite_full(r->fd, f->out.ptr, f->out.len, r->now.length, e);
	if (rc < 0) {
		(void)row_wrap(r, "shard", e);
		goto out;
	}
	r->provisional_plain = r->now.plain;
out:
	buf_fini(&f->out);
	return rc;
}

static void
row_drop_list(struct row *r, struct list *frames)
{
	while (!list_empty(frames)) {
		struct frame *f =
		    container_of(frames->next, struct frame, link);
		if (f->state == FRAME_PRESSED)
			press_cancel(r->env->press, f);
		frame_free(&f);
	}
}

void
row_drop_frames(struct row *r)
{
	row_drop_list(r, &r->frames);
	row_drop_list(r, &r->gone);
}

static int
row_open_folder(struct row *r, struct err *e)
{
	const char *path = *r->partition ? r->partition : ".";

	if (*r->partition && fs_mkdirs(r->env->dirfd, path, FOLDER_MODE, e) < 0)
		return row_wrap(r, "folder", e);
	r->dirfd = fs_open_dir(r->env->dirfd, path, e);
	if (r->dirfd < 0)
		return row_wrap(r, "folder", e);
	list_append(&r->env->awake, &r->awake);
	r->env->n_awake++;
	return 0;
}

static int
row_reopen(struct row *r, int *fd, const char *name, struct err *e)
{
	*fd = openat(r->dirfd, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (*fd >= 0)
		return 0;
	(void)err_sys(e, "open");
	return row_wrap(r, name, e);
}

int
row_wake(struct row *r, struct err *e)
{
	char name[SERIES_NAME_SIZE];

	if (r->dirfd >= 0)
		return 0;
	if (row_open_folder(r, e) < 0)
		return e->code;
	if (!r->now.file)
		return 0;
	bool fresh = r->fresh && r->now.file >= r->fresh;
	row_name(name, r, fresh ? SERIES_NEW : SERIES_SHARD, r->now.file,
	    r->now.codec);
	if (row_reopen(r, &r->fd, name, e) < 0)
		return e->code;
	struct frame *f = row_open_frame(r);
	if (!f)
		return 0;
	return row_reopen(r, &f->fd, row_tail_name(name, r, f), e);
}

void
row_sleep(struct row *r)
{
	struct frame *f = row_open_frame(r);

	if (f)
		fs_close(&f->fd);
	fs_close(&r->fd);
	if (r->dirfd < 0)
		return;
	fs_close(&r->dirfd);
	list_remove(&r->awake);
	r->env->n_awake--;
}
