/* test_fsck.c - a sound store has no findings, and damage is found where it is.
 */
#include "store_place.h"

#include <unistd.h>

#include "store/fsck.h"

struct findings {
	char text[4096];
	struct fsck_totals totals;
};

static void
note(void *arg, enum fsck_severity severity, const char *text)
{
	struct findings *f = arg;
	size_t len = strlen(f->text);

	if (severity != FSCK_INFO)
		snprintf(f->text + len, sizeof f->text - len, "%s\n", text);
}

static struct findings
check(struct place *p)
{
	struct findings f = { 0 };
	struct err e;

	store_free(&p->s);
	if (fsck_store(p->state, note, &f, &f.totals, &e) < 0)
		fail_msg("%s", e.text);
	return f;
}

/* 60 documents in several segments, ended cleanly. */
static void
make(struct place *p)
{
	static const uint64_t retired[] = { 1, 2, 3, 50 };
	struct err e;

	store_free(&p->s);
	p->o.segment_size = 4096;
	open_all(p);
	for (uint64_t i = 1; i <= 60; i += 4)
		commit_range(p, i, i + 4);
	assert_int_equal(store_retired(p->s, "web", retired, 4, &e), 0);
	assert_int_equal(store_stop(p->s, &e), 0);
}

static void
assert_finding(struct place *p, unsigned errors, const char *text)
{
	struct findings f = check(p);

	assert_true(errors > 0 ? f.totals.errors > 0 : f.totals.warnings > 0);
	if (errors == 0)
		assert_int_equal(f.totals.errors, 0);
	if (strstr(f.text, text) == NULL)
		fail_msg("\"%s\" is not in: %s", text, f.text);
}

static void
test_sound_store_has_no_findings(void **state)
{
	struct place *p = *state;
	struct findings f;

	make(p);
	for (int i = 0; i < 2; i++) {
		f = check(p);
		assert_string_equal(f.text, "");
		assert_true(f.totals.segments > 3);
		assert_int_equal(f.totals.outcomes, 60);
		assert_int_equal(f.totals.shards, 1);
		open_all(p);
	}
}

static void
test_store_after_a_crash_has_no_errors(void **state)
{
	struct place *p = *state;
	struct findings f;

	make(p);
	store_free(&p->s);
	open_all(p);
	commit_range(p, 61, 65);
	f = check(p);
	assert_int_equal(f.totals.errors, 0);
}

static void
test_flipped_byte_of_the_log_is_found(void **state)
{
	struct place *p = *state;

	make(p);
	store_free(&p->s);
	for (uint64_t at = 0; at < 4000; at += 97) {
		help_flip(p->state, "log/00000002.log", at);
		assert_finding(p, 1, "00000002.log: offset ");
		help_flip(p->state, "log/00000002.log", at);
	}
}

static void
test_short_shard_is_found(void **state)
{
	struct place *p = *state;
	char *name = fs_join(p->out, "part-00001.jsonl");

	make(p);
	assert_int_equal(truncate(name, 60 * 7 - 1), 0);
	assert_finding(p, 1, "file 1 has 419 of 420 committed bytes");
	unlink(name);
	assert_finding(p, 1, "file 1 has 0 of 420 committed bytes");
	free(name);
}

static void
test_uncommitted_shard_bytes_are_no_error(void **state)
{
	struct place *p = *state;
	char *name = fs_join(p->out, "part-00001.jsonl");
	struct findings f;

	make(p);
	assert_int_equal(truncate(name, 60 * 7 + 3), 0);
	f = check(p);
	assert_string_equal(f.text, "");
	free(name);
}

static void
test_lost_and_damaged_ledgers_are_found(void **state)
{
	struct place *p = *state;
	char *name = fs_join(p->state, "ledger.sqlite");

	make(p);
	store_free(&p->s);
	for (uint64_t at = 4096; at < 20000; at += 512)
		help_flip(p->state, "ledger.sqlite", at);
	assert_finding(p, 0, "ledger");
	unlink(name);
	assert_finding(p, 0, "builds it anew");
	free(name);
}

static void
test_folder_without_a_store_is_an_error(void **state)
{
	struct place *p = *state;
	struct findings f = { 0 };
	struct err e;

	assert_int_equal(fsck_store(p->out, note, &f, &f.totals, &e),
	    ERR_NOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_store(test_sound_store_has_no_findings),
		test_with_store(test_store_after_a_crash_has_no_errors),
		test_with_store(test_flipped_byte_of_the_log_is_found),
		test_with_store(test_short_shard_is_found),
		test_with_store(test_uncommitted_shard_bytes_are_no_error),
		test_with_store(test_lost_and_damaged_ledgers_are_found),
		test_with_store(test_folder_without_a_store_is_an_error),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
