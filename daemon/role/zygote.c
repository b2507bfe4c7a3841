/* zygote.c - loads and warms the plugins of one configuration, once, then forks
 * workers and the sequencer from that memory.
 *
 * Executed, never forked from a process with threads; has one thread itself. No
 * document ever comes here.  With --in-process the "forks" are threads, each
 * with plugin instances of its own.
 */
#include "role/zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "proc/child.h"
#include "role/golden.h"
#include "role/launch.h"
#include "role/messages.h"

/* ---- requests ---- */

static void
tell(struct zygote *z, uint16_t type, const struct started *s, int status)
{
	struct buf *b = chan_begin(&z->supervisor, type);

	pack_u32(b, s->kind);
	pack_u32(b, s->slot);
	pack_u64(b, (uint64_t)s->pid);
	if (type == Z_DIED)
		pack_u32(b, (uint32_t)status);
	chan_end(&z->supervisor);
}

static void
start(struct zygote *z, struct started *s)
{
	pid_t parent = getpid();

	if (z->in_process) {
		s->pid = ++z->last_number;
		if (pthread_create(&s->thread, NULL, zygote_thread, s) != 0)
			fatal(EX_OSERR, "start a thread");
	} else {
		s->pid = fork();
		if (s->pid == 0)
			zygote_become(z, s->kind, s->slot, s->fd, parent);
		for (int i = 0; i < FORK_FDS; i++)
			fs_close(&s->fd[i]);
		if (s->pid < 0) {
			/* Its channel is closed by now: it "died". */
			log_error("fork: %s", strerror(errno));
			tell(z, Z_DIED, s, EX_OSERR << 8);
			free(s);
			return;
		}
	}
	s->next = z->started;
	z->started = s;
	tell(z, Z_FORKED, s, 0);
}

static void
take_fork(struct zygote *z, struct frame *f)
{
	struct started *s = xcalloc(1, sizeof *s);
	struct unpack u;

	unpack_init(&u, f->ptr, f->len);
	s->kind = unpack_u32(&u);
	s->slot = unpack_u32(&u);
	s->zygote = z;
	if (!unpack_end(&u) || f->n_fds != FORK_FDS || s->kind > FORK_SEQUENCER)
		panic("malformed fork request");
	memcpy(s->fd, f->fd, sizeof s->fd);
	start(z, s);
}

/* By the parent, who alone knows that the number is still that process's. */
static void
take_kill(struct zygote *z, const struct frame *f)
{
	struct unpack u;
	pid_t pid;

	unpack_init(&u, f->ptr, f->len);
	pid = (pid_t)unpack_u64(&u);
	if (!unpack_end(&u))
		panic("malformed kill request");
	for (const struct started *s = z->started; s; s = s->next)
		if (s->pid == pid && !z->in_process)
			kill(pid, SIGKILL);
}

/* ---- deaths ---- */

static struct started *
forget(struct zygote *z, pid_t pid)
{
	for (struct started **at = &z->started; *at; at = &(*at)->next) {
		struct started *s = *at;

		if (s->pid != pid)
			continue;
		*at = s->next;
		return s;
	}
	return NULL;
}

static void
reap_processes(struct zygote *z)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(z->signals, &info, sizeof info) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct started *s = forget(z, pid);

		/* Others are what a plugin's open() left behind. */
		if (!s)
			continue;
		tell(z, Z_DIED, s, status);
		free(s);
	}
}

static void
reap_threads(struct zygote *z)
{
	struct started *s;

	while (read(z->signals, &s, sizeof s) == sizeof s) {
		forget(z, s->pid);
		pthread_join(s->thread, NULL);
		tell(z, Z_DIED, s, 0);
		free(s);
	}
}

static int
open_reaper(struct zygote *z, struct err *e)
{
	sigset_t chld;
	int fd[2];

	if (z->in_process) {
		if (pipe2(fd, O_CLOEXEC | O_NONBLOCK) < 0)
			return err_sys(e, "pipe");
		z->signals = fd[0];
		z->ended = fd[1];
		return 0;
	}
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	z->signals = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
	return z->signals < 0 ? err_sys(e, "signalfd") : 0;
}

/* ---- coming up ---- */

/* All resource folders of all steps, for Landlock; borrowed strings. */
static const char *const *
gather_resources(const struct config *c)
{
	const char **all = NULL;
	size_t n = 0;

	for (size_t i = 0; i < c->n_pipelines; i++)
		for (size_t k = 0; k < c->pipeline[i].n_steps; k++)
			for (const char *const *r =
				 c->pipeline[i].step[k].resources;
			     r && *r; r++) {
				all = xrealloc(all, n + 2, sizeof *all);
				all[n++] = *r;
				all[n] = NULL;
			}
	return all;
}

static int
drop_privileges(const struct zygote *z, pid_t parent, struct err *e)
{
	if (z->in_process || !z->config->user || geteuid() != 0)
		return 0;
	if (sandbox_change_user(z->config->user, e) < 0)
		return e->code;
	/* The kernel forgets the death signal when the user changes. */
	return child_bind(parent, e);
}

static int
come_up(struct zygote *z, const struct frame *f, struct err *e)
{
	pid_t parent = getppid();
	bool strict;
	int rc = config_unpack(&z->config, f->ptr, f->len, e);

	if (rc < 0)
		return rc;
	strict = z->config->sandbox == CONFIG_SANDBOX_STRICT;
	rc = drop_privileges(z, parent, e);
	if (rc == 0)
		rc = chan_flush_all(&z->supervisor, e);
	if (rc == 0)
		rc = chain_set_load(&z->set, z->config, e);
	if (rc == 0)
		rc = worker_new(&z->worker, z->config, z->set, e);
	if (rc == 0)
		rc = sequencer_new(&z->sequencer, z->config, z->set, e);
	if (rc == 0)
		rc = declarations_build(&z->declarations, z->config,
		    z->worker->chain, z->sequencer->chain, e);
	if (rc == 0 && !z->in_process)
		rc = sandbox_prepare(&z->sandbox, strict,
		    gather_resources(z->config), e);
	if (rc == 0 && !z->in_process) {
		z->golden =
		    xcalloc(z->config->n_pipelines + 1, sizeof *z->golden);
		golden_expect(z->worker, z->golden);
	}
	return rc < 0 ? rc : open_reaper(z, e);
}

static void
answer_config(struct zygote *z, int rc, const struct err *e)
{
	struct buf *b =
	    chan_begin(&z->supervisor, rc < 0 ? Z_REFUSED : Z_READY);
	char text[200] = "none: roles are threads of one process";
	struct err ignored;

	if (rc < 0) {
		pack_str(b, e->text);
		pack_u8(b, rc == ERR_NOSPACE || rc == ERR_LIMIT);
	} else {
		if (!z->in_process)
			sandbox_describe(&z->sandbox, text, sizeof text);
		pack_str(b, text);
		declarations_pack(b, z->declarations);
	}
	chan_end(&z->supervisor);
	chan_flush_all(&z->supervisor, &ignored);
}

static void
zygote_free(struct zygote *z)
{
	/* Those still alive end when the supervisor's channel does. */
	while (z->started) {
		struct started *s = z->started;

		z->started = s->next;
		free(s);
	}
	worker_free(&z->worker);
	sequencer_free(&z->sequencer);
	declarations_free(&z->declarations);
	chain_set_free(&z->set);
	free((void *)(uintptr_t)z->sandbox.resources);
	sandbox_fini(&z->sandbox);
	free(z->golden);
	config_free(&z->config);
	chan_fini(&z->supervisor);
	fs_close(&z->signals);
	fs_close(&z->ended);
}

/* ---- loop ---- */

static void
serve(struct zygote *z)
{
	struct pollfd p[2] = { { .fd = z->supervisor.fd, .events = POLLIN },
		{ .fd = z->signals, .events = POLLIN } };
	struct frame f;
	struct err e = { 0 };
	int rc;

	if (chan_flush_all(&z->supervisor, &e) < 0) {
		z->stop = true;
		return;
	}
	poll(p, 2, -1);
	if (p[1].revents && z->in_process)
		reap_threads(z);
	else if (p[1].revents)
		reap_processes(z);
	if (!p[0].revents)
		return;
	rc = chan_fill(&z->supervisor, &e);
	if (rc < 0) {
		z->stop = true;
		return;
	}
	while ((rc = chan_next(&z->supervisor, &f, &e)) == 1) {
		if (f.type == Z_FORK)
			take_fork(z, &f);
		else if (f.type == Z_KILL)
			take_kill(z, &f);
		else
			panic("unexpected frame %u", f.type);
	}
	if (rc < 0)
		panic("from the supervisor: %s", e.text);
}

void
zygote_run(int fd, bool in_process)
{
	struct zygote z = { .in_process = in_process,
		.signals = -1,
		.ended = -1 };
	struct frame f;
	struct err e = { 0 };
	int rc;

	chan_init(&z.supervisor, fd);
	rc = chan_receive(&z.supervisor, &f, &e);
	if (rc < 0 || f.type != Z_CONFIG)
		goto out;
	rc = come_up(&z, &f, &e);
	answer_config(&z, rc, &e);
	if (rc < 0)
		goto out;
	while (!z.stop)
		serve(&z);
	while (z.started && in_process) {
		struct pollfd p = { .fd = z.signals, .events = POLLIN };

		poll(&p, 1, -1);
		reap_threads(&z);
	}
out:
	zygote_free(&z);
}
