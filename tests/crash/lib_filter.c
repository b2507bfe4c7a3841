/* lib_filter.c - BPF that tells changing calls from all others. */
#include "lib_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH 0 /* unknown: refused */
#endif

#define CODE_MAX 512
#define CHANGING (O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))

/* Linux 6.6; headers of Debian 12 do not have it. */
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif
#define SYNC_WAKE_UP 1UL

struct code {
	struct sock_filter op[CODE_MAX];
	unsigned short n;
};

static void
emit(struct code *c, unsigned op, unsigned char yes, unsigned char no,
    unsigned k)
{
	c->op[c->n++] = (struct sock_filter){ (unsigned short)op, yes, no, k };
}

static void
load(struct code *c, size_t offset)
{
	emit(c, BPF_LD | BPF_W | BPF_ABS, 0, 0, (unsigned)offset);
}

static void
answer(struct code *c, unsigned what)
{
	emit(c, BPF_RET | BPF_K, 0, 0, what);
}

static void
equals(struct code *c, unsigned value, unsigned char skip)
{
	emit(c, BPF_JMP | BPF_JEQ | BPF_K, 0, skip, value);
}

static void
emit_kind(struct code *c, const struct call_kind *k, bool all_opens)
{
	if (k->flags < 0 || all_opens) {
		equals(c, (unsigned)k->nr, 1);
		answer(c, SECCOMP_RET_USER_NOTIF);
		return;
	}
	equals(c, (unsigned)k->nr, 4);
	/* Low half: both architectures are little-endian. */
	load(c,
	    offsetof(struct seccomp_data, args) +
		sizeof(uint64_t) * (size_t)k->flags);
	emit(c, BPF_JMP | BPF_JSET | BPF_K, 0, 1, CHANGING);
	answer(c, SECCOMP_RET_USER_NOTIF);
	answer(c, SECCOMP_RET_ALLOW);
}

static void
assemble(struct code *c, const struct filter_set *set)
{
	c->n = 0;
	load(c, offsetof(struct seccomp_data, arch));
	emit(c, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, ARCH);
	answer(c, SECCOMP_RET_ALLOW);
	load(c, offsetof(struct seccomp_data, nr));
	/* Writes through a ring would pass us unseen. */
	equals(c, __NR_io_uring_setup, 1);
	answer(c, SECCOMP_RET_ERRNO | ENOSYS);
	for (size_t i = 0; i < call_kind_count; i++)
		if (set->on[i])
			emit_kind(c, &call_kinds[i], set->all_opens);
	answer(c, SECCOMP_RET_ALLOW);
}

int
filter_install(const struct filter_set *set)
{
	struct code c;
	struct sock_fprog prog = { .filter = c.op };
	unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
	int fd;

	if (ARCH == 0) {
		errno = ENOSYS;
		return -1;
	}
	assemble(&c, set);
	prog.len = c.n;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
	    flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &prog);
	if (fd < 0 && errno == EINVAL) /* before Linux 5.19 */
		fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags,
		    &prog);
	return fd;
}

void
filter_quicken(int listener)
{
	ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SYNC_WAKE_UP);
}
