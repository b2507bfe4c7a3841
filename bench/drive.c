/* drive.c - runs a daemon and measures it from outside.
 *
 * drive load LAVOIRD CONFIG DROP       until the folder is empty
 * drive latency LAVOIRD CONFIG DROP N  N documents, one at a time, into idle
 * drive wait LAVOIRD CONFIG DROP S     S seconds from "ready", then the memory
 *
 * Time counts from the line "ready".  Prints "name value" lines: seconds, and
 * for each role its CPU in microseconds since then (what a zygote reaped counts
 * as workers') and the most memory it had, in KiB.
 *
 * A document counts as durable when it appears in done/: that comes after its
 * commit, so that the figure is never too good.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	STUCK_S = 60, /* and a second per 1000 documents, and per MiB of one */
	POLL_NS = 2000000,
	READY_MS = 60000,
	DOCUMENT_MS = 10000,
	QUIET_NS = 40000000, /* between two documents of a latency run */
	BYTES = 5000
};

enum { SUPERVISOR, ZYGOTE, WORKER, SEQUENCER, COMMITTER, ROLES };

static const char *const role_name[ROLES] = { "supervisor", "zygote", "worker",
	"sequencer", "committer" };

struct usage {
	double cpu[ROLES]; /* microseconds */
	long rss[ROLES];   /* most KiB of one process */
};

struct daemon {
	pid_t pid;
	int log; /* its standard error */
};

static void
die(const char *what)
{
	perror(what);
	exit(74);
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
nap(long ns)
{
	(void)nanosleep(&(struct timespec){ .tv_nsec = ns }, NULL);
}

/* ---- what a process used ---- */

static size_t
read_proc(pid_t pid, const char *file, char *dst, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, dst, size - 1);
	if (fd >= 0)
		(void)close(fd);
	dst[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

static int
role_of(pid_t pid, pid_t daemon)
{
	char line[256];

	if (pid == daemon)
		return SUPERVISOR;
	read_proc(pid, "cmdline", line, sizeof line);
	for (int r = ZYGOTE; r < ROLES; r++)
		if (strstr(line, role_name[r]))
			return r;
	return -1;
}

/* Parent, CPU and reaped children's CPU of a process; false: it is gone. */
static bool
read_stat(pid_t pid, pid_t *parent, double *cpu, double *reaped)
{
	char text[1024], state;
	unsigned long u, s;
	long cu, cs;
	const char *p;
	double tick = 1e6 / (double)sysconf(_SC_CLK_TCK);

	if (read_proc(pid, "stat", text, sizeof text) == 0 ||
	    !(p = strrchr(text, ')')))
		return false;
	/* NOLINTNEXTLINE(cert-err34-c): the kernel's own numbers */
	if (sscanf(p + 1,
		" %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld",
		&state, parent, &u, &s, &cu, &cs) != 6)
		return false;
	*cpu = (double)(u + s) * tick;
	*reaped = (double)(cu + cs) * tick;
	return true;
}

static long
peak_memory(pid_t pid)
{
	char text[4096];
	const char *p;

	read_proc(pid, "status", text, sizeof text);
	p = strstr(text, "VmHWM:");
	return p ? strtol(p + strlen("VmHWM:"), NULL, 10) : 0;
}

static void
add_process(struct usage *x, pid_t pid, pid_t daemon)
{
	double cpu, reaped;
	pid_t parent, above;
	double unused[2];
	long rss;
	int role;

	if (!read_stat(pid, &parent, &cpu, &reaped))
		return;
	if (pid != daemon && parent != daemon &&
	    (!read_stat(parent, &above, &unused[0], &unused[1]) ||
		above != daemon))
		return;
	role = role_of(pid, daemon);
	if (role < 0)
		return;
	x->cpu[role] += cpu;
	if (role == ZYGOTE)
		x->cpu[WORKER] += reaped;
	rss = peak_memory(pid);
	if (rss > x->rss[role])
		x->rss[role] = rss;
}

static void
look(struct usage *x, pid_t daemon)
{
	DIR *d = opendir("/proc");
	struct dirent *e;

	memset(x, 0, sizeof *x);
	while (d && (e = readdir(d))) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);

		if (pid > 0)
			add_process(x, pid, daemon);
	}
	if (d)
		(void)closedir(d);
}

static void
show(const struct usage *begin, const struct usage *end)
{
	for (int r = 0; r < ROLES; r++)
		printf("cpu_%s %.0f\n", role_name[r],
		    end->cpu[r] - begin->cpu[r]);
	for (int r = 0; r < ROLES; r++)
		printf("rss_%s %ld\n", role_name[r], end->rss[r]);
}

/* ---- a daemon ---- */

static void
start(struct daemon *d, char *program, char *config)
{
	char *argv[] = { program, (char[]){ "-c" }, config, NULL };
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) != 0)
		die("pipe");
	d->pid = fork();
	if (d->pid < 0)
		die("fork");
	if (d->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)dup2(fd[1], STDERR_FILENO);
		(void)execv(program, argv);
		_exit(127);
	}
	(void)close(fd[1]);
	d->log = fd[0];
	(void)fcntl(d->log, F_SETFL, O_NONBLOCK);
}

/* What has come of the log, shown as it is; true once a line says "ready". */
static bool
pass_log(const struct daemon *d)
{
	static char text[65536];
	bool ready = false;
	ssize_t n;

	while ((n = read(d->log, text, sizeof text - 1)) > 0) {
		text[n] = '\0';
		ready = ready || strstr(text, "ready\n");
		(void)fwrite(text, 1, (size_t)n, stderr);
	}
	if (n == 0) {
		(void)fputs("the daemon ended\n", stderr);
		exit(70);
	}
	return ready;
}

static double
wait_ready(const struct daemon *d)
{
	struct pollfd p = { .fd = d->log, .events = POLLIN };

	while (poll(&p, 1, READY_MS) > 0)
		if (pass_log(d))
			return now();
	(void)kill(d->pid, SIGKILL);
	(void)fputs("the daemon did not come up\n", stderr);
	exit(70);
}

static void
stop(struct daemon *d)
{
	int status = 0;

	(void)kill(d->pid, SIGTERM);
	while (waitpid(d->pid, &status, WNOHANG) == 0) {
		char text[4096];

		while (read(d->log, text, sizeof text) > 0)
			;
		nap(POLL_NS);
	}
	if (status != 0) {
		(void)fprintf(stderr, "the daemon ended with status %#x\n",
		    (unsigned)status);
		exit(70);
	}
}

/* ---- load ---- */

/* Files left; the last of them in byte order in last. */
static size_t
count_files(const char *folder, char last[256])
{
	DIR *d = opendir(folder);
	struct dirent *e;
	size_t n = 0;

	if (!d)
		die(folder);
	last[0] = '\0';
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		n++;
		if (strcmp(e->d_name, last) > 0)
			memcpy(last, e->d_name, strlen(e->d_name) + 1);
	}
	(void)closedir(d);
	return n;
}

/* Documents end in the order of their names: the folder is only read when the
 * last has gone. */
static void
load(struct daemon *d, const char *drop)
{
	struct usage begin, end;
	char last[256];
	size_t n = count_files(drop, last);
	double t = wait_ready(d);
	int fd = open(drop, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	look(&begin, d->pid);
	for (char name[256];;) {
		double since = now();

		memcpy(name, last, sizeof name);
		while (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
			nap(POLL_NS);
			pass_log(d);
			if (now() - since > STUCK_S + (double)n / 1000 +
				(double)st.st_size / (1 << 20)) {
				(void)fputs("documents do not end\n", stderr);
				exit(70);
			}
		}
		if (count_files(drop, last) == 0)
			break;
	}
	t = now() - t;
	look(&end, d->pid);
	(void)close(fd);
	printf("documents %zu\nseconds %.4f\n", n, t);
	show(&begin, &end);
}

/* ---- latency ---- */

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
median(double *x, size_t n)
{
	qsort(x, n, sizeof *x, by_value);
	return n > 0 ? x[n / 2] : 0;
}

static void
fill(char *bytes, uint64_t number)
{
	for (int i = 0; i < BYTES; i++)
		bytes[i] = (char)(i % 7 == 6 ? ' ' : 'a' + (number + i) % 26);
	(void)snprintf(bytes, BYTES, "%" PRIu64, number);
	bytes[strlen(bytes)] = ' ';
}

/* Milliseconds of one append of as many bytes, and its fdatasync. */
static double
one_sync(int fd, const char *bytes)
{
	double t;

	if (write(fd, bytes, BYTES) != BYTES)
		die("write");
	t = now();
	if (fdatasync(fd) != 0)
		die("fdatasync");
	return (now() - t) * 1e3;
}

static double
one_document(const char *drop, int inotify, const char *bytes, size_t number)
{
	char hidden[4096], name[4096], event[4096];
	struct pollfd p = { .fd = inotify, .events = POLLIN };
	int fd;
	double t;

	(void)snprintf(hidden, sizeof hidden, "%s/.coming", drop);
	(void)snprintf(name, sizeof name, "%s/one-%zu.txt", drop, number);
	fd = open(hidden, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, bytes, BYTES) != BYTES || fsync(fd) != 0)
		die(hidden);
	(void)close(fd);
	nap(QUIET_NS);
	t = now();
	if (rename(hidden, name) != 0)
		die(name);
	if (poll(&p, 1, DOCUMENT_MS) <= 0) {
		(void)fputs("a document did not come out\n", stderr);
		exit(70);
	}
	t = now() - t;
	(void)!read(inotify, event, sizeof event);
	return t * 1e3;
}

static void
latency(struct daemon *d, const char *drop, size_t n)
{
	double *took = calloc(n + 1, sizeof *took);
	double *sync = calloc(n + 1, sizeof *sync);
	char path[4096], bytes[BYTES];
	int inotify = inotify_init1(IN_CLOEXEC), fd;

	(void)wait_ready(d);
	(void)snprintf(path, sizeof path, "%s/.lavoir/beside", drop);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	(void)snprintf(path, sizeof path, "%s/.lavoir/done", drop);
	if (!took || !sync || fd < 0 ||
	    inotify_add_watch(inotify, path, IN_MOVED_TO) < 0)
		die(path);
	for (size_t i = 0; i < n; i++) {
		fill(bytes, i);
		took[i] = one_document(drop, inotify, bytes, i);
		sync[i] = one_sync(fd, bytes);
		pass_log(d);
	}
	(void)close(fd);
	(void)close(inotify);
	printf("latency_ms %.3f\n", median(took, n));
	printf("fdatasync_ms %.3f\n", median(sync, n));
	free(took);
	free(sync);
}

static void
wait_only(struct daemon *d, double seconds)
{
	struct usage begin, end;
	double t = wait_ready(d);

	look(&begin, d->pid);
	while (now() - t < seconds) {
		nap(POLL_NS);
		pass_log(d);
	}
	look(&end, d->pid);
	show(&begin, &end);
}

int
main(int argc, char **argv)
{
	struct daemon d;

	if (argc < 5) {
		(void)fputs("usage: drive load|latency|wait LAVOIRD CONFIG "
			    "DROP [N]\n",
		    stderr);
		return 64;
	}
	start(&d, argv[2], argv[3]);
	if (strcmp(argv[1], "load") == 0)
		load(&d, argv[4]);
	else if (strcmp(argv[1], "latency") == 0)
		latency(&d, argv[4],
		    strtoull(argc > 5 ? argv[5] : "50", NULL, 10));
	else
		wait_only(&d, strtod(argc > 5 ? argv[5] : "10", NULL));
	(void)fflush(stdout);
	stop(&d);
	return 0;
}
