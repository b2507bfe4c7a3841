/* lib_run.c - start a command under the filter and answer its calls. */
#include "lib_run.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib_filter.h"
#include "lib_tree.h"

void
run_die(const char *what)
{
	fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
	exit(RUN_FAILED);
}

/*
 * Start
 */

union fd_control {
	struct cmsghdr align;
	char room[CMSG_SPACE(sizeof(int))];
};

static void
send_fd(int sock, int fd)
{
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	union fd_control control = { 0 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
	if (sendmsg(sock, &m, 0) < 0)
		_exit(RUN_FAILED);
}

static int
receive_fd(int sock)
{
	char byte;
	struct iovec iov = { &byte, 1 };
	union fd_control control = { 0 };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control };
	struct cmsghdr *c;
	int fd = -1;

	if (recvmsg(sock, &m, MSG_CMSG_CLOEXEC) <= 0)
		return -1;
	c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_type == SCM_RIGHTS)
		memcpy(&fd, CMSG_DATA(c), sizeof fd);
	return fd;
}

static void
choose_kinds(const struct run *r, struct filter_set *set)
{
	*set = (struct filter_set){ .all_opens = r->all_opens };
	for (size_t i = 0; i < call_kind_count; i++)
		set->on[i] =
		    r->match.n == 0 || match_kind(&r->match, &call_kinds[i]);
}

/* In the new process: never returns.  What it does after the filter must not
 * wait for an answer until the descriptor is sent.
 */
static void
exec_command(const struct run *r, int sock, pid_t parent)
{
	struct filter_set set;
	int fd;

	choose_kinds(r, &set);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(RUN_FAILED);
	fd = filter_install(&set);
	if (fd < 0) {
		fprintf(stderr, "inject: seccomp: %s\n", strerror(errno));
		_exit(RUN_FAILED);
	}
	send_fd(sock, fd);
	close(fd);
	close(sock);
	sigprocmask(SIG_SETMASK, &r->old_mask, NULL);
	execvp(r->argv[0], r->argv);
	fprintf(stderr, "inject: %s: %s\n", r->argv[0], strerror(errno));
	_exit(127);
}

static void
start(struct run *r)
{
	pid_t self = getpid();
	int sock[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sock) < 0)
		run_die("socketpair");
	r->command = fork();
	if (r->command < 0)
		run_die("fork");
	if (r->command == 0) {
		/* Its death then ends our recvmsg(). */
		close(sock[0]);
		exec_command(r, sock[1], self);
	}
	close(sock[1]);
	r->listener = receive_fd(sock[0]);
	close(sock[0]);
	if (r->listener < 0)
		exit(RUN_FAILED);
	filter_quicken(r->listener);
}

static void
prepare(struct run *r)
{
	struct seccomp_notif_sizes sizes;
	sigset_t mask;

	if (!tree_supported()) {
		errno = ENOSYS;
		run_die("/proc does not tell children");
	}
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		run_die("subreaper");
	if (syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) < 0)
		run_die("seccomp");
	r->notif_size = sizeof *r->notif;
	if (r->notif_size < sizes.seccomp_notif)
		r->notif_size = sizes.seccomp_notif;
	r->resp_size = sizeof *r->resp;
	if (r->resp_size < sizes.seccomp_notif_resp)
		r->resp_size = sizes.seccomp_notif_resp;
	r->notif = calloc(1, r->notif_size);
	r->resp = calloc(1, r->resp_size);
	if (!r->notif || !r->resp)
		run_die("calloc");
	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, &r->old_mask);
	r->signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (r->signals < 0)
		run_die("signalfd");
}

/*
 * Calls and signals
 */

static bool
wanted(const struct run *r)
{
	if (r->match.n > 0 && !match_any(&r->match, &r->now))
		return false;
	return !match_any(&r->ignore, &r->now);
}

/* Is this call one to break? */
static bool
due(const struct run *r)
{
	if (r->at == 0 || r->calls < r->at)
		return false;
	if (!r->forever)
		return !r->fired;
	return !r->until || access(r->until, F_OK) != 0;
}

static void
handle_call(struct run *r)
{
	bool describe = r->list || r->match.n > 0 || r->ignore.n > 0;
	enum call_verdict verdict = call_judge(&r->now, r->notif, r->all_opens);

	if (verdict == CALL_COUNTS && describe)
		call_describe(&r->now);
	/* Dead by now: what we read may be of another thread of its number. */
	if (ioctl(r->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &r->now.id) < 0)
		return;
	if (verdict == CALL_BLIND)
		r->blind++;
	if (verdict != CALL_COUNTS || (describe && !wanted(r))) {
		run_pass(r);
		return;
	}
	r->calls++;
	if (r->list)
		call_print(r->list, r->calls, &r->now);
	if (!due(r)) {
		run_pass(r);
		return;
	}
	if (!r->fired) {
		if (!describe)
			call_describe(&r->now);
		r->hit = r->now;
		r->fired = true;
	}
	r->hits++;
	run_act(r);
}

static void
next_call(struct run *r)
{
	memset(r->notif, 0, r->notif_size);
	if (ioctl(r->listener, SECCOMP_IOCTL_NOTIF_RECV, r->notif) == 0)
		handle_call(r);
	else if (errno != ENOENT && errno != EINTR && errno != EAGAIN)
		run_die("cannot receive");
}

static void
reap(struct run *r)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != r->command)
			continue;
		r->status = status;
		r->command = 0;
	}
	if (pid < 0 && errno == ECHILD)
		r->over = true;
}

static void
next_signal(struct run *r)
{
	struct signalfd_siginfo s;

	while (read(r->signals, &s, sizeof s) == (ssize_t)sizeof s) {
		if (s.ssi_signo == SIGCHLD)
			reap(r);
		else if (s.ssi_code == SI_KERNEL)
			continue; /* from the terminal: the tree has it too */
		else if (r->command > 0)
			kill(r->command, (int)s.ssi_signo);
		else
			tree_signal((int)s.ssi_signo);
	}
}

void
run_tree(struct run *r)
{
	struct pollfd p[2] = { { .events = POLLIN }, { .events = POLLIN } };

	prepare(r);
	start(r);
	p[0].fd = r->listener;
	p[1].fd = r->signals;
	while (!r->over) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			run_die("poll");
		if (p[1].revents)
			next_signal(r);
		if (p[0].revents & POLLIN)
			next_call(r);
		else if (p[0].revents)
			p[0].fd = -1; /* nobody is under the filter any more */
	}
	close(r->listener);
	close(r->signals);
	free(r->notif);
	free(r->resp);
}
