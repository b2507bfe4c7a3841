/* floor.c - what a bare program reaches that does not lose documents either:
 * open, read, append to one file, fdatasync every so many, then rename.
 *
 * floor FROM TO OUT [BATCH]: moves the files of FROM to TO.  Prints
 * "documents seconds cpu_seconds".
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, READ_MAX = 1024 * 1024 };

struct names {
	char **name;
	size_t n, cap;
};

static void
die(const char *what)
{
	perror(what);
	exit(74);
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In byte order, as the daemon takes them. */
static void
list(int dirfd, struct names *x)
{
	DIR *d = fdopendir(dup(dirfd));
	struct dirent *e;

	if (!d)
		die("opendir");
	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		if (x->n == x->cap) {
			x->cap = x->cap ? 2 * x->cap : 1024;
			x->name = realloc(x->name, x->cap * sizeof *x->name);
		}
		if (!x->name || !(x->name[x->n++] = strdup(e->d_name)))
			die("memory");
	}
	(void)closedir(d);
	if (x->n > 0)
		qsort(x->name, x->n, sizeof *x->name, by_name);
}

static void
append(int from, const char *name, int out)
{
	static char bytes[READ_MAX];
	int fd = openat(from, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);

	if (n < 0 || write(out, bytes, (size_t)n) != n)
		die(name);
	(void)close(fd);
}

static void
retire(int from, int to, const struct names *x, size_t begin, size_t end,
    int out)
{
	if (fdatasync(out) != 0)
		die("fdatasync");
	for (size_t i = begin; i < end; i++)
		if (renameat(from, x->name[i], to, x->name[i]) != 0)
			die(x->name[i]);
}

int
main(int argc, char **argv)
{
	struct names x = { 0 };
	struct rusage usage;
	size_t begin = 0, batch;
	double start;
	int from, to, out;

	if (argc < 4) {
		(void)fputs("usage: floor FROM TO OUT [BATCH]\n", stderr);
		return 64;
	}
	from = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	to = open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	out = open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (from < 0 || to < 0 || out < 0)
		die("open");
	batch = argc > 4 ? strtoull(argv[4], NULL, 10) : BATCH;
	start = now();
	list(from, &x);
	for (size_t i = 0; i < x.n; i++) {
		append(from, x.name[i], out);
		if (i + 1 - begin < batch && i + 1 < x.n)
			continue;
		retire(from, to, &x, begin, i + 1, out);
		begin = i + 1;
	}
	start = now() - start;
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("%zu %.6f %.6f\n", x.n, start,
	    (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
		(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) /
		    1e6);
	return 0;
}
