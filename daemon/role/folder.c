/* folder.c - one drop folder: opened, locked, and tried out before the first
 * document depends on it. */
#include "role/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fs.h"

bool
folder_on_network(int fd)
{
	/* NFS, SMB (three), FUSE, 9P, Ceph, AFS (two), Coda, NCP, OCFS2, GFS2,
	 * Lustre, VirtualBox, GPFS, BeeGFS. */
	static const uint32_t types[] = { 0x6969, 0x517b, 0xff534d42,
		0xfe534d42, 0x65735546, 0x01021997, 0x00c36400, 0x5346414f,
		0x6b414653, 0x73757245, 0x564c, 0x7461636f, 0x01161970,
		0x0bd00bd0, 0x786f4256, 0x47504653, 0x19830326 };
	struct statfs s;

	if (fstatfs(fd, &s) != 0)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if ((uint32_t)s.f_type == types[i])
			return true;
	return false;
}

/* Who may write into the drop folder could put a .lavoir of his own there. */
static int
check_owner(const struct folder *f, struct err *e)
{
	struct stat own, drop;

	if (fstat(f->own_fd, &own) != 0 || fstat(f->fd, &drop) != 0)
		return err_sys(e, "stat");
	if (own.st_uid == geteuid() || own.st_uid == 0 ||
	    own.st_uid == drop.st_uid)
		return 0;
	return err_set(e, ERR_PERM,
	    FOLDER_OWN " belongs to user %lu, not to this daemon's user",
	    (unsigned long)own.st_uid);
}

/* A folder below dirfd, made when absent, never through a link. */
static int
own_dir(int dirfd, const char *name, mode_t mode, struct err *e)
{
	int rc = fs_mkdirs(dirfd, name, mode, e), fd;

	if (rc < 0)
		return rc;
	fd = openat(dirfd, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? err_sys(e, "open %s", name) : fd;
}

static int
open_done(struct folder *f, struct err *e)
{
	int rc;

	if (f->watch->done == CONFIG_DONE_DELETE)
		return 0;
	if (f->watch->done == CONFIG_DONE_KEEP) {
		f->done_fd = own_dir(f->own_fd, "done", 0755, e);
		return f->done_fd < 0 ? f->done_fd : 0;
	}
	rc = fs_mkdirs(AT_FDCWD, f->watch->move, 0755, e);
	if (rc < 0)
		return rc;
	f->done_fd = fs_open_dir(AT_FDCWD, f->watch->move, e);
	return f->done_fd < 0 ? f->done_fd : 0;
}

static int
open_own(struct folder *f, struct err *e)
{
	int rc, keeping;

	f->own_fd = own_dir(f->fd, FOLDER_OWN, 0755, e);
	if (f->own_fd < 0)
		return f->own_fd;
	rc = check_owner(f, e);
	if (rc < 0)
		return rc;
	f->lock_fd = fs_lock_file(f->own_fd, "lock", e);
	if (f->lock_fd == ERR_BUSY)
		return err_set(e, ERR_BUSY, "watched by another lavoird");
	if (f->lock_fd < 0)
		return f->lock_fd;
	f->failed_fd = own_dir(f->own_fd, "failed", 0750, e);
	if (f->failed_fd < 0)
		return f->failed_fd;
	f->retiring_fd = own_dir(f->own_fd, "retiring", 0700, e);
	if (f->retiring_fd < 0)
		return f->retiring_fd;
	keeping = own_dir(f->own_fd, "keeping", 0700, e);
	if (keeping < 0)
		return keeping;
	fs_close(&keeping);
	return open_done(f, e);
}

/* One step of the probe; learns whether RENAME_NOREPLACE works. */
static int
probe_rename(struct folder *f, int from, int to, struct err *e)
{
	if (f->noreplace) {
		if (renameat2(from, FOLDER_PROBE, to, FOLDER_PROBE,
			RENAME_NOREPLACE) == 0)
			return 0;
		if (errno != EINVAL && errno != ENOSYS)
			return err_sys(e, "rename a file");
		f->noreplace = false;
	}
	if (renameat(from, FOLDER_PROBE, to, FOLDER_PROBE) != 0)
		return err_sys(e, "rename a file");
	return 0;
}

static int
probe_move(struct folder *f, struct err *e)
{
	int to = f->done_fd >= 0 ? f->done_fd : f->retiring_fd, rc;

	rc = probe_rename(f, f->retiring_fd, f->fd, e);
	if (rc < 0)
		return err_wrap(e, "into the folder");
	if (f->watch->done == CONFIG_DONE_MOVE) {
		if (renameat(f->fd, FOLDER_PROBE, to, FOLDER_PROBE) == 0)
			return 0;
		if (errno == EXDEV)
			return err_set(e, ERR_CONFIG,
			    "\"move\": %s is on another file system",
			    f->watch->move);
		return err_sys(e, "rename a file to %s", f->watch->move);
	}
	rc = probe_rename(f, f->fd, to, e);
	return rc < 0 ? err_wrap(e, "out of the folder") : 0;
}

/* Everything that a retirement will need, done once with an empty file: what is
 * not allowed is said at the start and not when a document is already exported.
 */
static int
probe(struct folder *f, struct err *e)
{
	int fd, rc;

	unlinkat(f->fd, FOLDER_PROBE, 0);
	if (f->done_fd >= 0)
		unlinkat(f->done_fd, FOLDER_PROBE, 0);
	fd = openat(f->retiring_fd, FOLDER_PROBE,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_sys(e, "create a file in " FOLDER_OWN "/retiring");
	fs_close(&fd);
	f->noreplace = true;
	rc = probe_move(f, e);
	unlinkat(f->retiring_fd, FOLDER_PROBE, 0);
	if (unlinkat(f->fd, FOLDER_PROBE, 0) != 0 && errno != ENOENT && rc == 0)
		rc = err_sys(e, "unlink a file");
	if (f->done_fd >= 0 && unlinkat(f->done_fd, FOLDER_PROBE, 0) != 0 &&
	    rc == 0)
		rc = err_sys(e, "unlink a file");
	return rc;
}

int
folder_open(struct folder *f, const struct config_watch *w, uint32_t pipeline,
    uint32_t number, struct err *e)
{
	int rc;

	*f = (struct folder){ .number = number,
		.pipeline = pipeline,
		.watch = w,
		.fd = -1,
		.own_fd = -1,
		.done_fd = -1,
		.failed_fd = -1,
		.retiring_fd = -1,
		.lock_fd = -1 };
	f->fd = fs_open_dir(AT_FDCWD, w->path, e);
	rc = f->fd;
	if (rc < 0)
		goto out;
	f->network = folder_on_network(f->fd);
	rc = open_own(f, e);
	if (rc >= 0)
		rc = probe(f, e);
out:
	if (rc >= 0)
		return 0;
	err_wrap(e, "watch %s", w->path);
	folder_close(f);
	return rc;
}

void
folder_close(struct folder *f)
{
	fs_close(&f->retiring_fd);
	fs_close(&f->failed_fd);
	fs_close(&f->done_fd);
	fs_close(&f->lock_fd);
	fs_close(&f->own_fd);
	fs_close(&f->fd);
}
