/* supervisor_start.c - what the supervisor stands on: roles, limits, the state
 * folder, drop folders as a source of documents. */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "proc/child.h"
#include "role/launch.h"
#include "role/supervisor.h"

enum { LOCK_WAIT_MS = 10000, LOCK_LOOK_MS = 50 };

/* ---- roles: processes or threads ---- */

struct thread_role {
	int fd;
	bool zygote;
};

static void *
role_thread(void *arg)
{
	struct thread_role r = *(struct thread_role *)arg;

	free(arg);
	log_thread_role(r.zygote ? "zygote" : "committer");
	if (r.zygote)
		zygote_run(r.fd, true);
	else
		committer_run(r.fd, true);
	return NULL;
}

pid_t
supervisor_start_role(struct supervisor *s, const char *role, int fd,
    int output, struct err *e)
{
	struct thread_role *r;

	if (!s->options.in_process)
		return child_exec(s->options.program, role, fd, output, e);
	ensure(s->n_threads < SUPERVISOR_THREADS_MAX);
	r = xcalloc(1, sizeof *r);
	r->fd = fd;
	r->zygote = strcmp(role, "zygote") == 0;
	if (pthread_create(&s->thread[s->n_threads], NULL, role_thread, r)) {
		free(r);
		return err_set(e, ERR_LIMIT, "cannot start a thread");
	}
	return (pid_t)(INT32_MAX - s->n_threads++);
}

void
supervisor_raise_limits(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

int
supervisor_open_state(struct supervisor *s, struct err *e)
{
	uint64_t until = clock_monotonic_ms() + LOCK_WAIT_MS;
	int rc = fs_mkdirs(AT_FDCWD, s->config->state, 0750, e);

	if (rc < 0)
		return rc;
	s->state_fd = fs_open_dir(AT_FDCWD, s->config->state, e);
	if (s->state_fd < 0)
		return s->state_fd;
	do {
		s->state_lock = fs_lock_file(s->state_fd, "supervisor.lock", e);
		if (s->state_lock != ERR_BUSY || s->options.run)
			break;
		usleep(LOCK_LOOK_MS * 1000);
	} while (clock_monotonic_ms() < until);
	return s->state_lock < 0 ? s->state_lock : 0;
}

int
supervisor_open_folders(struct supervisor *s, struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < s->config->n_pipelines; i++)
		n += s->config->pipeline[i].n_watches;
	s->folder = xcalloc(n + 1, sizeof *s->folder);
	for (size_t i = 0; i < s->config->n_pipelines; i++) {
		const struct config_pipeline *p = &s->config->pipeline[i];

		for (size_t k = 0; k < p->n_watches; k++) {
			int rc =
			    folder_open(&s->folder[s->n_folders], &p->watch[k],
				(uint32_t)i, (uint32_t)s->n_folders, e);

			if (rc < 0)
				return err_wrap(e, "pipeline \"%s\", watch %zu",
				    p->name, k);
			s->n_folders++;
		}
	}
	return 0;
}

void
supervisor_close_all(struct supervisor *s)
{
	/* With "run" they are its source's. */
	for (size_t i = 0; !s->options.run && i < s->n_folders; i++)
		folder_close(&s->folder[i]);
	if (!s->options.run) {
		free(s->folder);
		s->folder = NULL;
		s->n_folders = 0;
	}
	fs_close(&s->state_lock);
	fs_close(&s->state_fd);
}

/* ---- drop folders as a source ---- */

static bool
arrival_source_next(void *arg, struct folder **f_r, const char **path_r,
    struct claimed *c_r)
{
	struct supervisor *s = arg;

	return arrival_next(s->arrival, f_r, path_r, c_r);
}

static void
arrival_source_again(void *arg, struct folder *f, const char *path)
{
	struct supervisor *s = arg;

	arrival_again(s->arrival, f, path);
}

static bool
arrival_source_open(void *arg, struct folder *f, const char *path,
    struct claimed *c_r)
{
	struct claim_look look = { .hint = CLAIM_MOVED_IN };

	(void)arg;
	return claim_try(f, path, &look, c_r) == CLAIM_YES;
}

static bool
never_finished(void *arg)
{
	(void)arg;
	return false;
}

static void
on_arrival_ready(void *arg)
{
	supervisor_wake(arg);
}

void
supervisor_use_folders(struct supervisor *s)
{
	struct arrival_callbacks cb = { .arg = s,
		.ready = on_arrival_ready,
		.known = intake_known };

	s->arrival = arrival_new(s->loop, &cb);
	s->source = (struct source){ .arg = s,
		.next = arrival_source_next,
		.again = arrival_source_again,
		.open = arrival_source_open,
		.finished = never_finished };
}
