/* config_folder.h - a temporary folder with a configuration in it, and what is
 * said about it. */
#ifndef LAVOIR_TESTS_CONFIG_FOLDER_H
#define LAVOIR_TESTS_CONFIG_FOLDER_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fs.h"
#include "config/config.h"
#include "config/report.h"

static char config_folder[64];

static int
config_folder_setup(void **state)
{
	char path[96];

	(void)state;
	snprintf(config_folder, sizeof(config_folder), "/tmp/config.XXXXXX");
	if (!mkdtemp(config_folder))
		return -1;
	snprintf(path, sizeof(path), "%s/pipelines.d", config_folder);
	return mkdir(path, 0755);
}

static int
config_folder_teardown(void **state)
{
	(void)state;
	return fs_remove_tree(AT_FDCWD, config_folder, NULL);
}

/* Texts are written with ' for ". */
static void
config_folder_put(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", config_folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	for (; *text; text++)
		fputc(*text == '\'' ? '"' : *text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0644), 0);
}

/* One line a problem; the folder is written as "@". */
static void
config_folder_problem(void *buf, const struct config_problem *p)
{
	struct buf line = { 0 };
	const char *s, *at;

	report_text(&line, p);
	s = buf_str(&line);
	while ((at = strstr(s, config_folder))) {
		buf_append((struct buf *)buf, s, (size_t)(at - s));
		buf_append_byte((struct buf *)buf, '@');
		s = at + strlen(config_folder);
	}
	buf_append_str((struct buf *)buf, s);
	buf_append_byte((struct buf *)buf, '\n');
	buf_fini(&line);
}

static int
config_folder_load_with(struct config **c_r,
    const struct config_load_options *with, struct buf *problems)
{
	struct config_load_options o = *with;
	struct err e = { 0 };
	char path[96];

	snprintf(path, sizeof(path), "%s/lavoir.json", config_folder);
	o.file = path;
	o.problem = config_folder_problem;
	o.arg = problems;
	return config_load(c_r, &o, &e);
}

#endif
