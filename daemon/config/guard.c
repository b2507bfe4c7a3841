/* guard.c - no folder is watched twice, and nothing that is written lands where
 * it would be taken in again. */
#include "config/guard.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/xalloc.h"

/* The rest of a path behind the part that exists, by name. */
static void
append_rest(struct buf *b, const char *rest)
{
	while (*rest) {
		size_t len = strcspn(rest, "/");

		if (len == 2 && memcmp(rest, "..", 2) == 0) {
			while (b->len && b->ptr[--b->len] != '/')
				;
		} else if (len && !(len == 1 && *rest == '.')) {
			if (!b->len || b->ptr[b->len - 1] != '/')
				buf_append_byte(b, '/');
			buf_append(b, rest, len);
		}
		rest += len;
		rest += strspn(rest, "/");
	}
	if (!b->len)
		buf_append_byte(b, '/');
}

char *
guard_resolve(const char *path)
{
	char *head = xstrdup(path), *real, *result;
	size_t len = strlen(head);
	struct buf b = { 0 };

	/* Shorten until something exists. */
	for (;;) {
		real = realpath(len ? head : "/", NULL);
		if (real || !len)
			break;
		while (len && head[len - 1] == '/')
			len--;
		while (len && head[len - 1] != '/')
			len--;
		while (len && head[len - 1] == '/')
			len--;
		head[len] = '\0';
	}
	buf_append_str(&b, real ? real : "/");
	append_rest(&b, path + len);
	result = xstrdup(buf_str(&b));
	buf_fini(&b);
	free(real);
	free(head);
	return result;
}

void
guard_add(struct guard *g, enum guard_kind kind, const char *path,
    bool recursive, struct place at)
{
	struct guard_entry *entry;

	g->entry = xrealloc(g->entry, g->n + 1, sizeof(*g->entry));
	entry = &g->entry[g->n++];
	*entry = (struct guard_entry){ kind, path, recursive, at,
		guard_resolve(path) };
}

void
guard_fini(struct guard *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->entry[i].real);
	free(g->entry);
	*g = (struct guard){ 0 };
}

/* The same folder, or below it. */
static bool
inside(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	if (strncmp(path, folder, len) != 0)
		return false;
	return !path[len] || path[len] == '/' || folder[len - 1] == '/';
}

static void
describe(struct buf *b, const struct guard_entry *entry)
{
	unsigned line, column;

	buf_append_str(b, entry->at.pointer);
	place_find(entry->at, &line, &column);
	if (line)
		buf_printf(b, " (%s:%u:%u)", entry->at.source->file, line,
		    column);
}

static void
check_watches(const struct guard_entry *a, const struct guard_entry *b,
    struct problems *p)
{
	struct buf other = { 0 };

	if (strcmp(a->real, b->real) == 0) {
		describe(&other, a);
		problems_error(p, b->at,
		    "the folder \"%s\" is watched already by %s", b->path,
		    buf_str(&other));
	} else if (a->recursive && inside(b->real, a->real)) {
		describe(&other, a);
		problems_error(p, b->at,
		    "the folder \"%s\" lies inside \"%s\", which %s watches "
		    "with all that is below it",
		    b->path, a->path, buf_str(&other));
	} else if (b->recursive && inside(a->real, b->real)) {
		describe(&other, a);
		problems_error(p, b->at,
		    "the folder \"%s\" is watched with all that is below it, "
		    "and so the folder \"%s\" of %s",
		    b->path, a->path, buf_str(&other));
	}
	buf_fini(&other);
}

static void
check_written(const struct guard_entry *written, const struct guard_entry *w,
    struct problems *p)
{
	static const char *const what[] = { [GUARD_STATE] = "the state folder",
		[GUARD_OUTPUT] = "the output",
		[GUARD_MOVE] = "the target of done" };
	struct buf other = { 0 };

	describe(&other, w);
	if (inside(written->real, w->real))
		problems_error(p, written->at,
		    "%s \"%s\" lies inside the watched folder \"%s\" of %s: "
		    "what is written there would be taken in again",
		    what[written->kind], written->path, w->path,
		    buf_str(&other));
	else if (written->kind == GUARD_STATE && inside(w->real, written->real))
		problems_error(p, w->at,
		    "the watched folder \"%s\" lies inside the state folder "
		    "\"%s\"",
		    w->path, written->path);
	buf_fini(&other);
}

/* One rename retires a file, which no other file system can do. */
static void
check_device(const struct guard_entry *move, const struct guard_entry *w,
    struct problems *p)
{
	struct stat a, b;

	if (stat(move->real, &a) < 0 || stat(w->real, &b) < 0)
		return;
	if (a.st_dev != b.st_dev)
		problems_error(p, move->at,
		    "the target of done \"%s\" is not on the file system of "
		    "the watched folder \"%s\"",
		    move->path, w->path);
}

void
guard_check(const struct guard *g, struct problems *p)
{
	const struct guard_entry *last_watch = NULL;

	for (size_t i = 0; i < g->n; i++) {
		const struct guard_entry *a = &g->entry[i];

		if (a->kind == GUARD_WATCH)
			last_watch = a;
		/* A target stands right behind its folder. */
		if (a->kind == GUARD_MOVE && last_watch)
			check_device(a, last_watch, p);
		for (size_t j = 0; j < g->n; j++) {
			const struct guard_entry *w = &g->entry[j];

			if (w->kind != GUARD_WATCH)
				continue;
			if (a->kind != GUARD_WATCH)
				check_written(a, w, p);
			else if (j < i)
				check_watches(w, a, p);
		}
	}
}
