/* t-attack.c - a plugin that goes for what is not its own: the host's channels,
 * other processes, files, the network, as the document says.
 *
 * Calls that the lock has to refuse fail the document if they are not refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "marked.h"

/* ---- the host's descriptors ---- */

static int
close_all(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	return LAVOIR_OK;
}

static int
close_all_spin(struct self *self, struct lavoir_doc *doc)
{
	close_all(self, doc);
	for (volatile unsigned long i = 0;; i++)
		;
	return LAVOIR_OK;
}

static int
garbage(struct self *self, struct lavoir_doc *doc)
{
	static const char junk[] = "\xff\xff\xff\xff\xff\xff\xff\xff garbage "
				   "\xff\xff\xff\xff\xff\xff\xff\xff";

	(void)self;
	(void)doc;
	for (int fd = 3; fd < 1024; fd++)
		if (write(fd, junk, sizeof(junk)) < 0)
			continue;
	return LAVOIR_OK;
}

/* One channel only: the n-th socket among the descriptors. */
static int
garbage_to(int n, const void *bytes, size_t size)
{
	for (int fd = 3; fd < 1024; fd++) {
		struct stat st;

		if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) && n-- == 0)
			return write(fd, bytes, size) < 0 ? LAVOIR_EINVAL
							  : LAVOIR_OK;
	}
	return LAVOIR_EINVAL;
}

static const char junk[64] = "\xff\xff\xff\xff\xff\xff\xff\xff";

/* The head of a frame of 16 MiB: what follows would be swallowed. */
static int
garbage_frame(struct self *self, struct lavoir_doc *doc)
{
	static const unsigned char head[12] = { 0, 0, 0, 1, 60, 0, 0, 0 };

	(void)self;
	(void)doc;
	return garbage_to(1, head, sizeof(head));
}

static int
garbage_first(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	return garbage_to(0, junk, sizeof(junk));
}

static int
garbage_second(struct self *self, struct lavoir_doc *doc)
{
	(void)self;
	(void)doc;
	return garbage_to(1, junk, sizeof(junk));
}

/* ---- what is refused ---- */

static int
refused(struct self *self, long rc, const char *what)
{
	if (rc < 0)
		return LAVOIR_OK;
	return self->host->fail(self->host, LAVOIR_EINVAL, what);
}

static int
fork_bomb(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	for (int i = 0; i < 1000; i++) {
		pid_t pid = fork();

		if (pid == 0)
			for (;;)
				pause();
		if (pid > 0)
			return refused(self, pid, "fork is allowed");
	}
	return LAVOIR_OK;
}

static void *
idle(void *arg)
{
	(void)arg;
	for (;;)
		pause();
	return NULL;
}

static int
threads(struct self *self, struct lavoir_doc *doc)
{
	pthread_t t;

	(void)doc;
	for (int i = 0; i < 1000; i++)
		if (pthread_create(&t, NULL, idle, NULL) == 0)
			return refused(self, 0, "threads are allowed");
	return LAVOIR_OK;
}

static int
kill_parent(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	return refused(self, kill(getppid(), SIGKILL), "kill is allowed");
}

/* The supervisor, from whom this process comes by way of the zygote, is in the
 * same process group. */
static int
kill_group(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	return refused(self, kill(0, SIGTERM), "kill is allowed");
}

static int
trace(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	return refused(self, ptrace(PTRACE_SEIZE, getppid(), NULL, NULL),
	    "ptrace is allowed");
}

static int
open_files(struct self *self, struct lavoir_doc *doc)
{
	static const char *const path[] = { "/etc/passwd", "/proc/self/maps",
		"/dev/null", "/tmp", "." };

	(void)doc;
	for (size_t i = 0; i < sizeof(path) / sizeof(*path); i++)
		if (open(path[i], O_RDONLY) >= 0)
			return refused(self, 0, path[i]);
	return refused(self,
	    open("/tmp/lavoir-canary", O_CREAT | O_WRONLY, 0600),
	    "writing files is allowed");
}

static int
connect_out(struct self *self, struct lavoir_doc *doc)
{
	static const int family[] = { AF_INET, AF_INET6, AF_UNIX, AF_NETLINK };

	(void)doc;
	for (size_t i = 0; i < sizeof(family) / sizeof(*family); i++)
		if (socket(family[i], SOCK_STREAM, 0) >= 0 ||
		    socket(family[i], SOCK_DGRAM, 0) >= 0)
			return refused(self, 0, "sockets are allowed");
	return LAVOIR_OK;
}

static int
execute(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	return refused(self, execl("/bin/true", "true", (char *)NULL),
	    "exec is allowed");
}

static int
place(struct self *self, struct lavoir_doc *doc)
{
	(void)doc;
	if (chdir("/tmp") == 0)
		return refused(self, 0, "chdir is allowed");
	umask(0);
	return LAVOIR_OK;
}

static int
limits(struct self *self, struct lavoir_doc *doc)
{
	struct rlimit more = { RLIM_INFINITY, RLIM_INFINITY };

	(void)doc;
	return refused(self, setrlimit(RLIMIT_CORE, &more),
	    "raising limits is allowed");
}

static int
executable(struct self *self, struct lavoir_doc *doc)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)doc;
	return refused(self, p == MAP_FAILED ? -1 : 0,
	    "memory to write and to execute is allowed");
}

static const struct behaviour behaviours[] = {
	{ "close-all", close_all },
	{ "close-all-spin", close_all_spin },
	{ "garbage", garbage },
	{ "garbage-first", garbage_first },
	{ "garbage-second", garbage_second },
	{ "garbage-frame", garbage_frame },
	{ "fork", fork_bomb },
	{ "threads", threads },
	{ "kill-parent", kill_parent },
	{ "kill-group", kill_group },
	{ "ptrace", trace },
	{ "open", open_files },
	{ "connect", connect_out },
	{ "exec", execute },
	{ "place", place },
	{ "limits", limits },
	{ "executable", executable },
	{ .name = NULL },
};

static int
process(void *self, struct lavoir_doc *doc)
{
	return marked_run(self, doc, behaviours);
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "t-attack",
	.version = "1",
	.summary = "For tests",
	.options = marked_options,
	.open = marked_open,
	.close = marked_close,
	.process = process,
};
