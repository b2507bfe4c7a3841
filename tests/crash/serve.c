/* serve.c - run a daemon until it has taken all documents, then stop it.
 *
 * usage: serve [OPTION ...] -- COMMAND [ARGUMENT ...]
 *
 *   --drop DIR         once COMMAND has said ": ready" and no file lies in or
 *                      below DIR (names with a dot in front left out), it gets
 *                      SIGTERM; without: it ends by itself
 *   --log FILE         what it says on stderr is appended here (default: ours)
 *   --patience MS      when it has not ended by then, it and its session are
 *                      killed (default 20000)
 *   --make FILE:MS     make FILE after so long
 *
 * Exit status: that of COMMAND (128 + signal if killed); 124: out of patience;
 * 125: an error of our own.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 5, STATUS_LATE = 124, STATUS_ERROR = 125 };

struct serve {
	const char *drop, *log, *make;
	long patience_ms, make_ms;
	int out; /* stderr of the command */
	int log_fd;
	pid_t pid;
	bool ready, told;
	char line[512]; /* the last one, as far as it has come */
	size_t line_len;
};

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "serve: %s: %s\n", what, strerror(errno));
	exit(STATUS_ERROR);
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Is there a document below this folder?  Closes fd. */
static bool
has_file(int fd)
{
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *d;
	bool found = false;

	if (!dir)
		return false;
	while (!found && (d = readdir(dir))) {
		struct stat st;

		if (d->d_name[0] == '.' ||
		    fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		found = S_ISREG(st.st_mode) ||
		    (S_ISDIR(st.st_mode) &&
			has_file(openat(fd, d->d_name,
			    O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
	}
	closedir(dir);
	return found;
}

static void
take_output(struct serve *s)
{
	char bytes[4096];
	ssize_t n = read(s->out, bytes, sizeof bytes);

	if (n <= 0) {
		if (n == 0 || errno != EINTR)
			s->out = -1;
		return;
	}
	if (write(s->log_fd, bytes, (size_t)n) != n)
		die("log");
	for (ssize_t i = 0; i < n; i++) {
		if (bytes[i] != '\n') {
			if (s->line_len < sizeof s->line - 1)
				s->line[s->line_len++] = bytes[i];
			continue;
		}
		s->line[s->line_len] = '\0';
		s->ready |= s->line_len >= 7 &&
		    strcmp(s->line + s->line_len - 7, ": ready") == 0;
		s->line_len = 0;
	}
}

static void
start(struct serve *s, char **command)
{
	int fd[2];

	s->log_fd = s->log
	    ? open(s->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)
	    : STDERR_FILENO;
	if (s->log_fd < 0 || pipe2(fd, O_CLOEXEC) != 0)
		die("log");
	s->pid = fork();
	if (s->pid < 0)
		die("fork");
	if (s->pid == 0) {
		setsid();
		dup2(fd[1], STDERR_FILENO);
		execvp(command[0], command);
		die(command[0]);
	}
	close(fd[1]);
	s->out = fd[0];
}

/* Its end, or -1 while it goes on. */
static int
ended(const struct serve *s)
{
	int status;

	if (waitpid(s->pid, &status, WNOHANG) != s->pid)
		return -1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

static void
look(struct serve *s, long since)
{
	if (s->make && since >= s->make_ms) {
		close(open(s->make, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
		s->make = NULL;
	}
	if (s->drop && s->ready && !s->told &&
	    !has_file(open(s->drop, O_RDONLY | O_DIRECTORY | O_CLOEXEC))) {
		kill(s->pid, SIGTERM);
		s->told = true;
	}
}

static int
run(struct serve *s)
{
	long began = now_ms();

	for (;;) {
		struct pollfd p = { .fd = s->out, .events = POLLIN };
		int status;

		if (poll(&p, 1, LOOK_MS) > 0)
			take_output(s);
		status = ended(s);
		if (status >= 0) {
			while (s->out >= 0 && poll(&p, 1, 0) > 0)
				take_output(s);
			return status;
		}
		if (now_ms() - began > s->patience_ms) {
			kill(-s->pid, SIGKILL);
			waitpid(s->pid, NULL, 0);
			return STATUS_LATE;
		}
		look(s, now_ms() - began);
	}
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "drop", required_argument, NULL, 'd' },
		{ "log", required_argument, NULL, 'l' },
		{ "make", required_argument, NULL, 'm' },
		{ "patience", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	struct serve s = { .patience_ms = 20000 };
	char *colon;
	int c;

	while ((c = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (c == 'd') {
			s.drop = optarg;
		} else if (c == 'l') {
			s.log = optarg;
		} else if (c == 'p') {
			s.patience_ms = strtol(optarg, NULL, 10);
		} else if (c == 'm' && (colon = strrchr(optarg, ':'))) {
			*colon = '\0';
			s.make = optarg;
			s.make_ms = strtol(colon + 1, NULL, 10);
		} else {
			return STATUS_ERROR;
		}
	}
	if (optind == argc)
		return STATUS_ERROR;
	start(&s, argv + optind);
	return run(&s);
}
