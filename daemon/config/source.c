/* source.c - the files of a configuration. */
#include "config/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json_read.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "config/defaults.h"

int
source_check_mode(uid_t euid, const struct stat *st, bool system, struct err *e)
{
	if (euid != 0)
		return 0;
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return err_set(e, ERR_PERM,
		    "mode %03o: others than its owner may write it, and root "
		    "does not read it then; try: chmod go-w",
		    (unsigned)st->st_mode & 0777);
	if (system && st->st_uid != 0)
		return err_set(e, ERR_PERM, "owned by user %u, must be root's",
		    (unsigned)st->st_uid);
	return 0;
}

static bool
in_system_folder(const char *file)
{
	size_t len = strlen(LAVOIR_CONF_DIR);

	return strncmp(file, LAVOIR_CONF_DIR, len) == 0 && file[len] == '/';
}

/* Opened once: what is checked is what is read.  Not blocking, for it may be a
 * FIFO. */
static int
read_checked(const char *file, struct buf *text, struct err *e)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int rc = 0;

	if (fd < 0)
		return err_sys(e, "%s", file);
	if (fstat(fd, &st) < 0)
		rc = err_sys(e, "%s", file);
	else if (!S_ISREG(st.st_mode))
		rc = err_set(e, ERR_INVAL, "%s: not a regular file", file);
	else if (st.st_size > SOURCE_SIZE_MAX)
		rc = err_set(e, ERR_INVAL, "%s: larger than 4 MiB", file);
	if (rc < 0)
		goto out;
	rc = source_check_mode(geteuid(), &st, in_system_folder(file), e);
	if (rc < 0) {
		err_wrap(e, "%s", file);
		goto out;
	}
	rc = fs_pread_full(fd, buf_reserve(text, (size_t)st.st_size),
	    (size_t)st.st_size, 0, &text->len, e);
	if (rc < 0)
		err_wrap(e, "%s", file);
out:
	fs_close(&fd);
	return rc;
}

/* "LINE:COLUMN: message" */
static void
add_syntax(struct problems *p, const struct source *s, const char *message)
{
	struct config_problem about = { 0 };
	char *end;

	about.line = (unsigned)strtoul(message, &end, 10);
	if (about.line && *end == ':')
		about.column = (unsigned)strtoul(end + 1, &end, 10);
	about.problem =
	    about.column && strncmp(end, ": ", 2) == 0 ? end + 2 : message;
	problems_add(p, (struct place){ s, "" }, &about);
}

static void
parse(struct problems *p, struct source *s)
{
	struct err e = { 0 };
	json_t *root;

	if (json_read(&root, s->text, s->len, NULL, JSON_READ_DEPTH, &e) < 0) {
		add_syntax(p, s, e.text);
		return;
	}
	s->root = root;
	if (json_is_object(root))
		return;
	problems_type(p, (struct place){ s, "" }, root, "an object");
	json_decref(root);
	s->root = NULL;
}

static struct source *
grow(struct sources *s)
{
	s->source = xrealloc(s->source, s->n + 1, sizeof(*s->source));
	s->source[s->n] = (struct source){ 0 };
	return &s->source[s->n++];
}

static void
keep(struct problems *p, struct source *s, const char *file, const void *text,
    size_t len)
{
	s->file = arena_strdup(p->arena, file);
	s->text = arena_strndup(p->arena, len ? text : "", len);
	s->len = len;
	ensure(s->file && s->text);
}

static int
is_part(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static bool
ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), end_len = strlen(end);

	return len > end_len && strcmp(s + len - end_len, end) == 0;
}

/* Nothing in the folder is passed over in silence. */
static void
open_part(struct sources *s, struct problems *p, const char *file)
{
	struct source *source = grow(s);
	struct buf text = { 0 };
	struct err e = { 0 };

	keep(p, source, file, NULL, 0);
	if (!ends_with(file, ".json"))
		problems_warn(p, (struct place){ source, "" },
		    "not read: its name does not end in .json");
	else if (read_checked(file, &text, &e) < 0)
		problems_error(p, (struct place){ source, "" }, "%s",
		    strncmp(e.text, file, strlen(file)) == 0
			? e.text + strlen(file) + 2
			: e.text);
	else
		keep(p, source, file, text.ptr, text.len);
	buf_fini(&text);
}

static int
compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void
open_parts(struct sources *s, struct problems *p, const char *folder)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, is_part, compare_names);

	if (n < 0 && errno != ENOENT) {
		struct source *source = grow(s);
		struct err e = { 0 };

		err_sys(&e, "the folder cannot be read");
		keep(p, source, folder, NULL, 0);
		problems_error(p, (struct place){ source, "" }, "%s", e.text);
	}
	for (int i = 0; i < n; i++) {
		char *file = fs_join(folder, names[i]->d_name);

		open_part(s, p, file);
		free(file);
		free(names[i]);
	}
	free(names);
}

static int
open_all(struct sources *s, struct problems *p, const char *file, struct err *e)
{
	struct buf text = { 0 };
	const char *slash = strrchr(file, '/');
	char *folder = NULL;
	int rc;

	rc = read_checked(file, &text, e);
	if (rc < 0)
		goto out;
	keep(p, grow(s), file, text.ptr, text.len);
	folder = slash
	    ? xasprintf("%.*s/pipelines.d", (int)(slash - file), file)
	    : xstrdup("pipelines.d");
	open_parts(s, p, folder);
out:
	free(folder);
	buf_fini(&text);
	return rc;
}

int
sources_open(struct sources *s, struct problems *p, const char *file,
    struct err *e)
{
	const char *text = config_default_text();
	int rc = 0;

	*s = (struct sources){ 0 };
	if (file)
		rc = open_all(s, p, file, e);
	else
		keep(p, grow(s), "built-in defaults", text, strlen(text));
	for (size_t i = 0; rc == 0 && i < s->n; i++)
		if (s->source[i].len || i == 0)
			parse(p, &s->source[i]);
	return rc;
}

void
sources_close(struct sources *s)
{
	for (size_t i = 0; i < s->n; i++)
		json_decref(s->source[i].root);
	free(s->source);
	*s = (struct sources){ 0 };
}
