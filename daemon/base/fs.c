/* fs.c - whole-file reads and writes, replacing and locking files. */
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"

enum { READ_STEP = 65536, LOCK_TRIES = 16, TEMP_TRIES = 100 };

int
fs_pread_full(int fd, void *ptr, size_t len, uint64_t offset, size_t *got_r,
    struct err *e)
{
	uint8_t *p = ptr;
	size_t done = 0;

	while (done < len) {
		ssize_t n =
		    pread(fd, p + done, len - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "read %zu bytes at %" PRIu64, len,
			    offset);
		if (n == 0)
			break;
		done += (size_t)n;
	}
	if (got_r)
		*got_r = done;
	else if (done < len)
		return err_set(e, ERR_CORRUPT,
		    "read %zu bytes at %" PRIu64 ": the file ends after %zu",
		    len, offset, done);
	return 0;
}

int
fs_pwrite_full(int fd, const void *ptr, size_t len, uint64_t offset,
    struct err *e)
{
	const uint8_t *p = ptr;
	size_t done = 0;

	while (done < len) {
		ssize_t n =
		    pwrite(fd, p + done, len - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "write %zu bytes at %" PRIu64, len,
			    offset);
		if (n == 0)
			return err_set(e, ERR_IO,
			    "write %zu bytes at %" PRIu64 ": stopped after %zu",
			    len, offset, done);
		done += (size_t)n;
	}
	return 0;
}

int
fs_write_full(int fd, const void *ptr, size_t len, struct err *e)
{
	const uint8_t *p = ptr;
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(fd, p + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "write %zu bytes", len);
		if (n == 0)
			return err_set(e, ERR_IO,
			    "write %zu bytes: stopped after %zu", len, done);
		done += (size_t)n;
	}
	return 0;
}

/* Up to size_max + 1 bytes, one more than allowed tells that it is too long. */
static int
read_to_end(int fd, size_t size_max, size_t hint, struct buf *b, struct err *e)
{
	size_t start = b->len, step = hint ? hint : READ_STEP;
	ssize_t n;

	for (;;) {
		size_t left = size_max - (b->len - start);

		if (step > left)
			step = left;
		buf_reserve(b, step + 1);
		n = read(fd, b->ptr + b->len, step + 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "read");
		if (n == 0)
			return 0;
		if ((size_t)n > left)
			return err_set(e, ERR_INVAL, "longer than %zu bytes",
			    size_max);
		b->len += (size_t)n;
		step = READ_STEP;
	}
}

int
fs_read_file(int dirfd, const char *path, size_t size_max, struct buf *b,
    struct err *e)
{
	size_t start = b->len, hint = 0;
	struct stat st;
	int fd, rc;

	fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_sys(e, "open %s", path);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		hint = (size_t)st.st_size;
	if (size_max > SIZE_MAX / 4)
		size_max = SIZE_MAX / 4;
	rc = read_to_end(fd, size_max, hint, b, e);
	fs_close(&fd);
	if (rc < 0) {
		b->len = start;
		err_wrap(e, "%s", path);
	}
	return rc;
}

/* A name that no other thread uses; what a crash left is stepped over. */
static int
make_temp(int dirfd, char *name, size_t size, mode_t mode, struct err *e)
{
	int fd = -1;

	for (int i = 0; fd < 0 && i < TEMP_TRIES; i++) {
		snprintf(name, size, ".replace-%ld-%d.tmp", (long)gettid(), i);
		fd = openat(dirfd, name,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0)
		return err_sys(e, "create %s", name);
	return fd;
}

static int
write_and_sync(int *fd, const void *ptr, size_t len, struct err *e)
{
	int rc = fs_write_full(*fd, ptr, len, e);
	int owned = *fd;

	if (rc < 0)
		return rc;
	if (fsync(owned) < 0)
		return err_sys(e, "fsync");
	*fd = -1;
	if (close(owned) < 0)
		return err_sys(e, "close");
	return 0;
}

int
fs_replace_file(int dirfd, const char *path, const void *ptr, size_t len,
    mode_t mode, struct err *e)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char temp[64];
	int dir, fd = -1, rc;

	dir = fs_open_parent(dirfd, path, e);
	if (dir < 0)
		return dir;
	rc = fd = make_temp(dir, temp, sizeof(temp), mode, e);
	if (fd < 0)
		goto out;
	rc = write_and_sync(&fd, ptr, len, e);
	if (rc == 0 && renameat(dir, temp, dir, name) < 0)
		rc = err_sys(e, "rename");
	if (rc < 0)
		unlinkat(dir, temp, 0);
	else
		rc = fs_sync_dir(dir, ".", e);
out:
	if (rc < 0)
		err_wrap(e, "replace %s", path);
	fs_close(&fd);
	fs_close(&dir);
	return rc;
}

/* Is fd still what path names?  Its holder may have removed it meanwhile. */
static bool
is_current(int fd, int dirfd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && fstatat(dirfd, path, &named, 0) == 0 &&
	    held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static int
refuse_lock(int fd, const char *path, struct err *e)
{
	char pid[24] = "";
	ssize_t n;

	if (errno != EWOULDBLOCK)
		return err_sys(e, "lock %s", path);
	n = pread(fd, pid, sizeof(pid) - 1, 0);
	if (n <= 0 || pid[0] < '1' || pid[0] > '9')
		return err_set(e, ERR_BUSY, "lock %s: held by another process",
		    path);
	return err_set(e, ERR_BUSY, "lock %s: held by process %ld", path,
	    strtol(pid, NULL, 10));
}

/* The pid is only for people: failing to write it does not lose the lock. */
static void
write_pid(int fd)
{
	char pid[24];
	int len = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) == 0)
		(void)fs_pwrite_full(fd, pid, (size_t)len, 0, NULL);
}

int
fs_lock_file(int dirfd, const char *path, struct err *e)
{
	int fd, rc;

	for (int i = 0; i < LOCK_TRIES; i++) {
		fd = openat(dirfd, path,
		    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
		if (fd < 0)
			return err_sys(e, "open %s", path);
		do
			rc = flock(fd, LOCK_EX | LOCK_NB);
		while (rc < 0 && errno == EINTR);
		if (rc < 0) {
			rc = refuse_lock(fd, path, e);
			fs_close(&fd);
			return rc;
		}
		if (is_current(fd, dirfd, path)) {
			write_pid(fd);
			return fd;
		}
		fs_close(&fd);
	}
	return err_set(e, ERR_BUSY, "lock %s: it is replaced again and again",
	    path);
}

void
fs_close(int *fd)
{
	int error = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = error;
}

char *
fs_join(const char *a, const char *b)
{
	size_t len = strlen(a);

	if (b[0] == '/' || !len)
		return xstrdup(b);
	return xasprintf("%s%s%s", a, a[len - 1] == '/' ? "" : "/", b);
}
