/* fake_plugins.h - descriptors without processes: takes the place of
 * plugin/descriptor_load.c in tests of configuration. */
#ifndef LAVOIR_TESTS_FAKE_PLUGINS_H
#define LAVOIR_TESTS_FAKE_PLUGINS_H

#include <string.h>

#include "plugin/descriptor.h"

static const char *const fake_codecs[] = { "none", "gzip", "zstd", NULL };

/* clang-format off */
static const struct lavoir_option fake_export_options[] = {
	{ "path", LAVOIR_OPT_PATH, LAVOIR_OPT_OUTPUT, "\"out\"", 0, 0, NULL,
		"folder" },
	{ "compression", LAVOIR_OPT_ENUM, 0, "\"none\"", 0, 0, fake_codecs,
		"codec" },
	{ "level", LAVOIR_OPT_INT, 0, "3", 1, 19, NULL, "how hard" },
	{ "password", LAVOIR_OPT_STR, LAVOIR_OPT_SECRET, NULL, 0, 0, NULL,
		"secret" },
	{ "old", LAVOIR_OPT_BOOL, LAVOIR_OPT_DEPRECATED, "false", 0, 0, NULL,
		"use level" },
	{ 0 }
};
static const struct lavoir_option fake_words_options[] = {
	{ "lists", LAVOIR_OPT_PATH, LAVOIR_OPT_LIST | LAVOIR_OPT_RESOURCE,
		"[]", 0, 0, NULL, "files" },
	{ 0 }
};
static const struct lavoir_name fake_text[] = { { "text/*", "" }, { 0 } };
static const struct lavoir_name fake_score[] = { { "score", "" }, { 0 } };
static const struct lavoir_name fake_meta[] = { { "meta.*", "" }, { 0 } };
static const struct lavoir_name fake_meta_date[] = { { "meta.date", "" },
	{ "lavoir.path", "" }, { "title", "" }, { 0 } };
static const struct lavoir_name fake_reason[] = { { "duplicate", "" }, { 0 } };

struct fake {
	struct lavoir_plugin table;
	bool has_check, has_commit;
};
static const struct fake fakes[] = {
	{ { .name = "read-jsonl", .accepts = fake_text }, false, false },
	{ { .name = "read-warc", .accepts = fake_text }, false, false },
	{ { .name = "read-archive", .accepts = fake_text }, false, false },
	{ { .name = "read-mail", .accepts = fake_text }, false, false },
	{ { .name = "read-csv", .accepts = fake_text }, false, false },
	{ { .name = "read-html", .accepts = fake_text }, false, false },
	{ { .name = "read-pdf", .accepts = fake_text }, false, false },
	{ { .name = "read-office", .accepts = fake_text }, false, false },
	{ { .name = "read-markdown", .accepts = fake_text }, false, false },
	{ { .name = "read-text", .accepts = fake_text }, false, false },
	{ { .name = "clean-repair" }, false, false },
	{ { .name = "clean-lines" }, false, false },
	{ { .name = "clean-text" }, false, false },
	{ { .name = "tag-basic" }, false, false },
	{ { .name = "dedup-exact", .reasons = fake_reason }, false, true },
	{ { .name = "export-jsonl", .options = fake_export_options }, false,
		true },
	{ { .name = "score", .writes = fake_score }, false, false },
	{ { .name = "by-score", .reads = fake_score, .reasons = fake_reason },
		false, false },
	{ { .name = "meta", .writes = fake_meta }, false, false },
	{ { .name = "by-date", .reads = fake_meta_date }, false, false },
	{ { .name = "words", .options = fake_words_options }, false, false },
	{ { .name = "picky" }, true, false },
};
/* clang-format on */

int
descriptor_load(struct descriptor *d_r, const char *program,
    const char *const *search, const char *name, struct arena *a, struct err *e)
{
	(void)program;
	(void)search;
	if (strcmp(name, "crashes") == 0)
		return err_set(e, ERR_INVAL, "killed by signal 11");
	for (size_t i = 0; i < sizeof(fakes) / sizeof(*fakes); i++) {
		if (strcmp(fakes[i].table.name, name) != 0)
			continue;
		memset(d_r, 0, sizeof(*d_r));
		d_r->table = fakes[i].table;
		d_r->table.version = "1.0";
		d_r->has_check = fakes[i].has_check;
		d_r->has_commit = fakes[i].has_commit;
		d_r->has_process = true;
		d_r->path = arena_printf(a, "/fake/%s.so", name);
		return 0;
	}
	return err_set(e, ERR_NOENT, "no such plugin");
}

int
descriptor_check(const struct descriptor *d, const char *program,
    const char *options_json, const char *base, struct err *e)
{
	(void)program;
	(void)options_json;
	(void)base;
	return err_set(e, ERR_INVAL, "%s wants the moon", d->table.name);
}

#endif
