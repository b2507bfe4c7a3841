/* retire_place.c - the file system's side of retirement: renames that replace
 * nothing, and folders to be synced. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/fs.h"
#include "base/log.h"
#include "role/retire_private.h"

bool
retire_places_full(const struct retire_places *p)
{
	return p->n + 4 > RETIRE_PLACES;
}

int
retire_place_add(struct retire_places *p, int fd)
{
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) != 0)
		memset(&st, 0, sizeof(st));
	for (size_t i = 0; i < p->n; i++)
		if (p->place[i].dev == st.st_dev &&
		    p->place[i].ino == st.st_ino) {
			close(fd);
			return p->place[i].fd;
		}
	ensure(p->n < RETIRE_PLACES);
	p->place[p->n++] = (struct retire_place){ fd, st.st_dev, st.st_ino };
	return fd;
}

int
retire_places_sync(struct retire_places *p, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (rc == 0 && !BUG(no_folder_sync))
			rc = fs_sync_dir(p->place[i].fd, "folder of documents",
			    e);
		fs_close(&p->place[i].fd);
	}
	p->n = 0;
	p->top = NULL;
	return rc;
}

int
retire_is_file(int dirfd, const char *name, const struct witness *w)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return -errno;
	return S_ISREG(st.st_mode) && st.st_ino == w->inode &&
	    (uint64_t)st.st_size == w->size &&
	    (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec ==
	    w->mtime_ns;
}

/* Without RENAME_NOREPLACE: a link never replaces, then the old name goes.
 * Where there are no links, a look has to do; nobody but us makes names in
 * .lavoir, and those that hold an id nobody makes anywhere. */
static int
rename_by_link(int from_fd, const char *from, int to_fd, const char *to)
{
	struct stat st;

	if (linkat(from_fd, from, to_fd, to, 0) == 0)
		return unlinkat(from_fd, from, 0);
	if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK &&
	    errno != ENOSYS)
		return -1;
	if (fstatat(to_fd, to, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return -1;
	}
	return renameat(from_fd, from, to_fd, to);
}

int
retire_rename(const struct folder *f, int from_fd, const char *from, int to_fd,
    const char *to)
{
	if (f->noreplace) {
		if (renameat2(from_fd, from, to_fd, to, RENAME_NOREPLACE) == 0)
			return 0;
		/* A mount below, or a target, of another kind. */
		if (errno != EINVAL && errno != ENOSYS)
			return -1;
	}
	return rename_by_link(from_fd, from, to_fd, to);
}

/* What fs_replace_file() left when a crash came before its rename. */
static void
sweep(int dirfd)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *d;

	if (!dir) {
		fs_close(&fd);
		return;
	}
	while ((d = readdir(dir)))
		if (fnmatch(".replace-[0-9]*.tmp", d->d_name, 0) == 0)
			unlinkat(dirfd, d->d_name, 0);
	closedir(dir);
}

int
retire_failed_dir(const struct folder *f, const char *id,
    const char *reason_json, struct err *e)
{
	int rc = fs_mkdirs(f->failed_fd, id, 0750, e), fd;

	if (rc < 0)
		return rc;
	fd = openat(f->failed_fd, id,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, "open failed/%s", id);
	sweep(fd);
	rc = fs_replace_file(fd, "reason.json", reason_json,
	    strlen(reason_json), 0640, e);
	if (rc == 0)
		return fd;
	fs_close(&fd);
	return rc;
}
