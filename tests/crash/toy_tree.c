/* toy_tree.c - trees of processes that are hard to count, to stop or to kill.
 *
 * usage: toy_tree stray DIR    a grandchild in a session of its own, whose
 *                              number is in DIR/pid; then makes DIR/mark
 *        toy_tree swarm DIR    threads of several processes make and remove
 *                              files, while the processes are killed
 *        toy_tree locked DIR   a child under seccomp and Landlock of its own
 *        toy_tree term DIR     makes DIR/ready, waits for SIGTERM, ends with 7
 *        toy_tree noise DIR    20,000 writes to a pipe and to a memfd, 1 to a
 *                              file
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 4
#define FILES 100
#define WORKERS 6

static void
give_up(const char *what)
{
	perror(what);
	exit(1);
}

static void
make(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		give_up(name);
	close(fd);
}

static int
stray(void)
{
	int ready[2];
	char byte = 0;

	if (pipe(ready) < 0)
		give_up("pipe");
	if (fork() == 0) {
		setsid();
		if (fork() == 0) {
			char text[32];

			setpgid(0, 0);
			snprintf(text, sizeof text, "%d\n", (int)getpid());
			make("pid", text);
			if (write(ready[1], &byte, 1) == 1)
				for (;;)
					pause();
		}
		_exit(0);
	}
	wait(NULL);
	if (read(ready[0], &byte, 1) != 1)
		give_up("read");
	make("mark", "x");
	return 0;
}

static void *
busy(void *arg)
{
	for (int i = 0; i < FILES; i++) {
		char name[64];

		snprintf(name, sizeof name, "f%d.%d.%d", (int)getpid(),
		    *(const int *)arg, i);
		make(name, "some text");
		unlink(name);
	}
	return NULL;
}

static void
busy_threads(void)
{
	pthread_t thread[THREADS];
	int number[THREADS];

	for (int i = 0; i < THREADS; i++) {
		number[i] = i;
		if (pthread_create(&thread[i], NULL, busy, &number[i]) != 0)
			give_up("thread");
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
}

static int
swarm(void)
{
	struct timespec moment = { .tv_nsec = 3000000 };
	pid_t pid[WORKERS];

	for (int i = 0; i < WORKERS; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			busy_threads();
			_exit(0);
		}
	}
	/* Every other one dies in the middle of its calls. */
	for (int i = 0; i < WORKERS; i += 2) {
		nanosleep(&moment, NULL);
		kill(pid[i], SIGKILL);
	}
	while (wait(NULL) > 0)
		;
	make("last", "x");
	return 0;
}

static void
lock(void)
{
	struct landlock_ruleset_attr attr = { .handled_access_fs =
						  LANDLOCK_ACCESS_FS_MAKE_DIR };
	struct sock_filter op[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
#ifdef __NR_unlink
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_unlink, 1, 0),
#endif
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_unlinkat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof op / sizeof *op, op };
	int fd =
	    (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		give_up("no_new_privs");
	if (fd >= 0 && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		give_up("landlock");
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		SECCOMP_FILTER_FLAG_TSYNC, &prog) < 0)
		give_up("seccomp");
	if (fd >= 0 && (mkdir("dir", 0755) == 0 || errno != EACCES))
		give_up("mkdir was to be denied");
}

static int
locked(void)
{
	int status;

	if (fork() == 0) {
		lock();
		make("seen", "x");
		_exit(unlink("seen") == 0 || errno != EPERM);
	}
	wait(&status);
	return status != 0;
}

static int
term(void)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	make("ready", "x");
	sigwait(&set, &sig);
	return 7;
}

static int
noise(void)
{
	int end[2];
	char byte[16];
	int fd = memfd_create("noise", 0);

	if (fd < 0 || pipe(end) < 0)
		give_up("pipe");
	for (int i = 0; i < 10000; i++)
		if (write(end[1], "x", 1) != 1 || read(end[0], byte, 1) != 1 ||
		    pwrite(fd, "x", 1, 0) != 1)
			give_up("noise");
	make("last", "x");
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*fn)(void);
	} verbs[] = {
		{ "stray", stray },
		{ "swarm", swarm },
		{ "locked", locked },
		{ "term", term },
		{ "noise", noise },
	};

	if (argc != 3 || chdir(argv[2]) < 0)
		return 2;
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].fn();
	return 2;
}
