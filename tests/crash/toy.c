/* toy.c - the smallest exactly-once daemon, and mistakes to put into it.
 *
 * usage: toy init DIR N         N documents in DIR/drop, all durable
 *        toy run DIR [MISTAKE]  recover, then take the documents in: into
 *                               DIR/shard, then DIR/log, then to DIR/done
 *        toy check DIR N        is each document in the shard once, whole?
 *
 * Two processes, as the injector must count over all: the keeper claims and
 * retires, the committer writes.  A log record "LENGTH SUM NAME ...\n" makes
 * the bytes of the shard up to LENGTH and the NAMEs committed.  run ends with
 * 0, with 75 if it may be tried again; ENOSPC it waits out.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH 4
#define DOCS_MAX 100
#define TEXT_MAX 200
#define NAME_LEN 4 /* "d000" */
#define LOG_MAX ((size_t)DOCS_MAX * 64)

enum { TRY_AGAIN = 75, MISUSED = 2 };

/* Each is caught by the faults that it is said to be caught by, and only by
 * them: selftest.sh.
 */
enum mistake {
	NO_MISTAKE,
	RETIRE_EARLY,  /* kill: retired, not yet committed */
	NO_TRUNCATE,   /* kill: the shard's uncommitted tail stays */
	NO_SUM,	       /* tear: believes half a log record */
	IGNORE_SHORT,  /* short */
	IGNORE_ERRNO,  /* errno */
	NO_SHARD_SYNC, /* power cut */
	NO_LOG_SYNC,   /* power cut */
};

static const char *const mistakes[] = {
	[NO_MISTAKE] = "none",
	[RETIRE_EARLY] = "retire-early",
	[NO_TRUNCATE] = "no-truncate",
	[NO_SUM] = "no-sum",
	[IGNORE_SHORT] = "ignore-short",
	[IGNORE_ERRNO] = "ignore-errno",
	[NO_SHARD_SYNC] = "no-shard-sync",
	[NO_LOG_SYNC] = "no-log-sync",
};

struct names {
	char name[DOCS_MAX][NAME_LEN + 1];
	int n;
};

struct toy {
	enum mistake mistake;
	int log, shard;
	off_t log_len, shard_len;
	struct names committed;
};

static void
give_up(const char *what)
{
	fprintf(stderr, "toy: %s: %s\n", what, strerror(errno));
	exit(TRY_AGAIN);
}

static size_t
document(int i, char *to)
{
	return (size_t)snprintf(to, TEXT_MAX,
	    "d%03d the quick brown fox number %d jumps over %d lazy dogs\n", i,
	    i * 7919, i % 13);
}

static unsigned
sum(const char *text, size_t len)
{
	unsigned h = 2166136261U;

	while (len-- > 0)
		h = (h ^ (unsigned char)*text++) * 16777619U;
	return h;
}

/*
 * Writing
 */

static void
wait_for_space(void)
{
	struct timespec moment = { .tv_nsec = 5000000 };

	nanosleep(&moment, NULL);
}

static void
put(const struct toy *t, int fd, const char *text, size_t len, off_t at)
{
	while (len > 0) {
		ssize_t n = pwrite(fd, text, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (t->mistake == IGNORE_ERRNO)
			return;
		if (n < 0 && (errno == ENOSPC || errno == EDQUOT)) {
			wait_for_space();
			continue;
		}
		if (n < 0)
			give_up("write");
		if (t->mistake == IGNORE_SHORT)
			return;
		text += n;
		at += n;
		len -= (size_t)n;
	}
}

/* Not tried again: what has not been written may be forgotten by then. */
static void
sync_data(const struct toy *t, int fd)
{
	if (fdatasync(fd) < 0 && t->mistake != IGNORE_ERRNO)
		give_up("fdatasync");
}

static void
sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY);

	if (fd < 0 || fsync(fd) < 0)
		give_up(dir);
	close(fd);
}

/*
 * Committer
 */

static void
append_document(struct toy *t, const char *name)
{
	char path[32];
	char text[TEXT_MAX];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "drop/%s", name);
	/* A mistaken keeper has moved it already. */
	fd = open(path, O_RDONLY);
	if (fd < 0) {
		snprintf(path, sizeof path, "done/%s", name);
		fd = open(path, O_RDONLY);
	}
	n = fd < 0 ? -1 : read(fd, text, sizeof text);
	if (n < 0)
		give_up(path);
	close(fd);
	put(t, t->shard, text, (size_t)n, t->shard_len);
	t->shard_len += n;
}

static void
commit(struct toy *t, const char *names)
{
	char record[BATCH * (NAME_LEN + 1) + 64];
	char body[BATCH * (NAME_LEN + 1) + 32];
	int len;

	for (const char *p = names; *p; p += NAME_LEN + 1) {
		char name[NAME_LEN + 1];

		snprintf(name, sizeof name, "%.*s", NAME_LEN, p + 1);
		append_document(t, name);
	}
	if (t->mistake != NO_SHARD_SYNC)
		sync_data(t, t->shard);
	len = snprintf(body, sizeof body, "%lld%s", (long long)t->shard_len,
	    names);
	len = snprintf(record, sizeof record, "%08x %s\n",
	    sum(body, (size_t)len), body);
	put(t, t->log, record, (size_t)len, t->log_len);
	t->log_len += len;
	if (t->mistake != NO_LOG_SYNC)
		sync_data(t, t->log);
}

/* Executed as "toy --role committer MISTAKE LOG-LENGTH SHARD-LENGTH". */
static int
committer(char **argv, enum mistake mistake)
{
	struct toy t = { .mistake = mistake };
	char batch[BATCH * (NAME_LEN + 1) + 1];
	ssize_t n;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	t.log_len = strtoll(argv[0], NULL, 10);
	t.shard_len = strtoll(argv[1], NULL, 10);
	t.log = open("log", O_RDWR);
	t.shard = open("shard", O_RDWR);
	if (t.log < 0 || t.shard < 0)
		give_up("open");
	while ((n = recv(3, batch, sizeof batch - 1, 0)) > 0) {
		batch[n] = '\0';
		commit(&t, batch);
		if (send(3, "", 1, MSG_NOSIGNAL) != 1)
			return TRY_AGAIN;
	}
	return 0;
}

/*
 * Keeper
 */

/* The next record: its end, NULL if it is none. */
static const char *
take_record(struct toy *t, const char *at, const char *end)
{
	const char *line = memchr(at, '\n', (size_t)(end - at));
	const char *body = at + 9;
	char *names;

	if (t->mistake == NO_SUM && !line)
		line = end;
	if (!line || line - at < 10)
		return NULL;
	if (t->mistake != NO_SUM &&
	    strtoul(at, NULL, 16) != sum(body, (size_t)(line - body)))
		return NULL;
	t->shard_len = strtoll(body, &names, 10);
	for (const char *p = names; p + NAME_LEN < line + 1; p += NAME_LEN + 1)
		if (t->committed.n < DOCS_MAX)
			snprintf(t->committed.name[t->committed.n++],
			    NAME_LEN + 1, "%.*s", NAME_LEN, p + 1);
	return line < end ? line + 1 : end;
}

static void
retire(const char *name)
{
	char from[32];
	char to[32];

	snprintf(from, sizeof from, "drop/%s", name);
	snprintf(to, sizeof to, "done/%s", name);
	if (rename(from, to) < 0 && errno != ENOENT)
		give_up("rename");
}

static void
recover(struct toy *t)
{
	static char text[LOG_MAX + 1];
	const char *at = text;
	const char *end;
	struct stat st;
	ssize_t n;

	t->log = open("log", O_RDWR);
	t->shard = open("shard", O_RDWR);
	n = t->log < 0 ? -1 : pread(t->log, text, LOG_MAX, 0);
	if (n < 0 || t->shard < 0 || fstat(t->shard, &st) < 0)
		give_up("recover");
	end = text + n;
	for (const char *next; at < end; at = next) {
		next = take_record(t, at, end);
		if (!next)
			break;
	}
	t->log_len = at - text;
	if (ftruncate(t->log, t->log_len) < 0)
		give_up("truncate log");
	if (t->mistake == NO_TRUNCATE)
		t->shard_len = st.st_size;
	else if (ftruncate(t->shard, t->shard_len) < 0)
		give_up("truncate shard");
	for (int i = 0; i < t->committed.n; i++)
		retire(t->committed.name[i]);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
list(const char *dir, struct names *to)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	to->n = 0;
	if (!d)
		give_up(dir);
	while ((e = readdir(d)) != NULL && to->n < DOCS_MAX)
		if (e->d_name[0] != '.')
			snprintf(to->name[to->n++], NAME_LEN + 1, "%.4s",
			    e->d_name);
	closedir(d);
	qsort(to->name, (size_t)to->n, sizeof to->name[0], by_name);
}

static int
start_committer(const struct toy *t)
{
	int pair[2];
	char log_len[24];
	char shard_len[24];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		give_up("socketpair");
	snprintf(log_len, sizeof log_len, "%lld", (long long)t->log_len);
	snprintf(shard_len, sizeof shard_len, "%lld", (long long)t->shard_len);
	pid = fork();
	if (pid < 0)
		give_up("fork");
	if (pid == 0) {
		if (pair[1] == 3)
			fcntl(3, F_SETFD, 0);
		else
			dup2(pair[1], 3);
		execl("/proc/self/exe", "toy", "--role", "committer",
		    mistakes[t->mistake], log_len, shard_len, (char *)NULL);
		_exit(TRY_AGAIN);
	}
	close(pair[1]);
	return pair[0];
}

static void
retire_all(const struct names *all, int from, int to)
{
	for (int i = from; i < to; i++)
		retire(all->name[i]);
	sync_dir("drop");
	sync_dir("done");
}

static int
keeper(enum mistake mistake)
{
	static struct toy t;
	static struct names all;
	char byte;
	int sock;

	t.mistake = mistake;
	recover(&t);
	sock = start_committer(&t);
	list("drop", &all);
	for (int i = 0; i < all.n; i += BATCH) {
		int to = i + BATCH < all.n ? i + BATCH : all.n;
		char batch[BATCH * (NAME_LEN + 1) + 1] = "";

		for (int k = i; k < to; k++) {
			size_t used = strlen(batch);

			snprintf(batch + used, sizeof batch - used, " %s",
			    all.name[k]);
		}
		if (mistake == RETIRE_EARLY)
			retire_all(&all, i, to);
		if (send(sock, batch, strlen(batch), MSG_NOSIGNAL) < 0 ||
		    recv(sock, &byte, 1, 0) != 1)
			give_up("committer");
		if (mistake != RETIRE_EARLY)
			retire_all(&all, i, to);
	}
	close(sock);
	wait(NULL);
	return 0;
}

/*
 * Before and after
 */

static void
make_file(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len || close(fd) < 0)
		give_up(path);
}

static int
init(int n)
{
	int fd;

	if (mkdir("drop", 0755) < 0 || mkdir("done", 0755) < 0)
		give_up("mkdir");
	make_file("log", "", 0);
	make_file("shard", "", 0);
	for (int i = 0; i < n; i++) {
		char path[32];
		char text[TEXT_MAX];
		size_t len = document(i, text);

		snprintf(path, sizeof path, "drop/d%03d", i);
		make_file(path, text, len);
	}
	fd = open(".", O_RDONLY | O_DIRECTORY);
	if (fd < 0 || syncfs(fd) < 0)
		give_up("sync");
	close(fd);
	return 0;
}

static int
check(int n)
{
	int seen[DOCS_MAX] = { 0 };
	int lost = 0, twice = 0, junk = 0;
	char line[TEXT_MAX];
	struct names rest;
	FILE *f = fopen("shard", "r");

	if (!f)
		give_up("shard");
	while (fgets(line, sizeof line, f)) {
		char want[TEXT_MAX] = "";
		int i = line[0] == 'd' ? (int)strtol(line + 1, NULL, 10) : -1;

		if (i >= 0 && i < n)
			document(i, want);
		if (i >= 0 && i < n && strcmp(line, want) == 0)
			seen[i]++;
		else
			junk++;
	}
	fclose(f);
	for (int i = 0; i < n; i++) {
		lost += seen[i] == 0;
		twice += seen[i] > 1;
	}
	list("drop", &rest);
	printf("lost %d twice %d junk %d waiting %d\n", lost, twice, junk,
	    rest.n);
	return lost || twice || junk || rest.n;
}

static enum mistake
mistake_of(const char *name)
{
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
		if (strcmp(mistakes[i], name) == 0)
			return (enum mistake)i;
	exit(MISUSED);
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";
	int n = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 0;

	if (strcmp(verb, "--role") == 0 && argc == 6)
		return committer(argv + 4, mistake_of(argv[3]));
	if (argc < 3 || n > DOCS_MAX || chdir(argv[2]) < 0)
		return MISUSED;
	if (strcmp(verb, "init") == 0 && n > 0)
		return init(n);
	if (strcmp(verb, "run") == 0)
		return keeper(mistake_of(argc > 3 ? argv[3] : "none"));
	if (strcmp(verb, "check") == 0 && n > 0)
		return check(n);
	return MISUSED;
}
