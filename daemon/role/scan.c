/* scan.c - one pass over a folder's tree. */
#include "role/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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
	size_t text_len, text_cap, offset_cap;
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

/* Full: keep the smaller half and take nothing behind it from now on. So the
 * sum of all sorting stays near that of sorting everything once. */
static void
halve(struct pass *p)
{
	struct scan_list *l = p->l;
	size_t n = 0, used = 0, room = p->q->bytes_max / 2;
	char *text;

	sort(l);
	while (n < l->n) {
		size_t len = strlen(l->text + l->offset[n]) + 1;

		if (n > 0 && used + len + (n + 1) * sizeof(*l->offset) > room)
			break;
		used += len;
		n++;
	}
	p->text_cap = used + PATH_MAX;
	text = xrealloc(NULL, p->text_cap, 1);
	for (size_t i = 0, at = 0; i < n; i++) {
		size_t len = strlen(l->text + l->offset[i]) + 1;

		memcpy(text + at, l->text + l->offset[i], len);
		l->offset[i] = (uint32_t)at;
		at += len;
	}
	free(l->text);
	l->text = text;
	p->limited |= n < l->n;
	l->n = n;
	p->text_len = used;
	memcpy(p->last, text + l->offset[n - 1],
	    strlen(text + l->offset[n - 1]) + 1);
}

static void
grow(struct pass *p, size_t len)
{
	struct scan_list *l = p->l;

	if (p->text_len + len > p->text_cap) {
		p->text_cap = p->text_cap ? p->text_cap * 2 : 4096;
		if (p->text_cap > p->q->bytes_max)
			p->text_cap = p->q->bytes_max;
		if (p->text_cap < p->text_len + len)
			p->text_cap = p->text_len + len;
		l->text = xrealloc(l->text, p->text_cap, 1);
	}
	if (l->n == p->offset_cap) {
		p->offset_cap = p->offset_cap ? p->offset_cap * 2 : 256;
		l->offset =
		    xrealloc(l->offset, p->offset_cap, sizeof(*l->offset));
	}
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
	grow(p, len + 1);
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
	if (strlen(request->below) + 1 < sizeof(p->path))
		strcpy(p->path, request->below);
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
	free(l->text);
	free(l->offset);
	*l = (struct scan_list){ 0 };
}

const char *
scan_list_peek(const struct scan_list *l)
{
	return l->at < l->n ? l->text + l->offset[l->at] : NULL;
}
