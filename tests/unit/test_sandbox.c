/* test_sandbox.c - what a locked process cannot do, and what it still can.
 * Every attempt runs in a process of its own. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "plugin/sandbox.h"
#include "plugin/sandbox_filter.h"
#include "sandbox_attempts.h"

typedef int attempt_fn(void);

/* The wait status of an attempt inside the lock. */
static int
run_locked(const struct sandbox *s, attempt_fn *fn)
{
	struct err e;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (sandbox_enter(s, &limits, &e) < 0) {
			fprintf(stderr, "%s\n", e.text);
			_exit(LOCK_FAILED);
		}
		_exit(fn());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int
setup(void **state)
{
	static struct sandbox s;
	char path[4096];
	struct err e;

	snprintf(path, sizeof(path), "%s/sandbox-file", getenv("TMPDIR"));
	file_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file_fd < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return -1;
	unlink(path);
	if (sandbox_prepare(&s, false, NULL, &e) < 0)
		return -1;
	*state = &s;
	return 0;
}

static int
teardown(void **state)
{
	sandbox_fini(*state);
	close(file_fd);
	close(pair[0]);
	close(pair[1]);
	return 0;
}

#define TRY(name)                                                              \
	{                                                                      \
#name, try_##name, false                                       \
	}
/* Sanitizers need it, so that only release builds refuse. */
#define TRY_RELEASE(name)                                                      \
	{                                                                      \
#name, try_##name, true                                        \
	}
#define CAN(name)                                                              \
	{                                                                      \
#name, can_##name, false                                       \
	}

struct attempt {
	const char *name;
	attempt_fn *fn;
	bool release_only;
};

static void
check_refused(const struct sandbox *s)
{
	static const struct attempt attempts[] = {
		TRY(open),
		TRY(create),
		TRY(tmpfile),
		TRY(unlink),
		TRY(mkdir),
		TRY(rename),
		TRY(chmod),
		TRY(exec),
		TRY_RELEASE(fork),
		TRY(vfork),
		TRY(tcp),
		TRY(udp),
		TRY(unix),
		TRY(pair),
		TRY(kill_parent),
		TRY(kill_probe),
		TRY(kill_group),
		TRY(tgkill_parent),
		TRY(sigqueue),
		TRY(pidfd),
		TRY(ptrace),
		TRY(read_parent),
		TRY(memfd),
		TRY(io_uring),
		TRY(clone3),
		TRY(unshare),
		TRY(bpf),
		TRY(keyctl),
		TRY_RELEASE(writable_code),
		TRY_RELEASE(code_from_data),
		TRY_RELEASE(map_code),
		TRY(raise_limit),
		TRY_RELEASE(dumpable),
		TRY_RELEASE(outlive_parent),
		TRY_RELEASE(ioctl),
		TRY_RELEASE(big_memory),
		TRY(long_file),
		TRY(many_files),
		TRY(setuid),
		TRY(mount),
		TRY(set_time),
	};
	int status, failures = 0;

	for (size_t i = 0; i < sizeof(attempts) / sizeof(*attempts); i++) {
		if (attempts[i].release_only && SANDBOX_SANITIZED)
			continue;
		status = run_locked(s, attempts[i].fn);
		if (status == 0)
			continue;
		fprintf(stderr, "%s: status %#x\n", attempts[i].name,
		    (unsigned)status);
		failures++;
	}
	assert_int_equal(failures, 0);
}

static void
test_forbidden_things_are_refused(void **state)
{
	const struct sandbox *s = *state;

	if (!s->seccomp || !s->landlock_abi)
		skip();
	check_refused(s);
}

/* Older kernels have little or no Landlock. */
static void
test_the_filter_alone_refuses_them_as_well(void **state)
{
	const struct sandbox *s = *state;
	struct sandbox alone = *s;

	if (!s->seccomp || SANDBOX_SANITIZED)
		skip();
	alone.landlock_abi = 0;
	check_refused(&alone);
}

static void
test_the_work_of_a_worker_is_allowed(void **state)
{
	static const struct attempt attempts[] = {
		CAN(use_channel),
		CAN(write_its_file),
		CAN(map_its_file),
		CAN(stat_its_file),
		CAN(allocate),
		CAN(tell_time),
		CAN(handle_signals),
		CAN(name_itself),
	};
	int status, failures = 0;

	for (size_t i = 0; i < sizeof(attempts) / sizeof(*attempts); i++) {
		status = run_locked(*state, attempts[i].fn);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
			continue;
		fprintf(stderr, "%s: status %#x\n", attempts[i].name,
		    (unsigned)status);
		failures++;
	}
	assert_int_equal(failures, 0);
}

static int
call_abort(void)
{
	abort();
}

static void
test_abort_dies_of_sigabrt(void **state)
{
	int status = run_locked(*state, call_abort);

	if (SANDBOX_SANITIZED)
		skip();
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static char resource_folder[4096];

static int
read_resource(void)
{
	char path[4200];
	int fd, other;

	snprintf(path, sizeof(path), "%s/file", resource_folder);
	fd = open(path, O_RDONLY);
	other = open("/etc/passwd", O_RDONLY);
	return fd >= 0 && other < 0 && open(path, O_RDWR) < 0 &&
	    open(path, O_RDONLY | O_TRUNC) < 0;
}

static void
test_resource_folders_stay_readable_and_nothing_else(void **state)
{
	const char *const folders[] = { resource_folder, NULL };
	const struct sandbox *plain = *state;
	char path[4200];
	struct sandbox s;
	struct err e;
	int fd, status;

	if (!plain->landlock_abi)
		skip();
	snprintf(resource_folder, sizeof(resource_folder), "%s/resources",
	    getenv("TMPDIR"));
	snprintf(path, sizeof(path), "%s/file", resource_folder);
	assert_int_equal(mkdir(resource_folder, 0700), 0);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(sandbox_prepare(&s, true, folders, &e), 0);
	status = run_locked(&s, read_resource);
	assert_int_equal(status, 1 << 8);
	sandbox_fini(&s);
	unlink(path);
	rmdir(resource_folder);
}

static void
test_describe_says_what_there_is(void **state)
{
	const struct sandbox nothing = { 0 };
	char text[160];

	sandbox_describe(*state, text, sizeof(text));
	assert_non_null(strstr(text, "seccomp"));
	sandbox_describe(&nothing, text, sizeof(text));
	assert_non_null(strstr(text, "no Landlock"));
	assert_non_null(strstr(text, "no seccomp"));
}

static void
test_an_unknown_user_is_refused(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(sandbox_change_user("no-such-user-here", &e),
	    ERR_PERM);
}

static int
change_to_nobody(void)
{
	struct err e;

	return sandbox_change_user("nobody", &e) == 0 && getuid() != 0 &&
	    setuid(0) < 0 && setgid(0) < 0;
}

static void
test_a_change_of_user_is_for_good(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	pid = fork();
	if (pid == 0)
		_exit(change_to_nobody());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 1 << 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forbidden_things_are_refused),
		cmocka_unit_test(test_the_filter_alone_refuses_them_as_well),
		cmocka_unit_test(test_the_work_of_a_worker_is_allowed),
		cmocka_unit_test(test_abort_dies_of_sigabrt),
		cmocka_unit_test(
		    test_resource_folders_stay_readable_and_nothing_else),
		cmocka_unit_test(test_describe_says_what_there_is),
		cmocka_unit_test(test_an_unknown_user_is_refused),
		cmocka_unit_test(test_a_change_of_user_is_for_good),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
