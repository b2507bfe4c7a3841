/* loader.c - from a name to a constant plugin table.
 *
 * Nothing is ever unloaded: destructors, thread-local storage and exit handlers
 * of foreign code would outlive their object.  A process that is done with a
 * plugin ends.
 */
#include "plugin/loader.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/xalloc.h"
#include "plugin/table.h"

static bool
is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

int
loader_find(const char *const *search, const char *name, char **path_r,
    struct err *e)
{
	struct buf folders = { 0 };
	char *file, *path;
	int rc = 0;

	*path_r = NULL;
	if (!table_name_valid(name))
		return err_set(e, ERR_INVAL,
		    "\"%s\" is not a plugin name: 1 to 64 of a-z, 0-9 and "
		    "\"-\"",
		    name);
	file = xasprintf("%s.so", name);
	for (; search && *search; search++) {
		path = fs_join(*search, file);
		if (is_file(path)) {
			*path_r = path;
			goto out;
		}
		free(path);
		buf_printf(&folders, "%s%s", folders.len ? ", " : "", *search);
	}
	rc = err_set(e, ERR_NOENT, "there is no %s in %s", file,
	    folders.len ? buf_str(&folders) : "an empty plugin_path");
out:
	buf_fini(&folders);
	free(file);
	return rc;
}

/* May only root and we ourselves change what path names?  In a sticky folder
 * others can add files but not replace ours. */
static int
check_owner(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_sys(e, "stat %s", path);
	if (st.st_uid != 0 && st.st_uid != getuid())
		return err_set(e, ERR_INVAL,
		    "%s belongs to user %u, not to root", path,
		    (unsigned)st.st_uid);
	if (S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX))
		return 0;
	if ((st.st_mode & S_IWOTH) ||
	    ((st.st_mode & S_IWGRP) && st.st_gid != 0))
		return err_set(e, ERR_INVAL, "%s may be written to by others",
		    path);
	return 0;
}

/* The object and every folder above it. */
static int
check_owners(const char *path, struct err *e)
{
	char *real = realpath(path, NULL);
	char *slash;
	int rc;

	if (!real)
		return err_sys(e, "%s", path);
	rc = check_owner(real, e);
	while (rc == 0 && (slash = strrchr(real, '/')) && slash != real) {
		*slash = '\0';
		rc = check_owner(real, e);
	}
	free(real);
	return rc;
}

/* Options of another minor have another size: give the host a table with ours,
 * in pages of its own, as constant and as long-lived as the object. */
static int
narrow_options(const struct lavoir_plugin *p,
    const struct lavoir_plugin **plugin_r, struct err *e)
{
	struct lavoir_plugin *copy;
	struct lavoir_option *option;
	size_t n = 0, size = sizeof(*option), head, total;

	*plugin_r = p;
	if (!p->options || p->option_size == size)
		return 0;
	if (size > p->option_size)
		size = p->option_size;
	while (table_option(p, n)->name)
		n++;
	head = (p->size + sizeof(*option) - 1) / sizeof(*option);
	total = (head + n + 1) * sizeof(*option);
	option = mmap(NULL, total, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (option == MAP_FAILED)
		return err_sys(e, "memory for the table of %s", p->name);
	copy = (void *)option;
	memcpy(copy, p, p->size);
	option += head;
	for (size_t i = 0; i < n; i++)
		memcpy(&option[i], table_option(p, i), size);
	copy->options = option;
	copy->option_size = sizeof(*option);
	mprotect(copy, total, PROT_READ);
	*plugin_r = copy;
	return 0;
}

static int
check_table(const struct lavoir_plugin *p, const char *name, struct err *e)
{
	int rc = table_check_head(p, e);

	if (rc < 0)
		return rc;
	if (!p->name || strcmp(p->name, name) != 0)
		return err_set(e, ERR_INVAL,
		    "the plugin calls itself \"%s\", the file is %s.so",
		    p->name && table_name_valid(p->name) ? p->name : "?", name);
	if (!p->open)
		return err_set(e, ERR_INVAL, "the table has no open()");
	if (!p->process && !p->commit)
		return err_set(e, ERR_INVAL,
		    "the table has neither process() nor commit()");
	if (p->accepts && !p->process)
		return err_set(e, ERR_INVAL,
		    "the table has accepts but no process()");
	return table_check_lists(p, e);
}

int
loader_open(const char *path, const char *name,
    const struct lavoir_plugin **plugin_r, struct err *e)
{
	const struct lavoir_plugin *p;
	void *object;
	int rc;

	*plugin_r = NULL;
	if (geteuid() == 0) {
		rc = check_owners(path, e);
		if (rc < 0)
			return rc;
	}
	/* Without a slash dlopen() would search the library path. */
	if (!strchr(path, '/'))
		return err_set(e, ERR_INVAL, "%s: not a path", path);
	object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!object)
		return err_set(e, ERR_INVAL, "%s", dlerror());
	p = dlsym(object, "lavoir_plugin_v1");
	if (!p)
		return err_set(e, ERR_INVAL,
		    "%s: not a plugin for ABI %d (it exports no "
		    "lavoir_plugin_v1)",
		    path, LAVOIR_ABI_MAJOR);
	rc = check_table(p, name, e);
	if (rc < 0)
		return err_wrap(e, "%s", path);
	return narrow_options(p, plugin_r, e);
}
