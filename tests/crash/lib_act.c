/* lib_act.c - break a call. */
#include "lib_run.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib_tree.h"

static void
send_answer(struct run *r, int64_t value, int error, unsigned flags)
{
	*r->resp = (struct seccomp_notif_resp){ .id = r->now.id,
		.val = value,
		.error = -error,
		.flags = flags };
	/* ENOENT: whoever asked has died. */
	if (ioctl(r->listener, SECCOMP_IOCTL_NOTIF_SEND, r->resp) < 0 &&
	    errno != ENOENT)
		run_die("cannot answer");
}

void
run_pass(struct run *r)
{
	send_answer(r, 0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

void
run_answer(struct run *r, int64_t value, int error)
{
	send_answer(r, value, error, 0);
}

/* Nothing of the tree can change a file meanwhile: nobody gets an answer. */
static void
end_tree(struct run *r)
{
	tree_kill(r->command, &r->status);
	r->command = 0;
	r->over = true;
}

/* A tracer that interrupts a thread gets it at the very end of its call. */
static void
let_return(struct run *r)
{
	struct timespec moment = { .tv_nsec = 300000 };
	pid_t tid = r->now.tid;
	int status;

	run_pass(r);
	/* Almost every call is done after this; a few would notice the
	 * interruption.
	 */
	nanosleep(&moment, NULL);
	if (ptrace(PTRACE_SEIZE, tid, NULL, NULL) < 0 ||
	    ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) < 0) {
		moment.tv_nsec = 20000000;
		nanosleep(&moment, NULL);
		return;
	}
	while (waitpid(tid, &status, __WALL) < 0 && errno == EINTR)
		;
	if (tid == r->command && (WIFEXITED(status) || WIFSIGNALED(status)))
		r->status = status;
}

static bool
write_some(struct run *r, size_t limit)
{
	if (r->hit.kind->family != CALL_WRITE || limit == 0)
		return false;
	r->part = call_write_part(&r->hit, limit);
	return r->part >= 0;
}

static void
write_short(struct run *r)
{
	size_t limit = r->short_bytes ? r->short_bytes : r->hit.bytes / 2;

	if (limit < r->hit.bytes && write_some(r, limit))
		run_answer(r, r->part, 0);
	else
		run_pass(r);
}

static void
run_helper(struct run *r)
{
	pid_t pid;

	tree_freeze(r->now.tid);
	pid = fork();
	if (pid < 0)
		run_die("fork");
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, &r->old_mask, NULL);
		execl("/bin/sh", "sh", "-c", r->helper, (char *)NULL);
		_exit(127);
	}
	while (waitpid(pid, &r->helper_status, 0) < 0)
		if (errno != EINTR)
			run_die("wait for the command of cut");
}

void
run_act(struct run *r)
{
	switch (r->action) {
	case ACT_KILL:
		break;
	case ACT_AFTER:
		let_return(r);
		break;
	case ACT_TEAR:
		write_some(r, r->hit.bytes / 2);
		break;
	case ACT_SHORT:
		write_short(r);
		return;
	case ACT_ERRNO:
		run_answer(r, 0, r->error);
		return;
	case ACT_CUT:
		run_helper(r);
		break;
	case ACT_NONE:
		run_pass(r);
		return;
	}
	end_tree(r);
}
