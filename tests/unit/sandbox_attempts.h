/* sandbox_attempts.h - what the test of the sandbox tries from inside: each
 * function returns REFUSED or DONE, or whether something allowed worked. */
#ifndef LAVOIR_TESTS_SANDBOX_ATTEMPTS_H
#define LAVOIR_TESTS_SANDBOX_ATTEMPTS_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "plugin/sandbox.h"

enum { REFUSED = 0, DONE = 1, LOCK_FAILED = 2 };

static const struct sandbox_limits limits = {
	.memory_max = 256 << 20,
	.cpu_max_s = 60,
	.files_max = 64,
	.file_size_max = 1 << 20,
};

/* Opened before the lock. */
static int file_fd, pair[2];

static int
judge(long rc)
{
	return rc < 0 ? REFUSED : DONE;
}

/* An attempt that is one call. */
#define REFUSE(name, call)                                                     \
	static int try_##name(void)                                            \
	{                                                                      \
		return judge(call);                                            \
	}

/* clang-format off */
REFUSE(open, open("/etc/passwd", O_RDONLY))
REFUSE(create, open("/tmp/sandbox-escape", O_CREAT | O_WRONLY, 0600))
REFUSE(tmpfile, open("/tmp", O_TMPFILE | O_RDWR, 0600))
REFUSE(mkdir, mkdir("/tmp/sandbox-escape", 0700))
REFUSE(chmod, fchmod(file_fd, 0777))
REFUSE(fork, syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0))
REFUSE(vfork, syscall(SYS_fork))
REFUSE(tcp, socket(AF_INET, SOCK_STREAM, 0))
REFUSE(udp, socket(AF_INET, SOCK_DGRAM, 0))
REFUSE(unix, socket(AF_UNIX, SOCK_STREAM, 0))
REFUSE(kill_parent, kill(getppid(), SIGCONT))
REFUSE(kill_probe, kill(getppid(), 0))
REFUSE(kill_group, kill(0, SIGCONT))
REFUSE(tgkill_parent, syscall(SYS_tgkill, getppid(), getppid(), SIGCONT))
REFUSE(pidfd, syscall(SYS_pidfd_open, getppid(), 0))
REFUSE(ptrace, ptrace(PTRACE_ATTACH, getppid(), NULL, NULL))
REFUSE(memfd, memfd_create("x", 0))
REFUSE(unshare, unshare(CLONE_NEWUSER))
REFUSE(keyctl, syscall(SYS_keyctl, 0, -3, 1))
REFUSE(dumpable, prctl(PR_SET_DUMPABLE, 1, 0, 0, 0))
REFUSE(outlive_parent, prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0))
REFUSE(long_file, pwrite(file_fd, "x", 1, 2 << 20))
REFUSE(setuid, syscall(SYS_setuid, 1))
REFUSE(mount, syscall(SYS_mount, "none", "/mnt", "tmpfs", 0, NULL))
/* clang-format on */

static int
try_unlink(void)
{
	return judge(unlink("/tmp/sandbox-nothing")) | (errno == ENOENT);
}
static int
try_rename(void)
{
	return judge(rename("/tmp/sandbox-a", "/tmp/sandbox-b")) |
	    (errno == ENOENT);
}
static int
try_exec(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return REFUSED;
}
static int
try_pair(void)
{
	int fds[2];

	return judge(socketpair(AF_UNIX, SOCK_STREAM, 0, fds));
}
static int
try_sigqueue(void)
{
	union sigval v = { 0 };

	return judge(sigqueue(getppid(), SIGCONT, v));
}
static int
try_read_parent(void)
{
	char byte;
	struct iovec mine = { &byte, 1 },
		     theirs = { (void *)(uintptr_t)&limits, 1 };

	return judge(process_vm_readv(getppid(), &mine, 1, &theirs, 1, 0));
}
static int
try_io_uring(void)
{
	return judge(syscall(SYS_io_uring_setup, 4, NULL)) | (errno != ENOSYS);
}
static int
try_clone3(void)
{
	return judge(syscall(SYS_clone3, NULL, 0)) | (errno != ENOSYS);
}
static int
try_bpf(void)
{
	return judge(syscall(SYS_bpf, 0, NULL, 0)) | (errno != EPERM);
}
static int
try_writable_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? REFUSED : DONE;
}
static int
try_code_from_data(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return judge(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}
static int
try_map_code(void)
{
	void *p =
	    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file_fd, 0);

	return p == MAP_FAILED ? REFUSED : DONE;
}
static int
try_raise_limit(void)
{
	const struct rlimit more = { RLIM_INFINITY, RLIM_INFINITY };

	return judge(setrlimit(RLIMIT_CPU, &more));
}
static int
try_ioctl(void)
{
	int n = 0;

	return judge(syscall(SYS_ioctl, pair[0], 0x541b, &n)); /* FIONREAD */
}
static int
try_big_memory(void)
{
	void *p = mmap(NULL, 1u << 30, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? REFUSED : DONE;
}
static int
try_many_files(void)
{
	for (int i = 0; i < 100; i++)
		if (dup(file_fd) < 0)
			return REFUSED;
	return DONE;
}
static int
try_set_time(void)
{
	const struct timespec t = { 0 };

	return judge(clock_settime(CLOCK_REALTIME, &t));
}

static int
can_use_channel(void)
{
	struct iovec v = { (char[]){ "x" }, 1 };
	struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1 };
	char byte;

	return sendmsg(pair[0], &m, MSG_NOSIGNAL) == 1 &&
	    recv(pair[1], &byte, 1, 0) == 1 && send(pair[1], "y", 1, 0) == 1 &&
	    read(pair[0], &byte, 1) == 1 && byte == 'y';
}
static int
can_write_its_file(void)
{
	char byte = 0;

	return pwrite(file_fd, "x", 1, 1000) == 1 &&
	    pread(file_fd, &byte, 1, 1000) == 1 && byte == 'x';
}
static int
can_map_its_file(void)
{
	return mmap(NULL, 1000, PROT_READ, MAP_PRIVATE, file_fd, 0) !=
	    MAP_FAILED;
}
static int
can_stat_its_file(void)
{
	struct stat st;

	return fstat(file_fd, &st) == 0 && S_ISREG(st.st_mode);
}
static int
can_allocate(void)
{
	volatile char *p = malloc(32 << 20);

	if (!p)
		return 0;
	p[0] = 1;
	p[(32 << 20) - 1] = 1;
	free((void *)(uintptr_t)p);
	return 1;
}
static int
can_tell_time(void)
{
	struct timespec t, nap = { 0, 1000 };

	return clock_gettime(CLOCK_MONOTONIC, &t) == 0 &&
	    nanosleep(&nap, NULL) == 0 && time(NULL) > 0;
}
static int
can_handle_signals(void)
{
	return signal(SIGBUS, SIG_IGN) != SIG_ERR && raise(SIGBUS) == 0 &&
	    kill(getpid(), 0) == 0;
}
static int
can_name_itself(void)
{
	return prctl(PR_SET_NAME, "locked", 0, 0, 0) == 0;
}

#endif
