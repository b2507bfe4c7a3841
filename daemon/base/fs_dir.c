/* fs_dir.c - folders: made, opened, synced and removed; free space. */
#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/xalloc.h"

enum { OPEN_DIR = O_RDONLY | O_DIRECTORY | O_CLOEXEC };

int
fs_open_dir(int dirfd, const char *path, struct err *e)
{
	int fd = openat(dirfd, path, OPEN_DIR);

	if (fd < 0)
		return err_sys(e, "open folder %s", path);
	return fd;
}

/* "a/b/" lies in "a"; "b" in "."; "/b" in "/". Caller frees. */
static char *
parent_of(const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	while (len > 0 && path[len - 1] != '/')
		len--;
	while (len > 1 && path[len - 1] == '/')
		len--;
	return len ? xasprintf("%.*s", (int)len, path) : xstrdup(".");
}

int
fs_open_parent(int dirfd, const char *path, struct err *e)
{
	char *parent = parent_of(path);
	int fd = fs_open_dir(dirfd, parent, e);

	free(parent);
	return fd;
}

int
fs_sync_dir(int dirfd, const char *what, struct err *e)
{
	int fd = dirfd, rc = 0;

	if (dirfd == AT_FDCWD) {
		fd = fs_open_dir(AT_FDCWD, ".", e);
		if (fd < 0)
			return fd;
	}
	if (fsync(fd) < 0) {
		rc = err_sys(e, "fsync folder %s", what);
		if (errno == EINVAL) {
			rc = ERR_UNSUPPORTED;
			if (e)
				e->code = rc;
		}
	}
	if (dirfd == AT_FDCWD)
		fs_close(&fd);
	return rc;
}

int
fs_sync_parent(int dirfd, const char *path, struct err *e)
{
	int fd = fs_open_parent(dirfd, path, e), rc;

	if (fd < 0)
		return fd;
	rc = fs_sync_dir(fd, path, e);
	fs_close(&fd);
	return rc;
}

/* Folders on the way need only be passed through, not read. */
static int
step_into(int *at, const char *name)
{
	int fd = openat(*at, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	fs_close(at);
	*at = fd;
	return 0;
}

static int
make_one(int at, const char *name, mode_t mode, struct err *e)
{
	if (mkdirat(at, name, mode) == 0)
		return fs_sync_parent(at, name, e);
	if (errno == EEXIST)
		return 0;
	return err_sys(e, "mkdir");
}

int
fs_mkdirs(int dirfd, const char *path, mode_t mode, struct err *e)
{
	char *copy = xstrdup(path), *rest = copy, *name;
	int rc = 0, at;

	at = openat(dirfd, path[0] == '/' ? "/" : ".",
	    O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (at < 0)
		rc = err_sys(e, "open");
	while (rc == 0 && (name = strsep(&rest, "/"))) {
		if (!*name)
			continue;
		rc = make_one(at, name, mode, e);
		if (rc == 0 && step_into(&at, name) < 0)
			rc = err_sys(e, "%s", name);
	}
	if (rc < 0)
		err_wrap(e, "make folder %s", path);
	fs_close(&at);
	free(copy);
	return rc;
}

static int remove_one(int dirfd, const char *name, struct err *e);

/* Closes fd. */
static int
empty_dir(int fd, struct err *e)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	int rc = 0;

	if (!dir) {
		rc = err_sys(e, "read folder");
		fs_close(&fd);
		return rc;
	}
	for (errno = 0; rc == 0 && (entry = readdir(dir)); errno = 0) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		rc = remove_one(fd, entry->d_name, e);
	}
	if (rc == 0 && errno)
		rc = err_sys(e, "read folder");
	closedir(dir);
	return rc;
}

/* unlink says EISDIR for a folder; EPERM where a file system follows POSIX. */
static int
remove_one(int dirfd, const char *name, struct err *e)
{
	int fd, error, rc;

	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return 0;
	error = errno;
	if (error != EISDIR && error != EPERM)
		return err_sys(e, "remove %s", name);
	fd = openat(dirfd, name, OPEN_DIR | O_NOFOLLOW);
	if (fd < 0) {
		if (errno == ENOTDIR || errno == ELOOP)
			errno = error;
		return err_sys(e, "remove %s", name);
	}
	rc = empty_dir(fd, e);
	if (rc < 0)
		return rc;
	if (unlinkat(dirfd, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return err_sys(e, "remove %s", name);
	return 0;
}

int
fs_remove_tree(int dirfd, const char *path, struct err *e)
{
	int rc = remove_one(dirfd, path, e);

	if (rc < 0)
		err_wrap(e, "remove tree %s", path);
	return rc;
}

int
fs_free_space(int fd, uint64_t *bytes_r, uint64_t *inodes_r, struct err *e)
{
	struct statvfs st;
	int rc;

	do
		rc = fstatvfs(fd, &st);
	while (rc < 0 && errno == EINTR);
	if (rc < 0)
		return err_sys(e, "free space");
	*bytes_r = (uint64_t)st.f_bavail * st.f_frsize;
	*inodes_r = st.f_files ? (uint64_t)st.f_favail : UINT64_MAX;
	return 0;
}
