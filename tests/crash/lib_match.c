/* lib_match.c - conditions on calls. */
#include "lib_match.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* Is every name of "A+B" one of the table? */
static bool
known(const char *syscalls)
{
	char *copy = strdup(syscalls);
	char *save = NULL;
	bool all = copy && *copy;

	for (char *s = copy ? strtok_r(copy, "+", &save) : NULL; s;
	     s = strtok_r(NULL, "+", &save)) {
		bool found = false;

		for (size_t i = 0; i < call_kind_count && !found; i++)
			found = call_kind_is(&call_kinds[i], s);
		all = all && found;
	}
	free(copy);
	return all;
}

bool
match_add(struct match_list *list, const char *text)
{
	struct match *m = &list->item[list->n];

	if (list->n == MATCH_MAX)
		return false;
	while (*text) {
		/* A path may hold commas, so it comes last. */
		bool path = strncmp(text, "path=", 5) == 0;
		size_t len = path ? strlen(text) : strcspn(text, ",");
		char **to = NULL;
		size_t skip = 5;

		if (path)
			to = &m->path;
		else if (strncmp(text, "role=", 5) == 0)
			to = &m->role;
		else if (strncmp(text, "syscall=", 8) == 0)
			to = &m->syscalls, skip = 8;
		if (!to || *to)
			return false;
		*to = strndup(text + skip, len - skip);
		text += len + (text[len] == ',');
	}
	if (m->syscalls && !known(m->syscalls))
		return false;
	list->n++;
	return true;
}

static bool
kind_fits(const struct match *m, const struct call_kind *k)
{
	const char *s = m->syscalls;

	if (!s)
		return true;
	for (;;) {
		size_t len = strcspn(s, "+");
		char name[32];

		if (len < sizeof name) {
			memcpy(name, s, len);
			name[len] = '\0';
			if (call_kind_is(k, name))
				return true;
		}
		if (s[len] == '\0')
			return false;
		s += len + 1;
	}
}

static bool
begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool
fits(const struct match *m, const struct call *c)
{
	if (!kind_fits(m, c->kind))
		return false;
	if (m->role && !begins(c->role, m->role) && !begins(c->comm, m->role) &&
	    !begins(c->title, m->role))
		return false;
	return !m->path || fnmatch(m->path, c->path, 0) == 0 ||
	    (c->path2[0] && fnmatch(m->path, c->path2, 0) == 0);
}

bool
match_any(const struct match_list *list, const struct call *c)
{
	for (size_t i = 0; i < list->n; i++)
		if (fits(&list->item[i], c))
			return true;
	return false;
}

bool
match_kind(const struct match_list *list, const struct call_kind *k)
{
	for (size_t i = 0; i < list->n; i++)
		if (kind_fits(&list->item[i], k))
			return true;
	return false;
}

void
match_fini(struct match_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->item[i].syscalls);
		free(list->item[i].role);
		free(list->item[i].path);
	}
	list->n = 0;
}
