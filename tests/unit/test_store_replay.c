/* test_store_replay.c - recovery: torn logs, lost views, segments, full disks.
 */
#include "store_place.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/commitlog.h"
#include "store/ledger.h"
#include "store/ops.h"

static void
remove_ledger(struct place *p)
{
	static const char *const suffix[] = { "", "-wal", "-shm" };
	char *name;

	for (size_t i = 0; i < 3; i++) {
		name = xasprintf("%s/ledger.sqlite%s", p->state, suffix[i]);
		unlink(name);
		free(name);
	}
}

static void
assert_ledger(struct place *p, uint64_t exported)
{
	char *path = fs_join(p->state, "ledger.sqlite");
	uint64_t counts[OUTCOME_CONTAINER + 1];
	struct ledger_reader *r = NULL;
	struct err e;

	assert_int_equal(store_ledger_wait(p->s, &e), 0);
	assert_int_equal(ledger_reader_open(&r, path, &e), 0);
	assert_int_equal(ledger_counts(r, counts, &e), 0);
	assert_int_equal(counts[OUTCOME_EXPORTED], exported);
	ledger_reader_free(&r);
	free(path);
}

static uint64_t
log_end(struct place *p)
{
	struct store_stats stats;

	store_stats(p->s, &stats);
	return stats.log_bytes;
}

static void
test_commit_torn_at_any_byte_did_not_happen(void **state)
{
	struct place *p = *state;
	uint64_t before, end;
	uint8_t *log, *shard;
	size_t log_len, shard_len;

	commit_range(p, 1, 3);
	before = log_end(p);
	commit_range(p, 3, 5);
	end = log_end(p);
	store_free(&p->s);
	log = help_read(p->state, "log/00000001.log", &log_len);
	shard = help_read(p->out, "part-00001.jsonl", &shard_len);
	for (uint64_t cut = before; cut < end; cut += 13) {
		remove_ledger(p);
		help_write(p->state, "log/00000001.log", log, cut);
		help_write(p->out, "part-00001.jsonl", shard, shard_len);
		open_all(p);
		assert_shard(p, 2);
		assert_int_equal(store_next_number(p->s, "web"), 3);
		assert_null(found(p, 3000));
		commit_range(p, 3, 4);
		reopen(p);
		assert_shard(p, 3);
		assert_string_equal(found(p, 3000), "web-3");
		assert_ledger(p, 3);
		store_free(&p->s);
	}
	free(log);
	free(shard);
}

static void
test_log_that_lost_what_the_ledger_has_is_an_alarm(void **state)
{
	struct place *p = *state;
	struct err e;
	uint64_t end;

	commit_range(p, 1, 3);
	end = log_end(p);
	commit_range(p, 3, 4);
	assert_int_equal(store_ledger_wait(p->s, &e), 0);
	store_free(&p->s);
	help_flip(p->state, "log/00000001.log", end + 40);
	assert_int_equal(store_open(&p->s, &p->o, &e), ERR_CORRUPT);
	assert_non_null(strstr(e.text, "lost records"));
	help_flip(p->state, "log/00000001.log", end + 40);
	open_all(p);
	assert_shard(p, 3);
}

static void
test_damage_after_a_clean_end_is_never_taken_for_a_torn_tail(void **state)
{
	struct place *p = *state;
	uint64_t from, end;
	struct err e;

	from = log_end(p);
	commit_range(p, 1, 2);
	end = log_end(p);
	assert_int_equal(store_stop(p->s, &e), 0);
	store_free(&p->s);
	remove_ledger(p);
	for (uint64_t at = from; at < end; at += 17) {
		help_flip(p->state, "log/00000001.log", at);
		assert_int_equal(store_open(&p->s, &p->o, &e), ERR_CORRUPT);
		help_flip(p->state, "log/00000001.log", at);
	}
	open_all(p);
	assert_shard(p, 1);
}

static void
test_missing_shard_bytes_are_an_alarm(void **state)
{
	struct place *p = *state;
	struct err e;

	commit_range(p, 1, 4);
	store_free(&p->s);
	help_write(p->out, "part-00001.jsonl", "000001\n", 7);
	open_store(p);
	assert_int_equal(declare(p, &e), ERR_CORRUPT);
}

static void
test_ledger_is_rebuilt_from_the_log(void **state)
{
	struct place *p = *state;

	commit_range(p, 1, 30);
	commit_range(p, 30, 60);
	store_free(&p->s);
	remove_ledger(p);
	open_all(p);
	assert_ledger(p, 59);
	store_free(&p->s);
	remove_ledger(p);
	help_write(p->state, "ledger.sqlite", "rubbish, and not a little", 25);
	open_all(p);
	assert_ledger(p, 59);
}

static void
test_many_segments_are_replayed(void **state)
{
	struct place *p = *state;
	struct stat st;
	char *name;

	store_free(&p->s);
	p->o.segment_size = 4096;
	open_all(p);
	for (uint64_t i = 1; i <= 90; i += 3) {
		commit_range(p, i, i + 3);
		if (i % 5 == 0)
			reopen(p);
	}
	reopen(p);
	assert_shard(p, 90);
	assert_string_equal(found(p, 1000), "web-1");
	assert_string_equal(found(p, 90000), "web-90");
	assert_ledger(p, 90);
	name = fs_join(p->state, "log/00000004.log");
	assert_int_equal(stat(name, &st), 0);
	free(name);
}

static void
test_operation_of_a_newer_version_is_refused(void **state)
{
	struct place *p = *state;
	char *folder = fs_join(p->state, "log");
	struct commitlog *l = NULL;
	struct buf *out;
	struct err e;
	int fd;

	commit_range(p, 1, 2);
	store_free(&p->s);
	fd = fs_open_dir(AT_FDCWD, folder, &e);
	free(folder);
	assert_int_equal(commitlog_open(&l, fd, 1 << 20, &e), 0);
	out = commitlog_payload(l);
	op_end(out, op_begin(out, OP_ERASE + 1));
	assert_int_equal(commitlog_append(l, NULL, &e), 0);
	commitlog_free(&l);
	close(fd);
	assert_int_equal(store_open(&p->s, &p->o, &e), ERR_UNSUPPORTED);
	assert_non_null(strstr(e.text, "newer version"));
}

static void
test_old_segments_go_when_the_views_have_passed_them(void **state)
{
	struct place *p = *state;
	char *first = fs_join(p->state, "log/00000001.log");
	struct store_stats stats;
	struct err e;

	store_free(&p->s);
	p->o.segment_size = 4096;
	p->o.snapshot_bytes = 4096;
	p->o.keep_log = false;
	open_all(p);
	for (uint64_t i = 1; i <= 120; i += 4) {
		commit_range(p, i, i + 4);
		assert_int_equal(store_idle(p->s, &e), 0);
	}
	assert_int_equal(access(first, F_OK), -1);
	for (int i = 0; i < 2; i++) {
		reopen(p);
		assert_shard(p, 120);
		assert_string_equal(found(p, 1000), "web-1");
		assert_string_equal(found(p, 120000), "web-120");
		store_stats(p->s, &stats);
		assert_int_equal(stats.outcomes[OUTCOME_EXPORTED], 120);
		assert_ledger(p, 120);
	}
	free(first);
}

/* ---- a full disk: in a child, with a small file system of its own ---- */

enum { DISK = 4 << 20, NO_MOUNT = 77 };

static bool
mount_small(const char *path)
{
	int flags = CLONE_NEWNS | (geteuid() != 0 ? CLONE_NEWUSER : 0);

	if (mkdir(path, 0700) < 0 || unshare(flags) < 0)
		return false;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return false;
	return mount("small", path, "tmpfs", 0, "size=4m") == 0;
}

static void
fill_disk(const char *name)
{
	static char block[4096];
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	while (fd >= 0 && write(fd, block, sizeof block) > 0)
		;
	close(fd);
}

/* One document of 64 KiB; its number fills it. */
static int
commit_large(struct store *s, uint64_t number)
{
	static char text[65536];
	struct batch b;
	struct err e;
	int rc;

	batch_init(&b);
	memset(text, (int)('a' + number % 26), sizeof text);
	help_outcome(batch_add_outcome(&b), "web", number, OUTCOME_EXPORTED);
	*batch_add_record(&b) =
	    (struct batch_record){ 0, 0, NULL, text, sizeof text };
	rc = store_commit(s, &b, &e);
	batch_fini(&b);
	return rc;
}

static int
check_large(const char *out, uint64_t n)
{
	size_t len;
	uint8_t *ptr = help_read(out, "part-00001.jsonl", &len);
	int rc = len == n * 65536 ? 0 : 10;

	for (size_t i = 0; rc == 0 && i < len; i++)
		rc = ptr[i] == 'a' + (i / 65536 + 1) % 26 ? 0 : 11;
	free(ptr);
	return rc;
}

static int
open_there(struct store **s, const char *state, const char *out)
{
	struct store_options o = { .folder = state,
		.boot_id = "b",
		.keep_log = true,
		.segment_size = 256 << 10 };
	struct series_params series = { .folder = out, .suffix = ".jsonl" };
	struct err e;

	if (store_open(s, &o, &e) < 0)
		return 2;
	return store_declare(*s, NULL, 0, &series, 1, &e) < 0 ? 3 : 0;
}

/* Commit until the disk is full, make room, go on, start anew; the exit status
 * says what went wrong. */
static int
run_full(const char *disk, const char *state, const char *out)
{
	char *ballast = fs_join(disk, "ballast");
	struct store *s = NULL;
	uint64_t n = 0;
	int rc, full = 0;

	if ((rc = open_there(&s, state, out)) != 0)
		return rc;
	for (; n < 4; n++)
		if (commit_large(s, n + 1) != 0)
			return 4;
	fill_disk(ballast);
	while (full < 3 && n < 2000) {
		rc = commit_large(s, n + 1);
		if (rc != 0 && rc != ERR_NOSPACE)
			return 5;
		n += rc == 0;
		full += rc == ERR_NOSPACE;
	}
	if (full < 3)
		return 6;
	unlink(ballast);
	free(ballast);
	for (int i = 0; i < 3; i++)
		if (commit_large(s, ++n) != 0)
			return 7;
	store_free(&s);
	if ((rc = check_large(out, n)) != 0)
		return rc;
	if ((rc = open_there(&s, state, out)) != 0)
		return rc;
	if (store_next_number(s, "web") != n + 1)
		return 8;
	store_free(&s);
	return check_large(out, n);
}

/* which: what lies on the small disk. */
static void
full_disk(struct place *p, bool state_there)
{
	char *disk = fs_join(p->folder, "disk");
	char *inside = fs_join(disk, "inside");
	char *outside = fs_join(p->folder, "outside");
	int status = 0;
	pid_t pid;

	store_free(&p->s);
	pid = fork();
	if (pid == 0)
		_exit(!mount_small(disk) ? NO_MOUNT
			: state_there	 ? run_full(disk, inside, outside)
					 : run_full(disk, outside, inside));
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	free(disk);
	free(inside);
	free(outside);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_MOUNT)
		skip();
	assert_int_equal(status, 0);
}

static void
test_full_output_disk_is_waited_out(void **state)
{
	full_disk(*state, false);
}

static void
test_full_state_disk_is_waited_out(void **state)
{
	full_disk(*state, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_store(test_commit_torn_at_any_byte_did_not_happen),
		test_with_store(
		    test_log_that_lost_what_the_ledger_has_is_an_alarm),
		test_with_store(
		    test_damage_after_a_clean_end_is_never_taken_for_a_torn_tail),
		test_with_store(test_missing_shard_bytes_are_an_alarm),
		test_with_store(test_ledger_is_rebuilt_from_the_log),
		test_with_store(test_many_segments_are_replayed),
		test_with_store(test_operation_of_a_newer_version_is_refused),
		test_with_store(
		    test_old_segments_go_when_the_views_have_passed_them),
		test_with_store(test_full_output_disk_is_waited_out),
		test_with_store(test_full_state_disk_is_waited_out),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
