/* powercut.c - a real file system in an image, and the power cut of it.
 *
 * usage: powercut mount FS DIR [MIB]   make DIR, in it an image of FS (ext4,
 *                                      xfs, btrfs) mounted as DIR/mnt
 *        powercut pull DIR [PATH ...]  fsync the PATHs, then the power goes
 *        powercut restore DIR          ... and comes back: DIR/mnt as a machine
 *                                      would find it after the cut
 *        powercut cut DIR [PATH ...]   pull and restore, when nobody is there
 *        powercut umount DIR           unmount and remove DIR
 *        powercut probe FS             status 0 or 77: can it be done here?
 *
 * After a pull only what had been synced is there (or what the file system had
 * written by itself, which is not much: it is told to commit every 10 minutes).
 * ext4 and XFS are shut down without flushing their journal; that of btrfs has
 * no such call, so its image is copied as it stands and the copy goes on.
 *
 * Between pull and restore the processes that use DIR/mnt must be killed;
 * restore waits up to 5 s for them.  Needs root.  Exit status: 77 with one line
 * on stderr where loop mounts or mkfs are missing, 1 for failures, 2 for
 * misuse.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/loop.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* EXT4_IOC_SHUTDOWN and XFS_IOC_GOINGDOWN, headers for users have neither. */
#define FS_IOC_SHUTDOWN 0x8004587dUL
#define SHUTDOWN_NOLOGFLUSH 2

enum { FAILED = 1, MISUSED = 2, SKIPPED = 77 };

static const struct fs {
	const char *name;
	const char *mkfs[8]; /* the image follows */
	const char *options;
	unsigned mib;  /* the least that mkfs takes, about */
	bool shutdown; /* knows the ioctl */
} file_systems[] = {
	{ "ext4",
	    { "mkfs.ext4", "-q", "-F", "-E",
		"lazy_itable_init=0,lazy_journal_init=0", NULL },
	    "commit=600", 32, true },
	{ "xfs", { "mkfs.xfs", "-q", "-f", NULL }, "", 320, true },
	{ "btrfs", { "mkfs.btrfs", "-q", "-f", NULL }, "commit=600", 128,
	    false },
};

static void
end(int status, const char *what, const char *name)
{
	fprintf(stderr, "powercut: %s%s%s: %s\n", what, name ? " " : "",
	    name ? name : "", strerror(errno));
	exit(status);
}

static void
misuse(void)
{
	fprintf(stderr,
	    "usage: powercut mount ext4|xfs|btrfs DIR [MIB] | pull DIR "
	    "[PATH ...] | restore DIR | cut DIR [PATH ...] | umount DIR | "
	    "probe FS\n");
	exit(MISUSED);
}

static const char *
under(const char *dir, const char *name)
{
	static char path[4][PATH_MAX];
	static unsigned turn;
	char *p = path[turn++ % 4];

	if (snprintf(p, PATH_MAX, "%s/%s", dir, name) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		end(FAILED, dir, NULL);
	}
	return p;
}

static const struct fs *
fs_find(const char *name)
{
	for (size_t i = 0; i < sizeof file_systems / sizeof *file_systems; i++)
		if (strcmp(file_systems[i].name, name) == 0)
			return &file_systems[i];
	misuse();
	return NULL;
}

/* Of the image in `dir`. */
static const struct fs *
fs_of(const char *dir)
{
	char name[16] = "";
	FILE *f = fopen(under(dir, "fs"), "re");

	if (!f)
		end(FAILED, "no image in", dir);
	if (!fgets(name, sizeof name, f))
		name[0] = '\0';
	fclose(f);
	return fs_find(name);
}

static void
write_name(const char *dir, const char *name)
{
	FILE *f = fopen(under(dir, "fs"), "we");

	if (!f || fputs(name, f) < 0 || fclose(f) != 0)
		end(FAILED, "write", under(dir, "fs"));
}

/*
 * Mount
 */

static void
make_fs(const struct fs *fs, const char *image)
{
	const char *argv[16];
	size_t n = 0;
	int status;
	pid_t pid;

	while (fs->mkfs[n]) {
		argv[n] = fs->mkfs[n];
		n++;
	}
	argv[n++] = image;
	argv[n] = NULL;
	pid = fork();
	if (pid < 0)
		end(FAILED, "fork", NULL);
	if (pid == 0) {
		/* execvp() does not write to its arguments. */
		union {
			const char **in;
			char *const *out;
		} args = { .in = argv };

		if (!freopen("/dev/null", "we", stdout))
			end(FAILED, "open", "/dev/null");
		execvp(argv[0], args.out);
		end(SKIPPED, "not here:", argv[0]);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		end(FAILED, "mkfs", fs->name);
	if (WEXITSTATUS(status) != 0)
		exit(WEXITSTATUS(status) == SKIPPED ? SKIPPED : FAILED);
}

static void
make_image(const char *path, unsigned mib)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, (off_t)mib << 20) < 0 || close(fd) < 0)
		end(FAILED, "make", path);
}

/* One try; a device that is free for a moment may be somebody else's. */
static int
attach_once(int control, int image, char *device, size_t size)
{
	struct loop_config config = { .fd = (unsigned)image,
		.info.lo_flags = LO_FLAGS_AUTOCLEAR };
	int n = ioctl(control, LOOP_CTL_GET_FREE);
	int fd;

	if (n < 0)
		end(SKIPPED, "no free loop device", NULL);
	snprintf(device, size, "/dev/loop%d", n);
	fd = open(device, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		end(SKIPPED, "no loop device", device);
	if (ioctl(fd, LOOP_CONFIGURE, &config) == 0)
		return fd;
	if (errno != EBUSY)
		end(SKIPPED, "cannot configure", device);
	close(fd);
	return -1;
}

static int
attach(const char *path, char *device, size_t size)
{
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int image = open(path, O_RDWR | O_CLOEXEC);
	int fd = -1;

	if (control < 0)
		end(SKIPPED, "no loop devices:", "/dev/loop-control");
	if (image < 0)
		end(FAILED, "open", path);
	for (int i = 0; i < 20 && fd < 0; i++)
		fd = attach_once(control, image, device, size);
	if (fd < 0)
		end(FAILED, "no free loop device", NULL);
	close(control);
	close(image);
	return fd;
}

static void
mount_image(const struct fs *fs, const char *dir)
{
	char device[64];
	/* The descriptor keeps the device until the mount does. */
	int fd = attach(under(dir, "img"), device, sizeof device);

	if (mount(device, under(dir, "mnt"), fs->name, MS_NOATIME,
		fs->options) < 0)
		end(errno == ENODEV || errno == EPERM ? SKIPPED : FAILED,
		    "cannot mount", fs->name);
	close(fd);
}

static void
unmount(const char *dir)
{
	struct timespec moment = { .tv_nsec = 2000000 };

	for (int i = 0; umount2(under(dir, "mnt"), 0) < 0; i++) {
		if (errno == EINVAL || errno == ENOENT)
			return; /* is not mounted */
		if (errno != EBUSY || i == 2500)
			end(FAILED, "unmount", under(dir, "mnt"));
		nanosleep(&moment, NULL);
	}
}

static void
remove_dir(const char *dir)
{
	unlink(under(dir, "img"));
	unlink(under(dir, "img.pulled"));
	unlink(under(dir, "fs"));
	rmdir(under(dir, "mnt"));
	if (rmdir(dir) < 0 && errno != ENOENT)
		end(FAILED, "remove", dir);
}

static int
do_mount(const char *name, const char *dir, const char *size)
{
	const struct fs *fs = fs_find(name);
	unsigned mib = size ? (unsigned)strtoul(size, NULL, 10) : fs->mib;

	if (mib == 0)
		misuse();
	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		end(FAILED, "make", dir);
	if (mkdir(under(dir, "mnt"), 0755) < 0)
		end(FAILED, "make", under(dir, "mnt"));
	make_image(under(dir, "img"), mib);
	make_fs(fs, under(dir, "img"));
	write_name(dir, fs->name);
	mount_image(fs, dir);
	return 0;
}

/*
 * The cut
 */

/* Holes stay holes. */
static void
copy_image(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	off_t at = 0;
	struct stat st;

	if (in < 0 || out < 0 || fstat(in, &st) < 0 ||
	    ftruncate(out, st.st_size) < 0)
		end(FAILED, "copy to", to);
	while ((at = lseek(in, at, SEEK_DATA)) >= 0) {
		off_t hole = lseek(in, at, SEEK_HOLE);
		off_t to_at = at;

		while (at < hole) {
			ssize_t n = copy_file_range(in, &at, out, &to_at,
			    (size_t)(hole - at), 0);

			if (n <= 0)
				end(FAILED, "copy to", to);
		}
	}
	close(in);
	if (close(out) < 0)
		end(FAILED, "copy to", to);
}

static int
do_pull(const char *dir, char **keep)
{
	const struct fs *fs = fs_of(dir);
	uint32_t flag = SHUTDOWN_NOLOGFLUSH;
	int fd;

	for (; *keep; keep++) {
		fd = open(*keep, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || fsync(fd) < 0 || close(fd) < 0)
			end(FAILED, "sync", *keep);
	}
	if (!fs->shutdown) {
		copy_image(under(dir, "img"), under(dir, "img.pulled"));
		return 0;
	}
	fd = open(under(dir, "mnt"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, FS_IOC_SHUTDOWN, &flag) < 0)
		end(FAILED, "shut down", dir);
	close(fd);
	return 0;
}

static int
do_restore(const char *dir)
{
	const struct fs *fs = fs_of(dir);

	unmount(dir);
	if (!fs->shutdown &&
	    rename(under(dir, "img.pulled"), under(dir, "img")) < 0)
		end(FAILED, "there was no pull in", dir);
	mount_image(fs, dir);
	return 0;
}

static int
do_umount(const char *dir)
{
	unmount(dir);
	remove_dir(dir);
	return 0;
}

static int
do_probe(const char *name)
{
	char dir[] = "/tmp/powercut.XXXXXX";
	int status;
	pid_t pid;

	if (!mkdtemp(dir))
		end(FAILED, "mkdtemp", NULL);
	pid = fork();
	if (pid < 0)
		end(FAILED, "fork", NULL);
	if (pid == 0)
		exit(do_mount(name, dir, NULL));
	if (waitpid(pid, &status, 0) != pid)
		end(FAILED, "wait", NULL);
	do_umount(dir);
	return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}

int
main(int argc, char **argv)
{
	const char *verb = argc >= 3 ? argv[1] : "";

	if (strcmp(verb, "mount") == 0 && (argc == 4 || argc == 5))
		return do_mount(argv[2], argv[3], argv[4]);
	if (strcmp(verb, "pull") == 0)
		return do_pull(argv[2], argv + 3);
	if (strcmp(verb, "restore") == 0 && argc == 3)
		return do_restore(argv[2]);
	if (strcmp(verb, "cut") == 0)
		return do_pull(argv[2], argv + 3) || do_restore(argv[2]);
	if (strcmp(verb, "umount") == 0 && argc == 3)
		return do_umount(argv[2]);
	if (strcmp(verb, "probe") == 0 && argc == 3)
		return do_probe(argv[2]);
	misuse();
	return MISUSED;
}
