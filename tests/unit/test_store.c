/* test_store.c - commits, recovery, refusals: the store as the committer sees
 * it.
 */
#include "store_place.h"

static void
test_committed_documents_are_everywhere_after_a_crash(void **state)
{
	struct place *p = *state;
	struct store_stats stats;
	struct err e;

	commit_range(p, 1, 4);
	commit_range(p, 4, 11);
	for (int i = 0; i < 3; i++) {
		assert_shard(p, 10);
		assert_string_equal(found(p, 1000), "web-1");
		assert_string_equal(found(p, 10000), "web-10");
		assert_null(found(p, 11000));
		assert_int_equal(store_next_number(p->s, "web"), 11);
		assert_int_equal(store_next_number(p->s, "other"), 1);
		store_stats(p->s, &stats);
		assert_int_equal(stats.outcomes[OUTCOME_EXPORTED], 10);
		assert_int_equal(stats.unretired, 10);
		assert_int_equal(stats.index_documents, 10);
		assert_int_equal(store_ledger_wait(p->s, &e), 0);
		reopen(p);
	}
	commit_range(p, 11, 12);
	assert_shard(p, 11);
}

static void
test_clean_end_changes_nothing(void **state)
{
	struct place *p = *state;
	struct store_stats stats;
	uint64_t bytes;
	struct err e;

	commit_range(p, 1, 6);
	assert_int_equal(store_stop(p->s, &e), 0);
	reopen(p);
	assert_shard(p, 5);
	assert_string_equal(found(p, 5000), "web-5");
	store_stats(p->s, &stats);
	bytes = stats.log_bytes;
	/* A second end has nothing to say. */
	assert_int_equal(store_stop(p->s, &e), 0);
	reopen(p);
	store_stats(p->s, &stats);
	assert_int_equal(stats.log_bytes, bytes);
	assert_int_equal(stats.index_documents, 5);
}

static void
test_second_owner_is_refused(void **state)
{
	struct place *p = *state;
	struct store *other = NULL;
	struct err e;

	p->o.lock_wait_ms = 30;
	assert_int_equal(store_open(&other, &p->o, &e), ERR_BUSY);
	assert_null(other);
}

static void
test_site_stands_before_ids(void **state)
{
	struct place *p = *state;

	store_free(&p->s);
	p->o.site = "paris";
	open_all(p);
	commit_range(p, 1, 2);
	assert_string_equal(found(p, 1000), "paris-web-1");
	/* What was committed under a name keeps it. */
	store_free(&p->s);
	p->o.site = "lyon";
	open_all(p);
	assert_string_equal(found(p, 1000), "paris-web-1");
}

typedef void spoil_fn(struct batch *b);

static void
skip_a_number(struct batch *b)
{
	b->outcome[1].number++;
}

static void
repeat_a_number(struct batch *b)
{
	b->outcome[1].number--;
}

static void
begin_too_low(struct batch *b)
{
	b->outcome[0].number = 1;
}

static void
new_pipeline_at_two(struct batch *b)
{
	b->outcome[2].pipeline = "other";
	b->outcome[2].number = 2;
}

static void
unknown_series(struct batch *b)
{
	b->record[0].series = 1;
}

static void
unknown_index(struct batch *b)
{
	b->keys[0].index = 1;
}

static void
too_many_keys(struct batch *b)
{
	static const uint64_t key[5];

	b->keys[0].key = key;
	b->keys[0].n = 5;
}

static void
other_sketch(struct batch *b)
{
	b->keys[0].sketch_size = 7;
}

static void
child_without_container(struct batch *b)
{
	b->outcome[2].child = "#0";
	b->outcome[2].retire = RETIRE_NOTHING;
}

static void
container_without_child(struct batch *b)
{
	struct batch_container *c = batch_add_container(b);

	*c = (struct batch_container){ .pipeline = "web",
		.number = 9,
		.folder = "/",
		.path = "a",
		.reader = "r" };
}

static void
container_that_ended_unsaid(struct batch *b)
{
	container_without_child(b);
	b->container[0].number = b->outcome[2].number;
}

static void
test_wrong_batches_are_refused_and_change_nothing(void **state)
{
	static spoil_fn *const spoil[] = { skip_a_number, repeat_a_number,
		begin_too_low, new_pipeline_at_two, unknown_series,
		unknown_index, too_many_keys, other_sketch,
		child_without_container, container_without_child,
		container_that_ended_unsaid };
	struct place *p = *state;
	struct store_stats before, after;
	struct batch b;
	struct err e;

	commit_range(p, 1, 3);
	store_stats(p->s, &before);
	batch_init(&b);
	for (size_t i = 0; i < sizeof spoil / sizeof spoil[0]; i++) {
		fill(&b, 3, 6);
		spoil[i](&b);
		assert_int_equal(store_commit(p->s, &b, &e), ERR_PROTO);
		store_stats(p->s, &after);
		assert_memory_equal(&before, &after, sizeof before);
	}
	assert_shard(p, 2);
	fill(&b, 3, 6);
	commit(p, &b);
	assert_shard(p, 5);
	batch_fini(&b);
}

struct seen {
	int n;
	uint64_t number[64];
	int rebooted;
	char reason[64];
};

static void
see_unretired(void *arg, const struct store_unretired *u)
{
	struct seen *x = arg;

	assert_string_equal(u->pipeline, "web");
	assert_string_equal(u->folder, "/srv/drop");
	assert_string_equal(u->path, "sub/name\xff.html");
	assert_int_equal(u->witness.inode, u->number);
	assert_int_equal(u->sha256[3], u->number);
	assert_true(x->n < 64);
	x->number[x->n++] = u->number;
	x->rebooted += u->rebooted;
	if (u->reason != NULL)
		snprintf(x->reason, sizeof x->reason, "%s", u->reason);
}

static struct seen
unretired(struct place *p)
{
	struct seen x = { 0 };

	store_each_unretired(p->s, see_unretired, &x);
	return x;
}

static void
test_sources_are_unretired_until_it_is_logged(void **state)
{
	static const uint64_t retired[] = { 3, 1, 99 };
	struct place *p = *state;
	struct batch b;
	struct seen x;
	struct err e;

	commit_range(p, 1, 5);
	batch_init(&b);
	help_outcome(batch_add_outcome(&b), "web", 5, OUTCOME_FAILED);
	commit(p, &b);
	batch_fini(&b);
	assert_int_equal(store_retired(p->s, "web", retired, 3, &e), 0);
	assert_int_equal(store_retired(p->s, "none", retired, 3, &e), 0);
	reopen(p); /* neither synced by a commit nor by idle */
	assert_int_equal(unretired(p).n, 5);
	assert_int_equal(store_retired(p->s, "web", retired, 3, &e), 0);
	assert_int_equal(store_idle(p->s, &e), 0);
	reopen(p);
	x = unretired(p);
	assert_int_equal(x.n, 3);
	assert_int_equal(x.number[0], 2);
	assert_int_equal(x.number[1], 4);
	assert_int_equal(x.number[2], 5);
	assert_string_equal(x.reason, "few-words");
	assert_int_equal(x.rebooted, 0);
	/* With the next commit as well. */
	assert_int_equal(store_retired(p->s, "web", &x.number[0], 1, &e), 0);
	commit_range(p, 6, 7);
	reopen(p);
	x = unretired(p);
	assert_int_equal(x.n, 3);
	assert_int_equal(x.number[0], 4);
}

static void
test_reboot_is_told(void **state)
{
	struct place *p = *state;
	struct seen x;

	commit_range(p, 1, 3);
	store_free(&p->s);
	p->o.boot_id = "boot-2";
	open_all(p);
	commit_range(p, 3, 4);
	x = unretired(p);
	assert_int_equal(x.n, 3);
	assert_int_equal(x.rebooted, 2);
	reopen(p);
	assert_int_equal(unretired(p).rebooted, 2);
}

static void
add_child(struct batch *b, const char *child, int kind)
{
	struct outcome *o = batch_add_outcome(b);

	help_outcome(o, "web", 1, kind);
	o->child = child;
	if (child[0] != '\0')
		o->retire = RETIRE_NOTHING;
}

static void
add_progress(struct batch *b, uint64_t children, bool ended)
{
	struct batch_container *c = batch_add_container(b);

	*c = (struct batch_container){ .pipeline = "web",
		.number = 1,
		.folder = "/srv/drop",
		.path = "a.zip",
		.reader = "zip 1 x",
		.depth = 1,
		.ended = ended };
	c->level[0] = (struct container_level){ children, children * 100 };
}

static void
see_container(void *arg, const struct batch_container *c)
{
	struct batch_container *r = arg;

	assert_int_equal(r->depth, 0); /* only one is open */
	*r = *c;
}

static void
test_containers_go_on_behind_their_last_child(void **state)
{
	struct place *p = *state;
	struct batch_container c = { 0 };
	struct batch b;
	struct err e;

	batch_init(&b);
	add_child(&b, "#0", OUTCOME_EXPORTED);
	add_child(&b, "#1", OUTCOME_DROPPED);
	add_progress(&b, 2, false);
	commit(p, &b);
	reopen(p);
	store_each_container(p->s, see_container, &c);
	assert_string_equal(c.path, "a.zip");
	assert_string_equal(c.reader, "zip 1 x");
	assert_int_equal(c.level[0].children, 2);
	assert_int_equal(c.level[0].position, 200);
	assert_int_equal(store_next_number(p->s, "web"), 2);
	/* A child that ended already is refused, also after a restart. */
	batch_reset(&b);
	add_child(&b, "#1", OUTCOME_DROPPED);
	add_progress(&b, 2, false);
	assert_int_equal(store_commit(p->s, &b, &e), ERR_PROTO);
	/* One without its progress too. */
	batch_reset(&b);
	add_child(&b, "#2", OUTCOME_EXPORTED);
	assert_int_equal(store_commit(p->s, &b, &e), ERR_PROTO);
	batch_reset(&b);
	add_child(&b, "#2", OUTCOME_EXPORTED);
	add_child(&b, "", OUTCOME_CONTAINER);
	add_progress(&b, 3, true);
	commit(p, &b);
	assert_int_equal(store_commit(p->s, &b, &e), ERR_PROTO);
	batch_fini(&b);
	reopen(p);
	c = (struct batch_container){ 0 };
	store_each_container(p->s, see_container, &c);
	assert_int_equal(c.depth, 0);
	assert_int_equal(unretired(p).n, 1);
	assert_int_equal(store_next_number(p->s, "web"), 2);
}

static void
test_ended_sources_are_known(void **state)
{
	struct place *p = *state;
	struct witness w;
	uint8_t sha[32];

	assert_false(
	    store_ended(p->s, "/srv/drop", "sub/name\xff.html", &w, sha));
	commit_range(p, 1, 4);
	for (int i = 0; i < 2; i++) {
		assert_true(store_ended(p->s, "/srv/drop", "sub/name\xff.html",
		    &w, sha));
		assert_int_equal(w.inode, 3); /* the last */
		assert_int_equal(sha[3], 3);
		assert_false(store_ended(p->s, "/srv/drop", "sub", &w, sha));
		assert_false(
		    store_ended(p->s, "", "sub/name\xff.html", &w, sha));
		reopen(p);
	}
}

static void
test_index_with_other_params_is_refused(void **state)
{
	struct place *p = *state;
	struct index_params twice[2] = { index_params, index_params };
	struct index_params other = index_params;
	struct err e;

	other.params = "md5";
	assert_int_equal(store_declare(p->s, &other, 1, NULL, 0, &e),
	    ERR_CONFIG);
	assert_non_null(strstr(e.text, "sha256"));
	assert_non_null(strstr(e.text, "md5"));
	assert_int_equal(store_declare(p->s, twice, 2, NULL, 0, &e),
	    ERR_CONFIG);
	commit_range(p, 1, 2); /* the old declaration still holds */
}

static void
test_two_series_of_one_row_are_refused(void **state)
{
	struct place *p = *state;
	struct series_params series[2] = {
		{ .folder = p->out, .suffix = ".jsonl" },
		{ .folder = p->out, .suffix = ".jsonl", .codec = SERIES_GZIP },
	};
	struct err e;

	assert_int_equal(store_declare(p->s, &index_params, 1, series, 2, &e),
	    ERR_CONFIG);
	commit_range(p, 1, 2);
}

static void
test_index_declared_later_is_filled_from_its_declaration_on(void **state)
{
	struct place *p = *state;
	struct index_params two[2] = { index_params, { "late", "x", 4, 0 } };
	struct series_params series = { .folder = p->out, .suffix = ".jsonl" };
	static const uint64_t key = 77;
	struct batch b;
	struct err e;

	commit_range(p, 1, 3);
	assert_int_equal(store_declare(p->s, two, 2, &series, 1, &e), 0);
	batch_init(&b);
	fill(&b, 3, 4);
	*batch_add_keys(&b) = (struct batch_keys){ .outcome = 0,
		.index = 1,
		.n = 1,
		.key = &key };
	commit(p, &b);
	batch_fini(&b);
	/* Declared alone, the first one is a number of the batch, not of the
	 * log. */
	store_free(&p->s);
	open_store(p);
	assert_int_equal(store_declare(p->s, &two[1], 1, &series, 1, &e), 0);
	assert_string_equal(found(p, 77), "web-3");
	assert_int_equal(index_documents(store_index(p->s, 0)), 1);
	assert_int_equal(store_declare(p->s, two, 2, &series, 1, &e), 0);
	assert_string_equal(found(p, 3000), "web-3");
	assert_int_equal(index_documents(store_index(p->s, 0)), 3);
	assert_int_equal(index_documents(store_index(p->s, 1)), 1);
	assert_null(store_index(p->s, 2));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		test_with_store(
		    test_committed_documents_are_everywhere_after_a_crash),
		test_with_store(test_clean_end_changes_nothing),
		test_with_store(test_second_owner_is_refused),
		test_with_store(test_site_stands_before_ids),
		test_with_store(
		    test_wrong_batches_are_refused_and_change_nothing),
		test_with_store(test_sources_are_unretired_until_it_is_logged),
		test_with_store(test_reboot_is_told),
		test_with_store(test_containers_go_on_behind_their_last_child),
		test_with_store(test_ended_sources_are_known),
		test_with_store(test_index_with_other_params_is_refused),
		test_with_store(test_two_series_of_one_row_are_refused),
		test_with_store(
		    test_index_declared_later_is_filled_from_its_declaration_on),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
