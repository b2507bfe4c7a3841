/* retire_keep.c - bytes of failed children on disk: in .lavoir/keeping/ID#n
 * until their end is durable, then in failed/ID#n. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "role/retire_private.h"

#define KEEPING "keeping"

void
kept_child_fini(struct kept_child *c)
{
	fs_close(&c->own_fd);
	fs_close(&c->fd);
	free(c->id);
	free(c->name);
	free(c->reason_json);
	memset(c, 0, sizeof(*c));
}

static int
open_below(int own_fd, const char *name, struct err *e)
{
	int fd = openat(own_fd, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? err_sys(e, "open %s", name) : fd;
}

static void
child_name(char dst[NAME_MAX + 1], const char *name)
{
	const char *slash = strrchr(name, '/');
	size_t len;

	if (slash)
		name = slash + 1;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    strcmp(name, "reason.json") == 0)
		name = "document";
	len = strnlen(name, NAME_MAX);
	memcpy(dst, name, len);
	dst[len] = '\0';
}

static int
create(int dir, const char *name, struct err *e)
{
	int fd = openat(dir, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);

	return fd < 0 ? err_sys(e, "create %s", name) : fd;
}

static int
write_reason(int dir, const char *text, struct err *e)
{
	int fd = create(dir, "reason.json", e), rc = fd;

	if (fd < 0)
		return rc;
	rc = fs_write_full(fd, text, strlen(text), e);
	if (rc == 0 && fsync(fd) != 0)
		rc = err_sys(e, "sync reason.json");
	fs_close(&fd);
	return rc;
}

static int
copy_child(int dir, const struct kept_child *c, struct err *e)
{
	char own[NAME_MAX + 1];
	int fd, rc;

	child_name(own, c->name);
	fd = create(dir, own, e);
	if (fd < 0)
		return fd;
	rc = retire_copy_bytes(c->fd, c->offset, c->length, fd, e);
	fs_close(&fd);
	return rc;
}

static int
keep_one(const struct kept_child *c, struct err *e)
{
	int keeping = open_below(c->own_fd, KEEPING, e), dir = -1;
	int rc = keeping;

	if (keeping < 0)
		goto out;
	/* What an attempt before this one left. */
	rc = fs_remove_tree(keeping, c->id, e);
	if (rc < 0)
		goto out;
	if (mkdirat(keeping, c->id, 0750) != 0) {
		rc = err_sys(e, "make folder");
		goto out;
	}
	rc = dir = open_below(keeping, c->id, e);
	if (dir < 0)
		goto out;
	rc = write_reason(dir, c->reason_json, e);
	if (rc == 0)
		rc = copy_child(dir, c, e);
	if (rc == 0)
		rc = fs_sync_dir(dir, c->id, e);
	if (rc < 0)
		fs_remove_tree(keeping, c->id, NULL);
out:
	fs_close(&dir);
	fs_close(&keeping);
	return rc < 0 ? err_wrap(e, "keep %s", c->id) : 0;
}

/* What was moved to failed/ must not be lost with its old name. */
static int
sync_own(int own_fd, struct err *e)
{
	static const char *const name[] = { "failed", KEEPING };
	int rc = 0;

	for (int i = 0; rc == 0 && i < 2; i++) {
		int fd = open_below(own_fd, name[i], e);

		rc = fd < 0 ? fd : fs_sync_dir(fd, name[i], e);
		fs_close(&fd);
	}
	return rc;
}

static bool
same_folder(int a, int b)
{
	struct stat one, other;

	return fstat(a, &one) == 0 && fstat(b, &other) == 0 &&
	    one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* Each folder once for all its children, which follow each other. */
void
retire_keep(struct kept_child *c, size_t n)
{
	for (size_t at = 0, end; at < n; at = end) {
		struct err e = { 0 };
		int rc;

		for (end = at; end < n &&
		     (end == at || same_folder(c[at].own_fd, c[end].own_fd));
		     end++) {
			memset(&c[end].err, 0, sizeof(c[end].err));
			c[end].result = keep_one(&c[end], &c[end].err);
		}
		rc = sync_own(c[at].own_fd, &e);
		for (size_t i = at; rc < 0 && i < end; i++)
			if (c[i].result == 0) {
				c[i].result = rc;
				c[i].err = e;
			}
	}
}

/* Its place is taken: by a child of that id of another state folder. */
static int
move_into(int keeping, int failed, const char *id, struct err *e)
{
	int rc = fs_remove_tree(failed, id, e);

	if (rc == 0 && renameat(keeping, id, failed, id) != 0)
		rc = err_sys(e, "rename");
	return rc;
}

int
retire_kept(int own_fd, const char *id, struct err *e)
{
	int keeping = open_below(own_fd, KEEPING, e), failed = -1;
	int rc = keeping;

	if (keeping < 0)
		goto out;
	rc = failed = open_below(own_fd, "failed", e);
	if (failed < 0)
		goto out;
	if (renameat(keeping, id, failed, id) == 0 || errno == ENOENT)
		rc = 0;
	else if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR)
		rc = move_into(keeping, failed, id, e);
	else
		rc = err_sys(e, "rename");
out:
	fs_close(&failed);
	fs_close(&keeping);
	return rc < 0 ? err_wrap(e, "move %s to failed", id) : 0;
}

int
retire_forget_kept(int own_fd, const char *id, struct err *e)
{
	int keeping = open_below(own_fd, KEEPING, e), rc = keeping;

	if (keeping >= 0)
		rc = fs_remove_tree(keeping, id, e);
	fs_close(&keeping);
	return rc;
}

int
retire_each_kept(int own_fd, void (*fn)(void *arg, const char *id), void *arg,
    struct err *e)
{
	int fd = open_below(own_fd, KEEPING, e);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *d;

	if (!dir) {
		int rc = fd < 0 ? fd : err_sys(e, "read " KEEPING);

		fs_close(&fd);
		return rc;
	}
	while ((d = readdir(dir)))
		if (strchr(d->d_name, '#'))
			fn(arg, d->d_name);
	closedir(dir);
	return 0;
}
