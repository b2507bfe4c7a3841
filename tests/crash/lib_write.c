/* lib_write.c - do a part of another process's write for it. */
#include "lib_call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* A pidfd is of a process, calls come from threads. */
static pid_t
process_of(pid_t tid)
{
	char path[64];
	char line[128];
	int pid = tid;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
	f = fopen(path, "re");
	if (!f)
		return tid;
	while (fgets(line, sizeof line, f))
		if (strncmp(line, "Tgid:", 5) == 0) {
			pid = (int)strtol(line + 5, NULL, 10);
			break;
		}
	fclose(f);
	return pid;
}

/* The process's own open file, so that position and O_APPEND are its own. */
static int
borrow_fd(const struct call *c)
{
	int pidfd = (int)syscall(SYS_pidfd_open, process_of(c->tid), 0);
	int fd;

	if (pidfd < 0)
		return -1;
	fd = (int)syscall(SYS_pidfd_getfd, pidfd, (int)c->args[c->kind->fd], 0);
	close(pidfd);
	return fd;
}

/* First `limit` bytes of the call's buffers; number of bytes. */
static size_t
gather(const struct call *c, char *to, size_t limit)
{
	size_t done = 0;

	if (c->kind->bytes == BYTES_ARG) {
		ssize_t n = call_peek(c->tid, c->args[1], to, limit);

		return n > 0 ? (size_t)n : 0;
	}
	for (uint64_t i = 0; i < c->args[2] && done < limit; i++) {
		struct iovec v;
		uint64_t at = c->args[1] + i * sizeof v;
		size_t want;
		ssize_t n;

		if (call_peek(c->tid, at, &v, sizeof v) != (ssize_t)sizeof v)
			break;
		want = v.iov_len < limit - done ? v.iov_len : limit - done;
		n = call_peek(c->tid, (uint64_t)(uintptr_t)v.iov_base,
		    to + done, want);
		if (n < 0)
			break;
		done += (size_t)n;
		if ((size_t)n < want)
			break;
	}
	return done;
}

ssize_t
call_write_part(const struct call *c, size_t limit)
{
	off_t at = -1;
	ssize_t rc = -1;
	char *copy;
	size_t len;
	int fd;

	switch (c->kind->nr) {
	case __NR_pwrite64:
	case __NR_pwritev:
	case __NR_pwritev2:
		at = (off_t)c->args[3];
		break;
	case __NR_write:
	case __NR_writev:
		break;
	default:
		errno = EOPNOTSUPP;
		return -1;
	}
	copy = malloc(limit ? limit : 1);
	if (!copy)
		return -1;
	len = gather(c, copy, limit);
	fd = borrow_fd(c);
	if (fd >= 0) {
		rc = at < 0 ? write(fd, copy, len) : pwrite(fd, copy, len, at);
		close(fd);
	}
	free(copy);
	return rc;
}
