/* retire_copy.c - a document on a mount of its own below the drop folder: no
 * rename leads out of there, so it is copied, and the copy durable before it
 * goes. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "role/beneath.h"
#include "role/retire_private.h"

int
retire_copy_bytes(int from, uint64_t offset, uint64_t length, int to,
    struct err *e)
{
	char block[64 * 1024];

	while (length > 0) {
		size_t n =
		    length < sizeof(block) ? (size_t)length : sizeof(block);
		int rc = fs_pread_full(from, block, n, offset, NULL, e);

		if (rc == 0)
			rc = fs_write_full(to, block, n, e);
		if (rc < 0)
			return rc;
		offset += n;
		length -= n;
	}
	return fsync(to) == 0 ? 0 : err_sys(e, "sync the copy");
}

/* The copy, under a name that only this retirement uses, replacing what an
 * earlier attempt left of it. */
static int
copy_file(int from, int to_fd, const char *part, const struct retirement *r,
    struct err *e)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
		{ .tv_sec = (time_t)(r->witness.mtime_ns / 1000000000),
		    .tv_nsec = r->witness.mtime_ns % 1000000000 } };
	int to, rc;

	to = openat(to_fd, part,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (to < 0)
		return err_sys(e, "create %s", part);
	rc = retire_copy_bytes(from, 0, r->witness.size, to, e);
	if (rc == 0)
		futimens(to, times);
	fs_close(&to);
	return rc;
}

static int
give_name(const struct retirement *r, int to_fd, const char *part,
    const char *name, struct err *e)
{
	char other[NAME_MAX + 1];

	if (retire_rename(r->folder, to_fd, part, to_fd, name) == 0)
		return 0;
	retire_name_taken(other, name, r->id);
	if (errno == EEXIST &&
	    retire_rename(r->folder, to_fd, part, to_fd, other) == 0)
		return 0;
	return err_sys(e, "rename the copy");
}

int
retire_copy(const struct retirement *r, int from_fd, const char *name,
    int to_fd, struct err *e)
{
	char part[NAME_MAX + 1];
	int from = -1, rc = 0;

	if (to_fd < 0)
		goto remove;
	snprintf(part, sizeof(part), ".%.200s.part", r->id);
	from = beneath_open(from_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	if (from < 0)
		return err_sys(e, "open");
	rc = copy_file(from, to_fd, part, r, e);
	fs_close(&from);
	if (rc < 0)
		return rc;
	if (retire_is_file(from_fd, name, &r->witness) <= 0) {
		unlinkat(to_fd, part, 0);
		return 0;
	}
	rc = give_name(r, to_fd, part, name, e);
	if (rc == 0)
		rc = fs_sync_dir(to_fd, "done", e);
	if (rc < 0)
		return rc;
remove:
	/* The moment between look and unlink is the price of another mount. */
	if (retire_is_file(from_fd, name, &r->witness) <= 0)
		return 0;
	if (unlinkat(from_fd, name, 0) != 0)
		return err_sys(e, "delete");
	return 1;
}
