/* host_toys.h - plugins made of functions, and a chain of them, for tests of
 * the host. */
#ifndef LAVOIR_TESTS_HOST_TOYS_H
#define LAVOIR_TESTS_HOST_TOYS_H

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/host.h"

typedef int toy_fn(const struct lavoir_host *, struct lavoir_doc *);

/* The table comes first: open() finds the rest behind it. */
struct toy {
	struct lavoir_plugin table;
	int (*open)(const struct lavoir_host *, const struct lavoir_value *);
	toy_fn *process, *commit;
	const struct lavoir_host *host;
};

enum { TOYS_MAX = 4 };

struct bench {
	struct toy toy[TOYS_MAX];
	struct lavoir_value option[TOYS_MAX][2];
	size_t n;
	struct host_role role;
	struct host_chain *chain;
	struct arena *arena;
	struct doc doc;
	struct err e;
	/* What the role saw. */
	uint32_t entered[16];
	size_t n_entered, n_children, n_resumed;
	int64_t counted;
	bool cancel;
	int child_rc;
	struct lavoir_child child;
	char written[64];
};

/* clang-format off */
static const struct lavoir_name toy_reasons[] = {
	{ "too_short", "few words" }, { "copy", "seen before" }, { NULL, NULL },
};
static const struct lavoir_name toy_counters[] = {
	{ "words", "words seen" }, { NULL, NULL },
};
static const struct lavoir_name toy_accepts[] = {
	{ "text/*", NULL }, { NULL, NULL },
};
static const struct lavoir_option toy_options[] = {
	{ .name = "path", .type = LAVOIR_OPT_PATH, .flags = LAVOIR_OPT_OUTPUT,
	  .help = "Out." },
	{ .name = "other", .type = LAVOIR_OPT_PATH, .help = "Not out." },
	{ .name = NULL },
};
/* clang-format on */

static inline int
toy_open(const struct lavoir_plugin *p, const struct lavoir_host *host,
    const struct lavoir_value *opt, void **self)
{
	struct toy *t = (struct toy *)(uintptr_t)p;

	t->host = host;
	*self = t;
	return t->open ? t->open(host, opt) : LAVOIR_OK;
}

static inline int
toy_process(void *self, struct lavoir_doc *doc)
{
	struct toy *t = self;

	return t->process(t->host, doc);
}

static inline int
toy_commit(void *self, struct lavoir_doc *doc)
{
	struct toy *t = self;

	return t->commit(t->host, doc);
}

static inline struct toy *
add_toy(struct bench *b, const char *name, toy_fn *process, toy_fn *commit)
{
	struct toy *t = &b->toy[b->n++];

	t->table = (struct lavoir_plugin){
		LAVOIR_PLUGIN_HEAD,
		.name = name,
		.version = "1",
		.summary = "A toy",
		.options = toy_options,
		.reasons = toy_reasons,
		.counters = toy_counters,
		.open = toy_open,
		.process = process ? toy_process : NULL,
		.commit = commit ? toy_commit : NULL,
	};
	t->process = process;
	t->commit = commit;
	return t;
}

static inline struct toy *
add_reader(struct bench *b, const char *name, toy_fn *process)
{
	struct toy *t = add_toy(b, name, process, NULL);

	t->table.accepts = toy_accepts;
	return t;
}

static inline bool
bench_cancelled(void *arg)
{
	return ((struct bench *)arg)->cancel;
}

static inline void
bench_count(void *arg, const char *step, const char *counter, int64_t n)
{
	assert_non_null(step);
	assert_string_equal(counter, "words");
	((struct bench *)arg)->counted += n;
}

static inline void
bench_enter(void *arg, uint32_t step)
{
	struct bench *b = arg;

	if (b->n_entered < 16)
		b->entered[b->n_entered++] = step;
}

static inline int
bench_child(void *arg, struct doc *parent, const struct lavoir_child *c)
{
	struct bench *b = arg;

	assert_ptr_equal(parent, &b->doc);
	b->child = *c;
	b->n_children++;
	return b->child_rc;
}

static inline int
bench_child_write(void *arg, struct doc *parent, struct lavoir_str piece)
{
	struct bench *b = arg;

	assert_ptr_equal(parent, &b->doc);
	if (piece.len)
		strncat(b->written, piece.ptr, piece.len);
	return b->child_rc;
}

static inline int
bench_child_fail(void *arg, struct doc *parent, const char *why)
{
	struct bench *b = arg;

	assert_ptr_equal(parent, &b->doc);
	strncat(b->written, why, sizeof(b->written) - strlen(b->written) - 1);
	return b->child_rc;
}

static inline int
bench_resume(void *arg, struct doc *parent, uint64_t *position,
    uint64_t *children)
{
	(void)parent;
	((struct bench *)arg)->n_resumed++;
	*position = 70;
	*children = 7;
	return 0;
}

static inline int
bench_setup(void **state)
{
	struct bench *b = test_calloc(1, sizeof(*b));

	b->arena = arena_new(1 << 20);
	doc_init(&b->doc, b->arena, 1000);
	b->role = (struct host_role){ .role = LAVOIR_WORKER,
		.arg = b,
		.cancelled = bench_cancelled,
		.count = bench_count,
		.child = bench_child,
		.child_write = bench_child_write,
		.child_fail = bench_child_fail,
		.resume = bench_resume,
		.enter = bench_enter };
	for (int i = 0; i < TOYS_MAX; i++)
		for (int k = 0; k < 2; k++) {
			b->option[i][k].type = LAVOIR_STR;
			b->option[i][k].s.ptr = k ? "/other" : "/out";
			b->option[i][k].s.len = k ? 6 : 4;
		}
	*state = b;
	return 0;
}

static inline int
bench_teardown(void **state)
{
	struct bench *b = *state;

	host_chain_close(&b->chain);
	arena_free(&b->arena);
	test_free(b);
	return 0;
}

static inline int
open_bench(struct bench *b, int32_t role)
{
	struct host_step_config step[TOYS_MAX];

	host_chain_close(&b->chain);
	b->role.role = role;
	for (size_t i = 0; i < b->n; i++)
		step[i] = (struct host_step_config){
			.instance = b->toy[i].table.name,
			.plugin = &b->toy[i].table,
			.option = b->option[i],
		};
	return host_chain_open(&b->chain, "web", step, b->n, &b->role, &b->e);
}

static inline void
fresh_document(struct bench *b)
{
	arena_reset(b->arena, 0);
	doc_init(&b->doc, b->arena, 1000);
}

/* Through the process steps, decoded already. */
static inline int
process_text(struct bench *b, const char *text)
{
	fresh_document(b);
	assert_int_equal(open_bench(b, LAVOIR_WORKER), 0);
	assert_int_equal(doc_set_text(&b->doc,
			     (struct lavoir_str){ text, strlen(text) }),
	    0);
	return host_process(b->chain, &b->doc, 0, &b->e);
}

/* Not decoded yet. */
static inline int
process_raw(struct bench *b, const char *raw, const char *media_type)
{
	fresh_document(b);
	assert_int_equal(open_bench(b, LAVOIR_WORKER), 0);
	b->doc.raw = (struct lavoir_str){ raw, strlen(raw) };
	doc_set_str(&b->doc, "lavoir.media_type", media_type);
	return host_process(b->chain, &b->doc, 0, &b->e);
}

static inline int
commit_text(struct bench *b, const char *text)
{
	fresh_document(b);
	assert_int_equal(open_bench(b, LAVOIR_SEQUENCER), 0);
	assert_int_equal(doc_set_text(&b->doc,
			     (struct lavoir_str){ text, strlen(text) }),
	    0);
	b->doc.id = (struct lavoir_str){ "web-9", 5 };
	return host_commit(b->chain, &b->doc, &b->e);
}

static inline void
assert_has(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("\"%s\" lacks \"%s\"", text ? text : "", part);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)
#define STR(s) ((struct lavoir_str){ (s), strlen(s) })

#endif
