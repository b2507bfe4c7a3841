/* lib_kinds.c - table of the calls that change files. */
#include "lib_call.h"

#include <string.h>
#include <sys/syscall.h>

#define NONE BYTES_NONE, -1
#define ARG(i) BYTES_ARG, (i)
#define IOV BYTES_IOV, 2

/* A position of -1: the call has no such argument. */
#define ROW(call, family, fd, dir, path, dir2, path2, flags, ...)              \
	{                                                                      \
		.name = #call, .nr = __NR_##call, family, (fd), (dir), (path), \
		(dir2), (path2), (flags), __VA_ARGS__                          \
	}

#define ON_FD(call, family, fd, ...)                                           \
	ROW(call, family, fd, -1, -1, -1, -1, -1, __VA_ARGS__)
#define ON_PATH(call, family, dir, path, flags, ...)                           \
	ROW(call, family, -1, dir, path, -1, -1, flags, __VA_ARGS__)
#define ON_TWO(call, family, dir, path, dir2, path2)                           \
	ROW(call, family, -1, dir, path, dir2, path2, -1, NONE)
#define ON_ALL(call, family) ROW(call, family, -1, -1, -1, -1, -1, -1, NONE)

const struct call_kind call_kinds[] = {
	ON_FD(write, CALL_WRITE, 0, ARG(2)),
	ON_FD(pwrite64, CALL_WRITE, 0, ARG(2)),
	ON_FD(writev, CALL_WRITE, 0, IOV),
	ON_FD(pwritev, CALL_WRITE, 0, IOV),
	ON_FD(pwritev2, CALL_WRITE, 0, IOV),
	ON_FD(copy_file_range, CALL_WRITE, 2, ARG(4)),
	ON_FD(sendfile, CALL_WRITE, 0, ARG(3)),
	ON_FD(splice, CALL_WRITE, 2, ARG(4)),
	ON_FD(ftruncate, CALL_SIZE, 0, ARG(1)),
	ON_PATH(truncate, CALL_SIZE, -1, 0, -1, ARG(1)),
	ON_FD(fallocate, CALL_SIZE, 0, ARG(3)),
	ON_FD(fsync, CALL_SYNC, 0, NONE),
	ON_FD(fdatasync, CALL_SYNC, 0, NONE),
	ON_FD(sync_file_range, CALL_SYNC, 0, NONE),
	ON_FD(syncfs, CALL_SYNC, 0, NONE),
	ON_ALL(sync, CALL_SYNC),
	ON_PATH(openat, CALL_OPEN, 0, 1, 2, NONE),
	/* Its flags are in memory: always looked at by us. */
	ON_PATH(openat2, CALL_OPEN, 0, 1, -1, NONE),
	ON_TWO(renameat2, CALL_NAME, 0, 1, 2, 3),
	ON_TWO(linkat, CALL_NAME, 0, 1, 2, 3),
	ON_PATH(unlinkat, CALL_NAME, 0, 1, -1, NONE),
	ON_PATH(mkdirat, CALL_NAME, 0, 1, -1, NONE),
	ON_PATH(symlinkat, CALL_NAME, 1, 2, -1, NONE),
	ON_PATH(mknodat, CALL_NAME, 0, 1, -1, NONE),
	ON_FD(fchmod, CALL_META, 0, NONE),
	ON_PATH(fchmodat, CALL_META, 0, 1, -1, NONE),
	ON_FD(fchown, CALL_META, 0, NONE),
	ON_PATH(fchownat, CALL_META, 0, 1, -1, NONE),
	ON_PATH(utimensat, CALL_META, 0, 1, -1, NONE),
	ON_PATH(setxattr, CALL_META, -1, 0, -1, NONE),
	ON_FD(fsetxattr, CALL_META, 0, NONE),
#ifdef __NR_renameat
	ON_TWO(renameat, CALL_NAME, 0, 1, 2, 3),
#endif
#ifdef __NR_open /* the old set of calls: not on newer architectures */
	ON_PATH(open, CALL_OPEN, -1, 0, 1, NONE),
	ON_PATH(creat, CALL_OPEN, -1, 0, -1, NONE),
	ON_TWO(rename, CALL_NAME, -1, 0, -1, 1),
	ON_TWO(link, CALL_NAME, -1, 0, -1, 1),
	ON_PATH(unlink, CALL_NAME, -1, 0, -1, NONE),
	ON_PATH(mkdir, CALL_NAME, -1, 0, -1, NONE),
	ON_PATH(rmdir, CALL_NAME, -1, 0, -1, NONE),
	ON_PATH(symlink, CALL_NAME, -1, 1, -1, NONE),
	ON_PATH(mknod, CALL_NAME, -1, 0, -1, NONE),
	ON_PATH(chmod, CALL_META, -1, 0, -1, NONE),
	ON_PATH(chown, CALL_META, -1, 0, -1, NONE),
	ON_PATH(lchown, CALL_META, -1, 0, -1, NONE),
	ON_PATH(utimes, CALL_META, -1, 0, -1, NONE),
#endif
};

_Static_assert(sizeof call_kinds / sizeof call_kinds[0] <= CALL_KINDS_MAX,
    "raise CALL_KINDS_MAX");

const size_t call_kind_count = sizeof call_kinds / sizeof call_kinds[0];

static const char *const families[] = {
	[CALL_WRITE] = "@write",
	[CALL_SIZE] = "@size",
	[CALL_OPEN] = "@open",
	[CALL_NAME] = "@name",
	[CALL_META] = "@meta",
	[CALL_SYNC] = "@sync",
};

const struct call_kind *
call_kind_find(int nr)
{
	for (size_t i = 0; i < call_kind_count; i++)
		if (call_kinds[i].nr == nr)
			return &call_kinds[i];
	return NULL;
}

bool
call_kind_is(const struct call_kind *kind, const char *spec)
{
	return strcmp(spec, kind->name) == 0 ||
	    strcmp(spec, families[kind->family]) == 0;
}
