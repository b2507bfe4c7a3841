/* claim.c - may this file be taken, and taking it. */
#include "role/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "role/beneath.h"

enum {
	LINK_LOOK_MS = 1000, /* has the other name gone? */
	ERROR_WAIT_MS = 1000,
	SPARSE_MIN = 1024 * 1024,
	SIDECAR_MAX = 4096,
};

/* One look under way. */
struct trial {
	const struct folder *f;
	const char *path;
	struct claim_look *look;
	int dirfd;	  /* of the folder it lies in */
	const char *name; /* its last part */
	int fd;
	struct stat st;
	bool network;
	bool alike; /* as at the look before */
	struct claimed got;
};

static int answer(struct trial *t, int code, int64_t wait_ms,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

static int
answer(struct trial *t, int code, int64_t wait_ms, const char *format, ...)
{
	va_list args;

	t->look->wait_ms = wait_ms;
	va_start(args, format);
	vsnprintf(t->look->detail, sizeof(t->look->detail), format, args);
	va_end(args);
	return code;
}

static int
answer_errno(struct trial *t, const char *what)
{
	int error = errno;

	if (error == ENOENT || error == ENOTDIR)
		return answer(t, CLAIM_GONE, 0, "there is no such file");
	if (error == EACCES || error == EPERM)
		return answer(t, CLAIM_DENIED, 0, "%s: %s", what,
		    strerror(error));
	if (error == ELOOP || error == EXDEV)
		return answer(t, CLAIM_NOT_REGULAR, 0,
		    "a symbolic link on the way to it");
	return answer(t, CLAIM_ERROR, ERROR_WAIT_MS, "%s: %s", what,
	    strerror(error));
}

static struct witness
witness_of(const struct stat *st)
{
	return (struct witness){
		.inode = st->st_ino,
		.size = (uint64_t)st->st_size,
		.mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 +
		    st->st_mtim.tv_nsec,
		.ctime_ns = (int64_t)st->st_ctim.tv_sec * 1000000000 +
		    st->st_ctim.tv_nsec,
	};
}

static const char *
type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a folder";
	case S_IFLNK:
		return "a symbolic link: links are not followed";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFCHR:
	case S_IFBLK:
		return "a device";
	default:
		return "not a regular file";
	}
}

/* Remember what it looks like, and since when. */
static void
note_look(struct trial *t)
{
	struct witness now = witness_of(&t->st);

	t->alike =
	    t->look->since_ms != 0 && witness_equal(&now, &t->look->witness);
	if (t->alike)
		return;
	t->look->witness = now;
	t->look->since_ms = clock_monotonic_ms();
}

/* How long it has been quiet: by its ctime, or by having looked alike on our
 * own clock, which no clock jump stretches. Another machine's ctime says
 * nothing. */
static int64_t
quiet_ms(const struct trial *t)
{
	int64_t looked = 0, aged;

	if (t->alike)
		looked = (int64_t)(clock_monotonic_ms() - t->look->since_ms);
	if (t->network)
		return looked;
	aged = (clock_wall_ns() - t->look->witness.ctime_ns) / 1000000;
	return aged > looked ? aged : looked;
}

static int
check_type(struct trial *t)
{
	const struct config_watch *w = t->f->watch;

	if (!S_ISREG(t->st.st_mode))
		return answer(t, CLAIM_NOT_REGULAR, 0, "%s",
		    type_name(t->st.st_mode));
	if (w->size_max && (uint64_t)t->st.st_size > w->size_max)
		return answer(t, CLAIM_TOO_LARGE, 0,
		    "%llu bytes are more than size_max, %llu",
		    (unsigned long long)t->st.st_size,
		    (unsigned long long)w->size_max);
	return CLAIM_YES;
}

static int
check_quiet(struct trial *t)
{
	int64_t settle = t->f->watch->settle_ms, quiet = quiet_ms(t), left;

	if (t->st.st_nlink > 1 && quiet < CLAIM_LINK_MS) {
		left = CLAIM_LINK_MS - quiet;
		return answer(t, CLAIM_LINKED,
		    left < LINK_LOOK_MS ? left : LINK_LOOK_MS,
		    "it has %lu names: taken when one is left, or in %.0f s",
		    (unsigned long)t->st.st_nlink, (double)left / 1000);
	}
	if (t->look->hint == CLAIM_MOVED_IN)
		return CLAIM_YES;
	if (t->network) {
		if (settle < t->f->watch->poll_ms)
			settle = t->f->watch->poll_ms;
		if (!t->alike)
			return answer(t, CLAIM_SETTLING,
			    settle > 0 ? settle : 1,
			    "seen once: taken when it looks the same again");
	}
	if (quiet >= settle)
		return CLAIM_YES;
	left = settle - (quiet > 0 ? quiet : 0);
	return answer(t, CLAIM_SETTLING, left,
	    "it must be quiet for another %.1f s", (double)left / 1000);
}

/* Little is allocated for much size.  Compressing file systems do that too:
 * there, unlike here, all of it is data. */
static int
check_sparse(struct trial *t)
{
	off_t data, hole;

	if (t->st.st_size < SPARSE_MIN ||
	    t->st.st_blocks * 512 >= t->st.st_size / 1024)
		return CLAIM_YES;
	data = lseek(t->fd, 0, SEEK_DATA);
	hole = data == 0 ? lseek(t->fd, 0, SEEK_HOLE) : 0;
	lseek(t->fd, 0, SEEK_SET);
	if (data == 0 && (hole < 0 || hole >= t->st.st_size))
		return CLAIM_YES;
	return answer(t, CLAIM_SPARSE, 0,
	    "a sparse file: %llu bytes, of which %llu are stored",
	    (unsigned long long)t->st.st_size,
	    (unsigned long long)t->st.st_blocks * 512);
}

/* A read lease is given when nobody has the file open for writing.  It is given
 * back at once; SIGURG, which does nothing, in case somebody came in between.
 * 1: somebody has; 0: nobody; -1: we may not know. */
static int
probe_writer(int fd)
{
	int rc;

	if (fcntl(fd, F_SETSIG, SIGURG) != 0)
		return -1;
	rc = fcntl(fd, F_SETLEASE, F_RDLCK);
	if (rc == 0) {
		fcntl(fd, F_SETLEASE, F_UNLCK);
		return 0;
	}
	return errno == EAGAIN ? 1 : -1;
}

static int
check_writer(struct trial *t)
{
	int64_t wait = t->f->watch->settle_ms, left;
	int writer;

	if (t->look->hint == CLAIM_MOVED_IN)
		return CLAIM_YES;
	writer = t->network ? 0 : probe_writer(t->fd);
	if (writer > 0)
		return answer(t, CLAIM_WRITING, wait > 50 ? wait : 50,
		    "somebody has it open for writing");
	if (writer == 0 || t->look->hint != CLAIM_CREATED)
		return CLAIM_YES;
	left = CLAIM_LINK_MS - quiet_ms(t);
	if (left <= 0)
		return CLAIM_YES;
	return answer(t, CLAIM_WRITING, left,
	    "not closed since it was seen appear: taken then, or in %.0f s",
	    (double)left / 1000);
}

static int
open_companion(const struct trial *t, const char *suffix)
{
	char name[NAME_MAX + 1];
	int n = snprintf(name, sizeof(name), "%s%s", t->name, suffix);

	if (n < 0 || (size_t)n >= sizeof(name)) {
		errno = ENOENT;
		return -1;
	}
	return openat(t->dirfd, name,
	    O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
}

static int
check_done_file(struct trial *t)
{
	char name[NAME_MAX + 1];
	struct stat st;
	int n;

	if (!t->f->watch->done_file)
		return CLAIM_YES;
	n = snprintf(name, sizeof(name), "%s%s", t->name,
	    t->f->watch->done_file);
	if (n > 0 && (size_t)n < sizeof(name) &&
	    fstatat(t->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		return CLAIM_YES;
	return answer(t, CLAIM_NO_DONE_FILE, 0, "%s%s is not there", t->name,
	    t->f->watch->done_file);
}

static int
check_sidecar(struct trial *t)
{
	char text[SIDECAR_MAX];
	struct stat st;
	ssize_t n = -1;
	int fd;

	if (!t->f->watch->sha256_sidecar)
		return CLAIM_YES;
	fd = open_companion(t, ".sha256");
	if (fd < 0)
		return answer(t, CLAIM_SIDECAR, 0, "%s.sha256: %s", t->name,
		    strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		n = read(fd, text, sizeof(text));
	close(fd);
	if (n < 0 || !claim_parse_sidecar(text, (size_t)n, t->got.sha256))
		return answer(t, CLAIM_SIDECAR, ERROR_WAIT_MS,
		    "%s.sha256 does not begin with a SHA-256", t->name);
	t->got.has_sha256 = true;
	return CLAIM_YES;
}

/* Only now, and only this very file: looking came first because opening a
 * device can do things. */
static int
open_file(struct trial *t)
{
	struct stat st;

	t->fd = beneath_open(t->dirfd, t->name,
	    O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
	if (t->fd < 0)
		return answer_errno(t, "open");
	if (fstat(t->fd, &st) != 0)
		return answer_errno(t, "stat");
	if (st.st_ino != t->st.st_ino || !S_ISREG(st.st_mode) ||
	    st.st_size != t->st.st_size ||
	    st.st_ctim.tv_sec != t->st.st_ctim.tv_sec ||
	    st.st_ctim.tv_nsec != t->st.st_ctim.tv_nsec)
		return answer(t, CLAIM_SETTLING, 1,
		    "it was replaced or changed just now");
	return CLAIM_YES;
}

static int
look_at(struct trial *t)
{
	static int (*const checks[])(struct trial *) = { check_type,
		check_quiet, check_done_file, open_file, check_sparse,
		check_sidecar, check_writer };
	int code = CLAIM_YES;

	t->dirfd = t->f->fd;
	t->network = t->f->network;
	t->name = t->path;
	if (strchr(t->path, '/')) {
		t->dirfd = beneath_open_parent(t->f->fd, t->path, &t->name);
		if (t->dirfd < 0)
			return answer_errno(t, "open its folder");
		/* It may be a mount of its own. */
		t->network = folder_on_network(t->dirfd);
	}
	if (fstatat(t->dirfd, t->name, &t->st, AT_SYMLINK_NOFOLLOW) != 0)
		return answer_errno(t, "stat");
	note_look(t);
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		code = checks[i](t);
		if (code != CLAIM_YES)
			break;
	}
	return code;
}

int
claim_try(const struct folder *f, const char *path, struct claim_look *look,
    struct claimed *c_r)
{
	struct trial t = { .f = f,
		.path = path,
		.look = look,
		.dirfd = -1,
		.fd = -1 };
	int code;

	look->wait_ms = 0;
	look->detail[0] = '\0';
	if (!claim_name_wanted(f->watch, path))
		return answer(&t, CLAIM_EXCLUDED, 0,
		    "by its name: hidden, temporary, or excluded by a pattern");
	code = look_at(&t);
	if (code == CLAIM_YES && c_r) {
		*c_r = t.got;
		c_r->fd = t.fd;
		c_r->witness = look->witness;
		t.fd = -1;
	}
	fs_close(&t.fd);
	if (t.dirfd != f->fd)
		fs_close(&t.dirfd);
	return code;
}
