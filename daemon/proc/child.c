/* child.c - starting this program again in another role. */
#include "proc/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t
child_exec(const char *program, const char *role, int fd, int output,
    struct err *e)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, all;
	char parent[32], self[] = "lavoird", role_flag[] = "--role";
	char parent_flag[] = "--parent", name[32];
	char *argv[] = { self, role_flag, name, parent_flag, parent, NULL };
	pid_t pid = -1;
	int rc;

	snprintf(parent, sizeof parent, "%ld", (long)getpid());
	snprintf(name, sizeof name, "%s", role);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr,
	    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	/* Out of the way of each other's target first. */
	posix_spawn_file_actions_adddup2(&actions, output, 1);
	posix_spawn_file_actions_adddup2(&actions, output, 2);
	posix_spawn_file_actions_adddup2(&actions, fd, CHILD_FD);
	rc = posix_spawn(&pid, program, &actions, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	if (rc != 0) {
		errno = rc;
		return err_sys(e, "start %s --role %s", program, role);
	}
	return pid;
}

int
child_bind(pid_t parent, struct err *e)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return err_sys(e, "ask to die with the parent");
	if (getppid() != parent)
		return err_set(e, ERR_CLOSED, "the parent is gone");
	return 0;
}

const char *
child_signal(int wait_status)
{
	const char *abbreviation;
	static const char *const names[] = {
		[SIGSEGV] = "SIGSEGV",
		[SIGABRT] = "SIGABRT",
		[SIGBUS] = "SIGBUS",
		[SIGFPE] = "SIGFPE",
		[SIGILL] = "SIGILL",
		[SIGKILL] = "SIGKILL",
		[SIGTERM] = "SIGTERM",
		[SIGSYS] = "SIGSYS",
		[SIGXCPU] = "SIGXCPU",
		[SIGXFSZ] = "SIGXFSZ",
		[SIGPIPE] = "SIGPIPE",
		[SIGINT] = "SIGINT",
		[SIGTRAP] = "SIGTRAP",
	};
	int number;

	if (!WIFSIGNALED(wait_status))
		return NULL;
	number = WTERMSIG(wait_status);
	if (number < (int)(sizeof names / sizeof *names) && names[number])
		return names[number];
	abbreviation = sigabbrev_np(number);
	return abbreviation ? abbreviation : "a signal";
}

char *
child_describe(char *dst, size_t size, int wait_status)
{
	const char *name = child_signal(wait_status);

	if (name)
		snprintf(dst, size, "was killed by %s", name);
	else
		snprintf(dst, size, "exited with status %d",
		    WEXITSTATUS(wait_status));
	return dst;
}
