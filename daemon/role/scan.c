/* scan.c - one pass over a folder's tree. */
#include "role/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/xalloc.h"
#include "role/beneath.h"
#include "role/claim.h"

struct level {
	DIR *dir;
	size_t path_len; /* of its own path, with the '/' behind it */
};

struct pass {
	const struct scan_request *q;
	struct scan_list *l;
	size_t text_len;
	bool limited; /* something was left out: nothing above the last counts
		       */
	char last[PATH_MAX];
	char path[PATH_MAX];
	struct level stack[SCAN_DEPTH_MAX];
	size_t depth;
};

static int
compare(const void *a, const void *b, void *text)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return strcmp((char *)text + x, (char *)text + y);
}

static void
sort(struct scan_list *l)
{
	if (l->n > 1)
		qsort_r(l->offset, l->n, sizeof(*l->offset), compare, l->text);
}

static int
compare_offset(const void *a, const void *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* Close the gaps between those that stay, in place. */
static void
compact(struct pass *p)
{
	struct scan_list *l = p->l;
	size_t to = 0;

	qsort(l->offset, l->n, sizeof(*l->offset), compare_offset);
	for (size_t i = 0; i < l->n; i++) {
		size_t len = strlen(l->text + l->offset[i]) + 1;

		memmove(l->text + to, l->text + l->offset[i], len);
		l->offset[i] = (uint32_t)to;
		to += len;
	}
	p->text_len = to;
}

/* Full: keep the smaller half and take nothing behind it from now on. So the
 * sum of all sorting stays near that of sorting everything once. */
static void
halve(struct pass *p)
{
	struct scan_list *l = p->l;
	size_t n = 0, used = 0, room = p->q->bytes_max / 2;

	ensure(l->text && l->n > 0);
	sort(l);
	while (n < l->n) {
		size_t len = strlen(l->text + l->offset[n]) + 1;

		if (n > 0 && used + len + (n + 1) * sizeof(*l->offset) > room)
			break;
		used += len;
		n++;
	}
	p->limited |= n < l->n;
	l->n = n;
	memcpy(p->last, l->text + l->offset[n - 1],
	    strlen(l->text + l->offset[n - 1]) + 1);
	compact(p);
}

/* Mappings as large as could be needed, of which only what is written to is
 * memory, and nothing is left behind in the heap. */
static void *
map_memory(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		fatal(EX_OSERR, "no memory for a list of files");
	return p;
}

static void
make_room(struct pass *p)
{
	struct scan_list *l = p->l;

	/* The first path always fits, and no path takes less than 2 bytes. */
	l->text_size = p->q->bytes_max + (size_t)2 * PATH_MAX;
	l->offset_size = (p->q->bytes_max / 6 + 2) * sizeof(*l->offset);
	l->text = map_memory(l->text_size);
	l->offset = map_memory(l->offset_size);
}

static void
add_name(struct pass *p, size_t len)
{
	struct scan_list *l = p->l;

	l->names++;
	if (p->q->after && strcmp(p->path, p->q->after) <= 0)
		return;
	if (p->limited && strcmp(p->path, p->last) > 0)
		return;
	if (l->n > 1 &&
	    p->text_len + len + 1 + (l->n + 1) * sizeof(*l->offset) >
		p->q->bytes_max) {
		halve(p);
		if (strcmp(p->path, p->last) > 0) {
			p->limited = true;
			return;
		}
	}
	if (!l->text)
		make_room(p);
	ensure(l->text);
	memcpy(l->text + p->text_len, p->path, len + 1);
	l->offset[l->n++] = (uint32_t)p->text_len;
	p->text_len += len + 1;
}

static void
note_error(struct pass *p)
{
	p->l->denied++;
	if (p->l->err.code == 0)
		err_sys(&p->l->err, "list folder \"%s\"", p->path);
}

/* Is it one whose events tell everything? Watched before it is listed: what
 * comes later makes an event. */
static void
watch_dir(struct pass *p, int fd)
{
	const struct config_watch *w = p->q->watch;

	p->l->dirs++;
	if (w->poll == CONFIG_POLL_ALWAYS)
		return;
	if (w->poll == CONFIG_POLL_AUTO && folder_on_network(fd)) {
		p->l->remote++;
		return;
	}
	if (p->q->watches &&
	    watch_add(p->q->watches, fd, p->q->owner, p->path, NULL) < 0)
		p->l->unwatched++;
}

/* p->path is that of the directory, without '/' behind it. */
static int
enter(struct pass *p, int at, const char *name)
{
	size_t len = strlen(p->path);
	struct level *next;
	int fd;

	if (p->depth == SCAN_DEPTH_MAX) {
		errno = ELOOP;
		return -1;
	}
	fd = beneath_open(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	watch_dir(p, fd);
	next = &p->stack[p->depth];
	next->dir = fdopendir(fd);
	if (!next->dir) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	if (len > 0)
		p->path[len++] = '/';
	next->path_len = len;
	p->depth++;
	return 0;
}

static int
type_of(int dirfd, const struct dirent *d)
{
	struct stat st;

	if (d->d_type != DT_UNKNOWN)
		return d->d_type;
	if (fstatat(dirfd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return DT_UNKNOWN;
	return S_ISREG(st.st_mode) ? DT_REG
	    : S_ISDIR(st.st_mode)  ? DT_DIR
				   : DT_UNKNOWN;
}

static void
one_entry(struct pass *p, const struct level *in, const struct dirent *d)
{
	size_t len = strlen(d->d_name);
	int type, fd = dirfd(in->dir);

	if (in->path_len + len + 2 > sizeof(p->path))
		return;
	memcpy(p->path + in->path_len, d->d_name, len + 1);
	type = type_of(fd, d);
	if (type == DT_REG && claim_name_wanted(p->q->watch, p->path))
		add_name(p, in->path_len + len);
	else if (type == DT_DIR && p->q->watch->recursive &&
	    claim_dir_wanted(p->q->watch, d->d_name) &&
	    enter(p, fd, d->d_name) != 0 && errno != ENOENT && errno != ENOTDIR)
		note_error(p);
}

static void
walk(struct pass *p)
{
	while (p->depth > 0) {
		struct level *in = &p->stack[p->depth - 1];
		const struct dirent *d;

		errno = 0;
		d = readdir(in->dir);
		if (d) {
			one_entry(p, in, d);
			continue;
		}
		if (errno != 0) {
			p->path[in->path_len] = '\0';
			note_error(p);
		}
		closedir(in->dir);
		p->depth--;
	}
}

int
scan_run(const struct scan_request *request, struct scan_list *list_r)
{
	struct pass *p = xcalloc(1, sizeof(*p));
	int rc = 0;

	*list_r = (struct scan_list){ 0 };
	p->q = request;
	p->l = list_r;
	ensure(strlen(request->below) < sizeof(p->path));
	memcpy(p->path, request->below, strlen(request->below) + 1);
	if (enter(p, request->fd, request->below) != 0) {
		note_error(p);
		rc = list_r->err.code;
	}
	walk(p);
	sort(list_r);
	list_r->more = p->limited;
	free(p);
	return rc;
}

void
scan_list_fini(struct scan_list *l)
{
	if (l->text) {
		munmap(l->text, l->text_size);
		munmap(l->offset, l->offset_size);
	}
	*l = (struct scan_list){ 0 };
}

const char *
scan_list_peek(const struct scan_list *l)
{
	return l->at < l->n ? l->text + l->offset[l->at] : NULL;
}
