/* sandbox.c - locking a process down: limits, privileges, Landlock, seccomp.
 *
 * In this order: limits while they may still be set, Landlock while folders may
 * still be opened, seccomp last, so that its list needs no exception for what
 * came before.
 */
#include "plugin/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "plugin/landlock.h"
#include "plugin/sandbox_filter.h"

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#endif
enum { MDWE_REFUSE_EXEC_GAIN = 1, STACK_MAX = 8 << 20 };

static bool
has_seccomp(void)
{
	uint32_t action = SECCOMP_RET_ERRNO;

	return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

int
sandbox_prepare(struct sandbox *s, bool strict, const char *const *resources,
    struct err *e)
{
	bool files = resources && *resources;

	memset(s, 0, sizeof(*s));
	s->strict = strict;
	s->resources = files ? resources : NULL;
	s->landlock_abi = landlock_abi();
	s->seccomp = has_seccomp();
	if (strict && !s->seccomp)
		return err_set(e, ERR_UNSUPPORTED,
		    "this kernel has no seccomp filters");
	if (strict && !s->landlock_abi)
		return err_set(e, ERR_UNSUPPORTED,
		    "this kernel has no Landlock%s",
		    files ? ", and a plugin reads resource folders" : "");
	return s->seccomp ? sandbox_filter_compile(&s->filter, files, e) : 0;
}

void
sandbox_fini(struct sandbox *s)
{
	buf_fini(&s->filter);
	memset(s, 0, sizeof(*s));
}

void
sandbox_describe(const struct sandbox *s, char *dst, size_t size)
{
	char landlock[40] = "no Landlock";

	if (s->landlock_abi)
		snprintf(landlock, sizeof(landlock), "Landlock ABI %d",
		    s->landlock_abi);
	snprintf(dst, size, "%s, %s, %s%s", landlock,
	    s->seccomp ? "seccomp" : "no seccomp",
	    SANDBOX_SANITIZED ? "limits but for memory" : "limits",
	    SANDBOX_SANITIZED ? " (sanitizer build: a wider filter)" : "");
}

static int
set_limit(int which, const char *name, uint64_t soft, uint64_t hard,
    struct err *e)
{
	struct rlimit old, new = { soft, hard };

	if (getrlimit((__rlimit_resource_t)which, &old) < 0)
		return err_sys(e, "getrlimit %s", name);
	/* Only ever downwards. */
	if (new.rlim_max > old.rlim_max)
		new.rlim_max = old.rlim_max;
	if (new.rlim_cur > new.rlim_max)
		new.rlim_cur = new.rlim_max;
	if (setrlimit((__rlimit_resource_t)which, &new) < 0)
		return err_sys(e, "setrlimit %s", name);
	return 0;
}

static int
set_limits(const struct sandbox_limits *l, struct err *e)
{
	int rc = set_limit(RLIMIT_CORE, "CORE", 0, 0, e);

	if (rc == 0)
		rc = set_limit(RLIMIT_STACK, "STACK", STACK_MAX, STACK_MAX, e);
	/* The soft limit kills too; one second of grace leaves no doubt. */
	if (rc == 0 && l->cpu_max_s)
		rc = set_limit(RLIMIT_CPU, "CPU", l->cpu_max_s,
		    l->cpu_max_s + 1, e);
	if (rc == 0 && l->files_max)
		rc = set_limit(RLIMIT_NOFILE, "NOFILE", l->files_max,
		    l->files_max, e);
	if (rc == 0 && l->file_size_max)
		rc = set_limit(RLIMIT_FSIZE, "FSIZE", l->file_size_max,
		    l->file_size_max, e);
	if (rc == 0 && l->memory_max && !SANDBOX_SANITIZED)
		rc = set_limit(RLIMIT_DATA, "DATA", l->memory_max,
		    l->memory_max, e);
	return rc;
}

/* Handlers would run code that a plugin may have left there; sanitizers need
 * theirs. */
static void
reset_signals(void)
{
	const struct sigaction standard = { .sa_handler = SIG_DFL };
	struct sigaction now;

	for (int n = 1; n < NSIG && !SANDBOX_SANITIZED; n++)
		if (sigaction(n, NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			sigaction(n, &standard, NULL);
	/* Writing too far is an error of the write, not a death. */
	signal(SIGXFSZ, SIG_IGN);
}

static int
drop_capabilities(struct err *e)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	const struct __user_cap_data_struct none[2] = { { 0 } };
	struct __user_cap_data_struct now[2];

	/* Without any there is nothing to drop, and a service manager's filter
	 * may refuse even to try. */
	if (syscall(SYS_capget, &header, now) == 0 &&
	    memcmp(now, none, sizeof(now)) == 0)
		return 0;
	if (syscall(SYS_capset, &header, none) != 0)
		return err_sys(e, "drop capabilities");
	return 0;
}

static int
drop_privileges(struct err *e)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_sys(e, "no new privileges");
	/* Not to be looked into by others of the same user. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return err_sys(e, "not dumpable");
	/* Kernels before 6.3 do not know it; the filter says the same. */
	if (!SANDBOX_SANITIZED)
		prctl(PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0);
	return drop_capabilities(e);
}

int
sandbox_enter(const struct sandbox *s, const struct sandbox_limits *limits,
    struct err *e)
{
	int rc;

	reset_signals();
	rc = set_limits(limits, e);
	if (rc == 0)
		rc = drop_privileges(e);
	if (rc == 0 && s->landlock_abi)
		rc = landlock_enter(s->landlock_abi, s->resources, e);
	if (rc == 0 && s->seccomp)
		rc = sandbox_filter_apply(&s->filter, e);
	return rc;
}

int
sandbox_change_user(const char *user, struct err *e)
{
	struct passwd pw, *found = NULL;
	char text[4096];
	int rc = getpwnam_r(user, &pw, text, sizeof(text), &found);

	if (rc != 0 || !found)
		return err_set(e, ERR_PERM, "there is no user \"%s\"", user);
	if (initgroups(user, pw.pw_gid) < 0 ||
	    setresgid(pw.pw_gid, pw.pw_gid, pw.pw_gid) < 0 ||
	    setresuid(pw.pw_uid, pw.pw_uid, pw.pw_uid) < 0) {
		err_sys(e, "change to user \"%s\"", user);
		return e->code = ERR_PERM;
	}
	if (pw.pw_uid != 0 && setuid(0) == 0)
		return err_set(e, ERR_PERM, "user \"%s\" can become root again",
		    user);
	return 0;
}
