/* probe.c - run the describe process and collect what it says.
 *
 * posix_spawn() shares the parent's memory until exec, without running any of
 * its handlers: safe beside other threads, which fork() is not.
 */
#include "plugin/probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"

enum { LAST_WORDS_MAX = 4096, LAST_LINE_MAX = 160 };

struct run {
	pid_t pid;
	int in, out[2], err[2], end; /* end: a pidfd */
	struct buf words;	     /* the tail of standard error */
	bool too_much, late;
};

static int
open_channels(struct run *r, const struct probe *p, struct err *e)
{
	size_t len = p->input ? strlen(p->input) : 0;

	r->in = memfd_create("options", MFD_CLOEXEC);
	if (r->in < 0)
		return err_sys(e, "memfd_create");
	if (len && fs_write_full(r->in, p->input, len, e) < 0)
		return e->code;
	if (pipe2(r->out, O_CLOEXEC) < 0 || pipe2(r->err, O_CLOEXEC) < 0)
		return err_sys(e, "pipe");
	fcntl(r->out[0], F_SETFL, O_NONBLOCK);
	fcntl(r->err[0], F_SETFL, O_NONBLOCK);
	return 0;
}

static int
spawn(struct run *r, const struct probe *p, struct err *e)
{
	extern char **environ;
	/* Not changed, only declared so. */
	union {
		const char *const *ours;
		char *const *theirs;
	} argv = { .ours = p->argv };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, r->in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, r->out[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, r->err[1], STDERR_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr,
	    POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
		POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	rc = posix_spawn(&r->pid, p->program ? p->program : "/proc/self/exe",
	    &files, &attr, argv.theirs, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	fs_close(&r->out[1]);
	fs_close(&r->err[1]);
	if (rc != 0) {
		r->pid = 0;
		errno = rc;
		return err_sys(e, "start %s",
		    p->program ? p->program : "/proc/self/exe");
	}
	r->end = (int)syscall(SYS_pidfd_open, r->pid, 0);
	return r->end < 0 ? err_sys(e, "pidfd_open") : 0;
}

/* Read what is there; false once the other end is closed. */
static bool
drain(int fd, struct buf *b, size_t max)
{
	ssize_t n;

	for (;;) {
		n = read(fd, buf_reserve(b, 4096), 4096);
		if (n > 0)
			b->len += (size_t)n;
		if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
			return false;
		if (n < 0 && errno == EAGAIN)
			return true;
		if (b->len > max)
			return true;
	}
}

static bool
drain_all(struct run *r, struct pollfd *fds, struct buf *output, size_t max)
{
	if (!drain(r->out[0], output, max))
		fds[0].fd = -1;
	if (!drain(r->err[0], &r->words, LAST_WORDS_MAX))
		fds[1].fd = -1;
	if (r->words.len > LAST_WORDS_MAX)
		buf_consume(&r->words, r->words.len - LAST_WORDS_MAX);
	r->too_much = output->len > max;
	return !r->too_much;
}

/* Until it ends, says too much, or its time is over. */
static void
collect(struct run *r, const struct probe *p, struct buf *output)
{
	struct pollfd fds[] = {
		{ .fd = r->out[0], .events = POLLIN },
		{ .fd = r->err[0], .events = POLLIN },
		{ .fd = r->end, .events = POLLIN },
	};
	uint64_t deadline = clock_monotonic_ms() + (uint64_t)p->timeout_ms;
	uint64_t now;

	for (;;) {
		now = clock_monotonic_ms();
		r->late = now >= deadline;
		if (r->late)
			return;
		if (poll(fds, 3, (int)(deadline - now)) < 0)
			ensure(errno == EINTR);
		if (!drain_all(r, fds, output, p->output_max))
			return;
		/* What it wrote before its end was there before the end was. */
		if (fds[2].revents) {
			drain_all(r, fds, output, p->output_max);
			return;
		}
	}
}

/* The last line that is not empty, fit to be shown. */
static void
last_line(struct run *r, char dst[LAST_LINE_MAX])
{
	const char *text = buf_str(&r->words);
	size_t end = r->words.len, begin;

	while (end > 0 && (text[end - 1] == '\n' || text[end - 1] == ' '))
		end--;
	for (begin = end; begin > 0 && text[begin - 1] != '\n'; begin--)
		;
	log_escape(dst, LAST_LINE_MAX, text + begin, end - begin);
}

static int
judge(struct run *r, const struct probe *p, int status, struct err *e)
{
	char line[LAST_LINE_MAX];
	const char *colon;

	last_line(r, line);
	colon = *line ? ": " : "";
	if (r->late)
		return err_set(e, ERR_INVAL,
		    "it hung for %d ms when loaded%s%s", p->timeout_ms, colon,
		    line);
	if (r->too_much)
		return err_set(e, ERR_INVAL, "it printed over %zu bytes",
		    p->output_max);
	if (WIFSIGNALED(status))
		return err_set(e, ERR_INVAL, "it died of SIG%s when loaded%s%s",
		    sigabbrev_np(WTERMSIG(status))
			? sigabbrev_np(WTERMSIG(status))
			: "?",
		    colon, line);
	if (WEXITSTATUS(status) != 0)
		return err_set(e, ERR_INVAL,
		    "it ended with status %d when loaded%s%s",
		    WEXITSTATUS(status), colon, line);
	return 0;
}

int
probe_run(const struct probe *p, struct buf *output, struct err *e)
{
	struct run r = { .in = -1,
		.out = { -1, -1 },
		.err = { -1, -1 },
		.end = -1 };
	int status = 0, rc;

	rc = open_channels(&r, p, e);
	if (rc == 0)
		rc = spawn(&r, p, e);
	if (rc == 0)
		collect(&r, p, output);
	if (r.pid > 0) {
		/* Not reaped yet, so the number is still its own. */
		kill(-r.pid, SIGKILL);
		while (waitpid(r.pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	if (rc == 0)
		rc = judge(&r, p, status, e);
	if (rc == 0 && output->len == 0)
		rc = err_set(e, ERR_INVAL,
		    "it ended the process, with status 0, when loaded");
	fs_close(&r.in);
	fs_close(&r.out[0]);
	fs_close(&r.out[1]);
	fs_close(&r.err[0]);
	fs_close(&r.err[1]);
	fs_close(&r.end);
	buf_fini(&r.words);
	return rc;
}
