/* sandbox_filter.c - the system calls that a locked process may make.
 *
 * What is not listed fails with EPERM.  A process may signal itself alone, so
 * that abort() dies as it should: its number is not known when the filter is
 * compiled, before the fork, so the program compares with a placeholder that no
 * process can have, and every child puts its own number there.  That needs
 * nothing of the kernel, unlike Landlock's scopes.
 */
#include "plugin/sandbox_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fs.h"

/* Above any pid_max (2^22), below any sign; not a number of a system call. */
enum { OWN_PID = 0x3ac0ffee };

static const int allowed[] = {
	/* files that are open already */
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(pread64),
	SCMP_SYS(preadv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(pwrite64),
	SCMP_SYS(pwritev),
	SCMP_SYS(lseek),
	SCMP_SYS(fstat),
	SCMP_SYS(close),
	SCMP_SYS(close_range),
	SCMP_SYS(dup),
	SCMP_SYS(fadvise64),
	SCMP_SYS(ftruncate),
	/* channels */
	SCMP_SYS(sendmsg),
	SCMP_SYS(recvmsg),
	SCMP_SYS(shutdown),
	SCMP_SYS(poll),
	SCMP_SYS(ppoll),
	SCMP_SYS(select),
	SCMP_SYS(pselect6),
	SCMP_SYS(epoll_create1),
	SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait),
	SCMP_SYS(epoll_pwait),
	SCMP_SYS(epoll_pwait2),
	SCMP_SYS(eventfd2),
	/* memory */
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(mincore),
	/* time */
	SCMP_SYS(clock_gettime),
	SCMP_SYS(clock_getres),
	SCMP_SYS(clock_nanosleep),
	SCMP_SYS(nanosleep),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(times),
	SCMP_SYS(getrusage),
	/* itself */
	SCMP_SYS(getpid),
	SCMP_SYS(getppid),
	SCMP_SYS(gettid),
	SCMP_SYS(getuid),
	SCMP_SYS(geteuid),
	SCMP_SYS(getgid),
	SCMP_SYS(getegid),
	SCMP_SYS(getcpu),
	SCMP_SYS(sched_yield),
	SCMP_SYS(sched_getaffinity),
	SCMP_SYS(sysinfo),
	SCMP_SYS(uname),
	SCMP_SYS(getrandom),
	SCMP_SYS(getrlimit),
	SCMP_SYS(futex),
	SCMP_SYS(membarrier),
	SCMP_SYS(rseq),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigpending),
	SCMP_SYS(sigaltstack),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/* With resource folders: which files, Landlock decides. */
static const int file_calls[] = {
	SCMP_SYS(getdents64),
	SCMP_SYS(readlink),
	SCMP_SYS(readlinkat),
	SCMP_SYS(access),
	SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2),
	SCMP_SYS(newfstatat),
	SCMP_SYS(statx),
	SCMP_SYS(stat),
	SCMP_SYS(lstat),
	SCMP_SYS(getcwd),
};

/* What the run-time of a sanitizer does, mostly while it reports. */
static const int sanitizer_calls[] = {
	SCMP_SYS(clone),
	SCMP_SYS(wait4),
	SCMP_SYS(prctl),
	SCMP_SYS(readlink),
	SCMP_SYS(ptrace),
	SCMP_SYS(arch_prctl),
	SCMP_SYS(getdents64),
	SCMP_SYS(newfstatat),
	SCMP_SYS(ioctl),
	SCMP_SYS(fcntl),
	SCMP_SYS(setrlimit),
	SCMP_SYS(mmap),
	SCMP_SYS(mprotect),
	SCMP_SYS(prlimit64),
};

struct argument_rule {
	int call;
	unsigned n; /* comparisons: all must hold */
	struct scmp_arg_cmp arg[2];
};

/* clang-format off */
#define RULE1(name, ...) { SCMP_SYS(name), 1, { __VA_ARGS__ } }
#define RULE2(name, ...) { SCMP_SYS(name), 2, { __VA_ARGS__ } }

static const struct argument_rule argument_rules[] = {
	/* Never executable: code was loaded before. */
	RULE1(mmap, { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 }),
	RULE1(mprotect, { 1, SCMP_CMP_MASKED_EQ,
	    ~(scmp_datum_t)(PROT_READ | PROT_WRITE), 0 }),
	/* fstat() of a descriptor, as glibc makes it. */
	RULE1(newfstatat, { 3, SCMP_CMP_EQ, AT_EMPTY_PATH, 0 }),
	RULE1(fcntl, { 1, SCMP_CMP_EQ, F_GETFD, 0 }),
	RULE1(fcntl, { 1, SCMP_CMP_EQ, F_SETFD, 0 }),
	RULE1(fcntl, { 1, SCMP_CMP_EQ, F_GETFL, 0 }),
	RULE1(fcntl, { 1, SCMP_CMP_EQ, F_SETFL, 0 }),
	RULE1(fcntl, { 1, SCMP_CMP_EQ, F_DUPFD_CLOEXEC, 0 }),
	/* send() and recv() on channels: no address. */
	RULE1(sendto, { 4, SCMP_CMP_EQ, 0, 0 }),
	RULE1(recvfrom, { 4, SCMP_CMP_EQ, 0, 0 }),
	/* Reading its own limits, not setting any. */
	RULE2(prlimit64, { 0, SCMP_CMP_EQ, 0, 0 },
	    { 2, SCMP_CMP_EQ, 0, 0 }),
	RULE1(prctl, { 0, SCMP_CMP_EQ, PR_SET_NAME, 0 }),
	RULE1(prctl, { 0, SCMP_CMP_EQ, PR_GET_NAME, 0 }),
	RULE1(kill, { 0, SCMP_CMP_EQ, OWN_PID, 0 }),
	RULE1(tgkill, { 0, SCMP_CMP_EQ, OWN_PID, 0 }),
};

/* Where another answer than EPERM is understood better: glibc goes on from
 * clone3 to clone, and libraries to what they have without these. */
static const struct { int call, error; } refusals[] = {
	{ SCMP_SYS(clone3), ENOSYS },
	{ SCMP_SYS(io_uring_setup), ENOSYS },
	{ SCMP_SYS(socket), EACCES },
};
/* clang-format on */

static int
allow_all(scmp_filter_ctx ctx, const int *call, size_t n)
{
	int rc = 0;

	/* A call of another architecture has a negative number. */
	for (size_t i = 0; i < n && rc == 0; i++)
		if (call[i] >= 0)
			rc = seccomp_rule_add(ctx, SCMP_ACT_ALLOW, call[i], 0);
	return rc;
}
#define ALLOW_ALL(ctx, list)                                                   \
	allow_all(ctx, list, sizeof(list) / sizeof(*(list)))

static int
allow_opening(scmp_filter_ctx ctx)
{
	const scmp_datum_t writing = O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND;

	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
	    SCMP_A2_32(SCMP_CMP_MASKED_EQ, writing, O_RDONLY));
}

static int
add_rules(scmp_filter_ctx ctx, bool files)
{
	size_t i;
	int rc = ALLOW_ALL(ctx, allowed);

	for (i = 0;
	     rc == 0 && i < sizeof(argument_rules) / sizeof(*argument_rules);
	     i++)
		rc = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW,
		    argument_rules[i].call, argument_rules[i].n,
		    argument_rules[i].arg);
	for (i = 0; rc == 0 && i < sizeof(refusals) / sizeof(*refusals); i++)
		rc = seccomp_rule_add(ctx,
		    SCMP_ACT_ERRNO((uint32_t)refusals[i].error),
		    refusals[i].call, 0);
	if (rc == 0 && files)
		rc = ALLOW_ALL(ctx, file_calls);
	if (rc == 0 && SANDBOX_SANITIZED)
		rc = ALLOW_ALL(ctx, sanitizer_calls);
	if (rc == 0 && (files || SANDBOX_SANITIZED))
		rc = allow_opening(ctx);
	return rc;
}

static int
export_filter(scmp_filter_ctx ctx, struct buf *filter_r, struct err *e)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	off_t size;
	size_t got;
	int rc;

	if (fd < 0)
		return err_sys(e, "memfd_create");
	rc = seccomp_export_bpf(ctx, fd);
	size = lseek(fd, 0, SEEK_END);
	if (rc < 0 || size <= 0) {
		rc = err_set(e, ERR_UNSUPPORTED, "seccomp: no program");
	} else {
		rc = fs_pread_full(fd, buf_reserve(filter_r, (size_t)size),
		    (size_t)size, 0, &got, e);
		filter_r->len = got;
	}
	close(fd);
	return rc;
}

int
sandbox_filter_compile(struct buf *filter_r, bool files, struct err *e)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int rc;

	if (!ctx)
		return err_set(e, ERR_UNSUPPORTED, "seccomp: no filter");
	rc = add_rules(ctx, files);
	if (rc < 0)
		rc = err_set(e, ERR_UNSUPPORTED, "seccomp: %s", strerror(-rc));
	else
		rc = export_filter(ctx, filter_r, e);
	seccomp_release(ctx);
	return rc;
}

int
sandbox_filter_apply(const struct buf *filter, struct err *e)
{
	struct sock_filter code[BPF_MAXINSNS];
	struct sock_fprog program = { .filter = code };
	size_t n = filter->len / sizeof(*code);
	int patched = 0;

	if (n == 0 || n > BPF_MAXINSNS)
		return err_set(e, ERR_UNSUPPORTED, "seccomp: no program");
	memcpy(code, filter->ptr, n * sizeof(*code));
	for (size_t i = 0; i < n; i++)
		if (BPF_CLASS(code[i].code) == BPF_JMP &&
		    code[i].k == OWN_PID) {
			code[i].k = (uint32_t)getpid();
			patched++;
		}
	if (patched == 0)
		return err_set(e, ERR_UNSUPPORTED,
		    "seccomp: nowhere to put the process's number");
	program.len = (unsigned short)n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
		return err_sys(e, "seccomp");
	return 0;
}
