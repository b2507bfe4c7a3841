/* beneath.c - open paths that strangers may rename while we look. */
#include "role/beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
open_part(int dirfd, const char *part, int flags)
{
	if (strcmp(part, "..") == 0) {
		errno = EXDEV;
		return -1;
	}
	return openat(dirfd, part, flags | O_NOFOLLOW | O_CLOEXEC);
}

int
beneath_open_steps(int dirfd, const char *path, int flags)
{
	char part[NAME_MAX + 1];
	int at = dirfd, fd = -1, saved;

	if (path[0] == '/') {
		errno = EXDEV;
		return -1;
	}
	for (;;) {
		const char *slash = strchr(path, '/');
		size_t len = slash ? (size_t)(slash - path) : strlen(path);

		if (len > NAME_MAX) {
			errno = ENAMETOOLONG;
			fd = -1;
		} else {
			memcpy(part, path, len);
			part[len] = '\0';
			fd = open_part(at, part[0] ? part : ".",
			    slash ? O_RDONLY | O_DIRECTORY : flags);
		}
		saved = errno;
		if (at != dirfd)
			close(at);
		errno = saved;
		if (fd < 0 || !slash)
			return fd;
		at = fd;
		path = slash + 1;
	}
}

int
beneath_open(int dirfd, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned long long)(flags | O_CLOEXEC),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
		    RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	do
		fd = syscall(SYS_openat2, dirfd, path[0] ? path : ".", &how,
		    sizeof(how));
	while (fd < 0 && errno == EINTR);
	/* EPERM: a system call filter that does not know it. EAGAIN with an
	 * O_NONBLOCK open is the file's; without it, a rename raced with "..".
	 */
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return beneath_open_steps(dirfd, path, flags);
	return (int)fd;
}

int
beneath_open_parent(int dirfd, const char *path, const char **name_r)
{
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX];

	*name_r = slash ? slash + 1 : path;
	if (!slash)
		return beneath_open(dirfd, "", O_RDONLY | O_DIRECTORY);
	if ((size_t)(slash - path) >= sizeof(parent)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(parent, path, (size_t)(slash - path));
	parent[slash - path] = '\0';
	return beneath_open(dirfd, parent, O_RDONLY | O_DIRECTORY);
}
