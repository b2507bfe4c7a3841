/* lib_tree.c - find, stop and kill a tree of processes. */
#include "lib_tree.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct pids {
	pid_t *pid;
	size_t n, room;
};

static void
pids_add(struct pids *p, pid_t pid)
{
	if (p->n == p->room) {
		p->room = p->room ? 2 * p->room : 64;
		p->pid = realloc(p->pid, p->room * sizeof *p->pid);
		if (!p->pid)
			abort();
	}
	p->pid[p->n++] = pid;
}

static size_t
read_file(const char *path, char *to, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t done = 0;
	ssize_t n;

	if (fd < 0)
		return 0;
	while (
	    done < size - 1 && (n = read(fd, to + done, size - 1 - done)) > 0)
		done += (size_t)n;
	close(fd);
	to[done] = '\0';
	return done;
}

/* Children that one thread has started. */
static void
add_children(struct pids *p, pid_t pid, const char *task)
{
	char path[320];
	char text[16384];
	char *at = text;

	snprintf(path, sizeof path, "/proc/%d/task/%s/children", (int)pid,
	    task);
	if (read_file(path, text, sizeof text) == 0)
		return;
	while (*at) {
		char *end;
		long child = strtol(at, &end, 10);

		if (end == at)
			break;
		/* The last one may have been cut: the next round has it. */
		if (*end == ' ')
			pids_add(p, (pid_t)child);
		at = end + strspn(end, " \n");
	}
}

typedef void task_fn(struct pids *p, pid_t pid, const char *task);

static void
each_task(struct pids *p, pid_t pid, task_fn *fn)
{
	char path[64];
	struct dirent *e;
	DIR *d;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	d = opendir(path);
	if (!d)
		return;
	while ((e = readdir(d)) != NULL)
		if (isdigit((unsigned char)e->d_name[0]))
			fn(p, pid, e->d_name);
	closedir(d);
}

/* Ourselves first, then descendants by generation. */
static void
find_tree(struct pids *p)
{
	p->n = 0;
	pids_add(p, getpid());
	for (size_t i = 0; i < p->n; i++)
		each_task(p, p->pid[i], add_children);
}

static void
signal_tree(struct pids *p, int sig)
{
	find_tree(p);
	for (size_t i = 1; i < p->n; i++)
		kill(p->pid[i], sig);
}

void
tree_signal(int sig)
{
	struct pids p = { 0 };

	signal_tree(&p, sig);
	free(p.pid);
}

bool
tree_supported(void)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/self/task/%d/children",
	    (int)getpid());
	return access(path, R_OK) == 0;
}

/* It waits for an answer of ours, and changes nothing before it has one; a
 * signal to stop does not end that. */
static bool
asks(pid_t pid, const char *task)
{
	char path[320];
	char text[64];

	snprintf(path, sizeof path, "/proc/%d/task/%s/wchan", (int)pid, task);
	return read_file(path, text, sizeof text) > 0 &&
	    strncmp(text, "seccomp_", 8) == 0;
}

/* Adds threads that still run, each told to stop: a signal to their process may
 * have been given to the one that waits for us. */
static void
stop_running(struct pids *p, pid_t pid, const char *task)
{
	char path[320];
	char text[512];
	const char *state;

	snprintf(path, sizeof path, "/proc/%d/task/%s/stat", (int)pid, task);
	if (read_file(path, text, sizeof text) == 0)
		return;
	state = strrchr(text, ')');
	if (state && state[1] == ' ' && !strchr("TtZXx", state[2]) &&
	    !(state[2] == 'D' && asks(pid, task))) {
		pids_add(p, (pid_t)strtol(task, NULL, 10));
		syscall(SYS_tgkill, pid, (pid_t)strtol(task, NULL, 10),
		    SIGSTOP);
	}
}

static bool
all_stopped(const struct pids *tree, pid_t held)
{
	struct pids run = { 0 };
	bool stopped = true;

	for (size_t i = 1; i < tree->n; i++)
		each_task(&run, tree->pid[i], stop_running);
	for (size_t i = 0; i < run.n; i++)
		if (run.pid[i] != held)
			stopped = false;
	free(run.pid);
	return stopped;
}

void
tree_freeze(pid_t held)
{
	struct pids p = { 0 };
	struct timespec pause = { .tv_nsec = 500000 };

	for (int i = 0; i < 10000; i++) {
		size_t before = p.n;

		signal_tree(&p, SIGSTOP);
		if (p.n == before && all_stopped(&p, held))
			break;
		nanosleep(&pause, NULL);
	}
	free(p.pid);
}

void
tree_kill(pid_t command, int *status_r)
{
	struct pids p = { 0 };

	/* A killed process cannot fork any more, and what it had forked before
	 * is ours once it is reaped: each round finds what the last one missed.
	 */
	for (;;) {
		int status;
		pid_t pid;

		signal_tree(&p, SIGKILL);
		pid = waitpid(-1, &status, __WALL);
		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			break;
		if (pid == command &&
		    (WIFEXITED(status) || WIFSIGNALED(status)))
			*status_r = status;
	}
	free(p.pid);
}
