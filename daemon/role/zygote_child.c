/* zygote_child.c - what a fork of the zygote becomes: a worker or the
 * sequencer. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "proc/child.h"
#include "proc/title.h"
#include "role/golden.h"
#include "role/messages.h"
#include "role/zygote.h"

static struct page *
map_page(int fd)
{
	struct page *page = mmap(NULL, PAGE_SIZE_BYTES, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);

	if (page == MAP_FAILED)
		fatal(EX_OSERR, "map the page: %s", strerror(errno));
	close(fd);
	return page;
}

static void
lock_down(struct zygote *z)
{
	struct sandbox_limits limits = { .memory_max = z->config->memory_max,
		.files_max = 64 };
	struct err e;

	if (sandbox_enter(&z->sandbox, &limits, &e) < 0)
		fatal(EX_OSERR, "sandbox: %s", e.text);
}

/* fd: supervisor, page, output, then worker: sequencer, window; sequencer:
 * committer, spill. */
static void
run_worker(struct zygote *z, struct worker *w, const int *fd)
{
	struct err e;
	struct worker_fds fds = { .supervisor = fd[0],
		.page = map_page(fd[1]),
		.sequencer = fd[3],
		.window = fd[4] };

	if (!z->in_process)
		lock_down(z);
	if (z->golden && golden_check(w, z->golden, &e) < 0)
		fatal(EX_CONFIG, "%s", e.text);
	worker_run(w, &fds);
	munmap(fds.page, PAGE_SIZE_BYTES);
}

static void
run_sequencer(struct zygote *z, struct sequencer *s, const int *fd)
{
	struct sequencer_fds fds = { .supervisor = fd[0],
		.page = map_page(fd[1]),
		.committer = fd[3],
		.spill = fd[4] };

	if (!z->in_process)
		lock_down(z);
	sequencer_run(s, z->declarations, &fds);
	munmap(fds.page, PAGE_SIZE_BYTES);
}

static void
name_role(uint32_t kind, uint32_t slot, bool thread)
{
	char name[32];

	if (kind == FORK_WORKER)
		snprintf(name, sizeof name, "worker %u", slot);
	else
		snprintf(name, sizeof name, "sequencer");
	log_thread_role(name);
	if (!thread)
		title_set("lavoird: %s", name);
}

_Noreturn void
zygote_become(struct zygote *z, uint32_t kind, uint32_t slot, const int *fd,
    pid_t parent)
{
	struct err e;
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (child_bind(parent, &e) < 0)
		_exit(0);
	dup2(fd[2], STDOUT_FILENO);
	dup2(fd[2], STDERR_FILENO);
	close(fd[2]);
	close(z->signals);
	chan_fini(&z->supervisor);
	name_role(kind, slot, false);
	if (kind == FORK_WORKER)
		run_worker(z, z->worker, fd);
	else
		run_sequencer(z, z->sequencer, fd);
	_exit(kind == FORK_WORKER && z->worker->orphaned ? WORKER_ORPHANED : 0);
}

void *
zygote_thread(void *arg)
{
	struct started *s = arg;
	struct zygote *z = s->zygote;
	struct err e = { 0 };

	name_role(s->kind, s->slot, true);
	close(s->fd[2]);
	if (s->kind == FORK_WORKER) {
		struct worker *w;

		if (worker_new(&w, z->config, z->set, &e) == 0) {
			run_worker(z, w, s->fd);
			worker_free(&w);
		}
	} else {
		struct sequencer *q;

		if (sequencer_new(&q, z->config, z->set, &e) == 0) {
			run_sequencer(z, q, s->fd);
			sequencer_free(&q);
		}
	}
	if (e.code)
		log_error("%s", e.text);
	if (write(z->ended, &s, sizeof s) != sizeof s)
		panic("tell the end of a thread");
	return NULL;
}
