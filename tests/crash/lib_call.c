/* lib_call.c - look at a call of a process that waits for our answer. */
#include "lib_call.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

ssize_t
call_peek(pid_t tid, uint64_t from, void *to, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t done = 0;

	/* Page by page: a read that runs into a hole yields nothing at all. */
	while (done < len) {
		size_t part = page - (size_t)((from + done) % page);
		struct iovec local = { .iov_base = (char *)to + done };
		struct iovec remote;
		uint64_t at = from + done;
		ssize_t n;

		if (part > len - done)
			part = len - done;
		/* Not an address of ours, so no cast would be one either. */
		memcpy(&remote.iov_base, &at, sizeof remote.iov_base);
		local.iov_len = remote.iov_len = part;
		n = process_vm_readv(tid, &local, 1, &remote, 1, 0);
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	return done > 0 || len == 0 ? (ssize_t)done : -1;
}

/* A string of at most `size` - 1 bytes; "?" if it cannot be read. */
static void
peek_string(pid_t tid, uint64_t from, char *to, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t done = 0;

	while (done < size - 1) {
		size_t part = page - (size_t)((from + done) % page);
		ssize_t n;

		/* Most names are short. */
		if (part > 256)
			part = 256;
		if (part > size - 1 - done)
			part = size - 1 - done;
		n = call_peek(tid, from + done, to + done, part);
		if (n <= 0) {
			snprintf(to, size, "?");
			return;
		}
		if (memchr(to + done, '\0', (size_t)n))
			return;
		done += (size_t)n;
	}
	to[size - 1] = '\0';
}

/* Memory files (memfd) are no durable state. */
static dev_t
memory_device(void)
{
	int fd = memfd_create("inject", MFD_CLOEXEC);
	struct stat st;
	dev_t dev = 0;

	if (fd >= 0 && fstat(fd, &st) == 0)
		dev = st.st_dev;
	if (fd >= 0)
		close(fd);
	return dev;
}

static enum call_verdict
judge_fd(const struct call *c)
{
	static dev_t memory;
	char link[64];
	struct stat st;
	bool file;

	if (memory == 0)
		memory = memory_device();
	snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)c->tid,
	    (int)c->args[c->kind->fd]);
	if (stat(link, &st) < 0)
		return errno == ENOENT ? CALL_PASSES : CALL_BLIND;
	file = S_ISREG(st.st_mode) || S_ISDIR(st.st_mode);
	return file && st.st_dev != memory ? CALL_COUNTS : CALL_PASSES;
}

static bool
changes(uint64_t flags)
{
	return (flags & (O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))) != 0;
}

/* The filter has looked at the flags of open() and openat(). */
static enum call_verdict
judge_open(struct call *c, bool all_opens)
{
	struct open_how how;

	peek_string(c->tid, c->args[c->kind->path], c->path, sizeof c->path);
	if (strcmp(c->path, "?") == 0)
		return CALL_BLIND;
	if (strncmp(c->path, "/dev/", 5) == 0 &&
	    strncmp(c->path, "/dev/shm/", 9) != 0)
		return CALL_PASSES;
	if (strncmp(c->path, "/proc/", 6) == 0)
		return CALL_PASSES;
	if (all_opens || c->kind->nr != __NR_openat2)
		return CALL_COUNTS;
	if (call_peek(c->tid, c->args[2], &how, sizeof how.flags) < 0)
		return CALL_BLIND;
	return changes(how.flags) ? CALL_COUNTS : CALL_PASSES;
}

enum call_verdict
call_judge(struct call *c_r, const struct seccomp_notif *n, bool all_opens)
{
	c_r->kind = call_kind_find(n->data.nr);
	c_r->tid = (pid_t)n->pid;
	c_r->id = n->id;
	for (int i = 0; i < 6; i++)
		c_r->args[i] = n->data.args[i];
	c_r->bytes = 0;
	c_r->role[0] = c_r->title[0] = c_r->comm[0] = '\0';
	c_r->path[0] = c_r->path2[0] = '\0';
	if (!c_r->kind)
		return CALL_PASSES;
	if (c_r->kind->fd >= 0)
		return judge_fd(c_r);
	if (c_r->kind->family == CALL_OPEN)
		return judge_open(c_r, all_opens);
	return CALL_COUNTS;
}

static void
link_target(const struct call *c, const char *what, char *to, size_t size)
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof link, "/proc/%d/%s", (int)c->tid, what);
	n = readlink(link, to, size - 1);
	if (n < 0) {
		snprintf(to, size, "?");
		return;
	}
	to[n] = '\0';
}

/* A path argument made absolute. */
static void
path_argument(const struct call *c, int dir, int path, char *to)
{
	char what[32];
	char base[PATH_MAX];
	char name[PATH_MAX];
	int dirfd = dir < 0 ? AT_FDCWD : (int)c->args[dir];

	name[0] = '\0';
	if (c->args[path] != 0)
		peek_string(c->tid, c->args[path], name, sizeof name);
	if (name[0] == '/') {
		memcpy(to, name, sizeof name);
		return;
	}
	if (dirfd == AT_FDCWD)
		snprintf(what, sizeof what, "cwd");
	else
		snprintf(what, sizeof what, "fd/%d", dirfd);
	link_target(c, what, base, sizeof base);
	if (snprintf(to, PATH_MAX, "%s%s%s", base, name[0] ? "/" : "", name) >=
	    PATH_MAX)
		snprintf(to, PATH_MAX, "?");
}

/* /proc/TID/NAME; number of bytes. */
static size_t
proc_text(pid_t tid, const char *name, char *to, size_t size)
{
	char path[64];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)tid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, to, size - 1);
		close(fd);
	}
	to[n > 0 ? n : 0] = '\0';
	return n > 0 ? (size_t)n : 0;
}

/* "prog: duty" has the role "duty", "prog --role duty" too, all else is known
 * by its short name.
 */
static void
find_role(struct call *c)
{
	size_t n = proc_text(c->tid, "cmdline", c->title, sizeof c->title);
	const char *option, *colon, *role;

	proc_text(c->tid, "comm", c->comm, sizeof c->comm);
	c->comm[strcspn(c->comm, "\n")] = '\0';
	while (n > 0 && (c->title[n - 1] == '\0' || c->title[n - 1] == ' '))
		n--;
	c->title[n < sizeof c->title ? n : sizeof c->title - 1] = '\0';
	for (size_t i = 0; i < n; i++)
		if (c->title[i] == '\0')
			c->title[i] = ' ';
	option = strstr(c->title, "--role ");
	colon = strstr(c->title, ": ");
	if (option)
		role = option + 7;
	else if (colon && strcspn(c->title, " ") > (size_t)(colon - c->title))
		role = colon + 2;
	else
		role = c->comm;
	snprintf(c->role, sizeof c->role, "%.63s", role);
	if (option)
		c->role[strcspn(c->role, " ")] = '\0';
	if (c->role[0] == '\0')
		snprintf(c->role, sizeof c->role, "?");
}

static void
count_bytes(struct call *c)
{
	struct iovec iov[64] = { 0 };
	uint64_t left = c->args[2];
	uint64_t from = c->args[1];

	if (c->kind->bytes == BYTES_ARG)
		c->bytes = c->args[c->kind->bytes_arg];
	if (c->kind->bytes != BYTES_IOV)
		return;
	while (left > 0) {
		size_t n = left < 64 ? left : 64;
		ssize_t got = call_peek(c->tid, from, iov, n * sizeof *iov);

		if (got < (ssize_t)(n * sizeof *iov))
			return;
		for (size_t i = 0; i < n; i++)
			c->bytes += iov[i].iov_len;
		from += n * sizeof *iov;
		left -= n;
	}
}

void
call_describe(struct call *c)
{
	const struct call_kind *k = c->kind;
	char what[32];

	find_role(c);
	count_bytes(c);
	if (k->fd >= 0) {
		snprintf(what, sizeof what, "fd/%d", (int)c->args[k->fd]);
		link_target(c, what, c->path, sizeof c->path);
	}
	if (k->path >= 0)
		path_argument(c, k->dir, k->path, c->path);
	if (k->path2 >= 0)
		path_argument(c, k->dir2, k->path2, c->path2);
}

void
call_print_name(FILE *f, const char *name)
{
	for (; *name; name++) {
		unsigned char b = (unsigned char)*name;

		if (b < 0x20 || b >= 0x7f || b == '\\')
			fprintf(f, "\\x%02x", b);
		else
			putc(b, f);
	}
}

void
call_print(FILE *f, uint64_t number, const struct call *c)
{
	fprintf(f, "%llu\t", (unsigned long long)number);
	call_print_name(f, c->role);
	fprintf(f, "\t%s\t", c->kind->name);
	call_print_name(f, c->path[0] ? c->path : "-");
	fprintf(f, "\t%llu\t%d", (unsigned long long)c->bytes, (int)c->tid);
	if (c->path2[0]) {
		putc('\t', f);
		call_print_name(f, c->path2);
	}
	putc('\n', f);
}
