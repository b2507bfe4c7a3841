/* lib_kinds.c - table of the calls that change files. */
#include "lib_call.h"

#include <string.h>
#include <sys/syscall.h>

#define NONE BYTES_NONE, -1
#define ARG(i) BYTES_ARG, (i)
#define IOV BYTES_IOV, 2

/* clang-format off */
const struct call_kind call_kinds[] = {
	/* number             name        family      fd  dir path dir2 path2 fl */
	{ __NR_write,	      "write",	    CALL_WRITE,	0, -1, -1, -1, -1, -1, ARG(2) },
	{ __NR_pwrite64,      "pwrite64",   CALL_WRITE,	0, -1, -1, -1, -1, -1, ARG(2) },
	{ __NR_writev,	      "writev",	    CALL_WRITE,	0, -1, -1, -1, -1, -1, IOV },
	{ __NR_pwritev,	      "pwritev",    CALL_WRITE,	0, -1, -1, -1, -1, -1, IOV },
	{ __NR_pwritev2,      "pwritev2",   CALL_WRITE,	0, -1, -1, -1, -1, -1, IOV },
	{ __NR_copy_file_range, "copy_file_range",
					    CALL_WRITE,	2, -1, -1, -1, -1, -1, ARG(4) },
	{ __NR_sendfile,      "sendfile",   CALL_WRITE,	0, -1, -1, -1, -1, -1, ARG(3) },
	{ __NR_splice,	      "splice",	    CALL_WRITE,	2, -1, -1, -1, -1, -1, ARG(4) },
	{ __NR_ftruncate,     "ftruncate",  CALL_SIZE,	0, -1, -1, -1, -1, -1, ARG(1) },
	{ __NR_truncate,      "truncate",   CALL_SIZE, -1, -1,	0, -1, -1, -1, ARG(1) },
	{ __NR_fallocate,     "fallocate",  CALL_SIZE,	0, -1, -1, -1, -1, -1, ARG(3) },
	{ __NR_fsync,	      "fsync",	    CALL_SYNC,	0, -1, -1, -1, -1, -1, NONE },
	{ __NR_fdatasync,     "fdatasync",  CALL_SYNC,	0, -1, -1, -1, -1, -1, NONE },
	{ __NR_sync_file_range, "sync_file_range",
					    CALL_SYNC,	0, -1, -1, -1, -1, -1, NONE },
	{ __NR_syncfs,	      "syncfs",	    CALL_SYNC,	0, -1, -1, -1, -1, -1, NONE },
	{ __NR_sync,	      "sync",	    CALL_SYNC, -1, -1, -1, -1, -1, -1, NONE },
	{ __NR_openat,	      "openat",	    CALL_OPEN, -1,  0,	1, -1, -1,  2, NONE },
	/* Its flags are in memory: always looked at by us. */
	{ __NR_openat2,	      "openat2",    CALL_OPEN, -1,  0,	1, -1, -1, -1, NONE },
	{ __NR_renameat2,     "renameat2",  CALL_NAME, -1,  0,	1,  2,	3, -1, NONE },
	{ __NR_linkat,	      "linkat",	    CALL_NAME, -1,  0,	1,  2,	3, -1, NONE },
	{ __NR_unlinkat,      "unlinkat",   CALL_NAME, -1,  0,	1, -1, -1, -1, NONE },
	{ __NR_mkdirat,	      "mkdirat",    CALL_NAME, -1,  0,	1, -1, -1, -1, NONE },
	{ __NR_symlinkat,     "symlinkat",  CALL_NAME, -1,  1,	2, -1, -1, -1, NONE },
	{ __NR_mknodat,	      "mknodat",    CALL_NAME, -1,  0,	1, -1, -1, -1, NONE },
	{ __NR_fchmod,	      "fchmod",	    CALL_META,	0, -1, -1, -1, -1, -1, NONE },
	{ __NR_fchmodat,      "fchmodat",   CALL_META, -1,  0,	1, -1, -1, -1, NONE },
	{ __NR_fchown,	      "fchown",	    CALL_META,	0, -1, -1, -1, -1, -1, NONE },
	{ __NR_fchownat,      "fchownat",   CALL_META, -1,  0,	1, -1, -1, -1, NONE },
	{ __NR_utimensat,     "utimensat",  CALL_META, -1,  0,	1, -1, -1, -1, NONE },
	{ __NR_setxattr,      "setxattr",   CALL_META, -1, -1,	0, -1, -1, -1, NONE },
	{ __NR_fsetxattr,     "fsetxattr",  CALL_META,	0, -1, -1, -1, -1, -1, NONE },
#ifdef __NR_renameat
	{ __NR_renameat,      "renameat",   CALL_NAME, -1,  0,	1,  2,	3, -1, NONE },
#endif
#ifdef __NR_open /* the old set of calls: not on newer architectures */
	{ __NR_open,	      "open",	    CALL_OPEN, -1, -1,	0, -1, -1,  1, NONE },
	{ __NR_creat,	      "creat",	    CALL_OPEN, -1, -1,	0, -1, -1, -1, NONE },
	{ __NR_rename,	      "rename",	    CALL_NAME, -1, -1,	0, -1,	1, -1, NONE },
	{ __NR_link,	      "link",	    CALL_NAME, -1, -1,	0, -1,	1, -1, NONE },
	{ __NR_unlink,	      "unlink",	    CALL_NAME, -1, -1,	0, -1, -1, -1, NONE },
	{ __NR_mkdir,	      "mkdir",	    CALL_NAME, -1, -1,	0, -1, -1, -1, NONE },
	{ __NR_rmdir,	      "rmdir",	    CALL_NAME, -1, -1,	0, -1, -1, -1, NONE },
	{ __NR_symlink,	      "symlink",    CALL_NAME, -1, -1,	1, -1, -1, -1, NONE },
	{ __NR_mknod,	      "mknod",	    CALL_NAME, -1, -1,	0, -1, -1, -1, NONE },
	{ __NR_chmod,	      "chmod",	    CALL_META, -1, -1,	0, -1, -1, -1, NONE },
	{ __NR_chown,	      "chown",	    CALL_META, -1, -1,	0, -1, -1, -1, NONE },
	{ __NR_lchown,	      "lchown",	    CALL_META, -1, -1,	0, -1, -1, -1, NONE },
	{ __NR_utimes,	      "utimes",	    CALL_META, -1, -1,	0, -1, -1, -1, NONE },
#endif
};
/* clang-format on */

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
