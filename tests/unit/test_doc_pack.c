/* test_doc_pack.c - documents to bytes and back, and bytes made to deceive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "model/doc_pack.h"
#include "model/value.h"

enum { TEXT_MAX = 4096, ARENA_MAX = 1 << 18 };

static uint64_t seed = 0x9E3779B97F4A7C15;

static uint32_t
chance(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

static struct lavoir_str
str(const char *s)
{
	return (struct lavoir_str){ s, strlen(s) };
}

/* A document with some of everything. */
static void
fill(struct doc *d)
{
	struct lavoir_value item[] = { { .type = LAVOIR_STR, .s = { "fr", 2 } },
		{ .type = LAVOIR_REAL, .r = 0.5 },
		{ .type = LAVOIR_BOOL, .i = 1 }, { .type = LAVOIR_NULL } };
	const struct lavoir_attr member = { "x",
		{ .type = LAVOIR_BYTES, .s = { "\xff\0", 2 } } };
	const struct lavoir_value list = { .type = LAVOIR_LIST,
		.list = { item, 4 } };
	const struct lavoir_value map = { .type = LAVOIR_MAP,
		.map = { &member, 1 } };
	const struct lavoir_media media = { .uri = "http://x/y",
		.type = "image/png",
		.alt = { "Alt", 3 },
		.caption = { "é", 2 },
		.offset = 3 };
	const struct lavoir_measure m = { .size = sizeof(m),
		.rule_set = "g@1",
		.rule = "words",
		.op = LAVOIR_LT,
		.value = 3,
		.threshold = 50,
		.broken = 1 };
	const uint64_t key[] = { 1, UINT64_MAX, 77 };

	doc_set_str(d, "title", "Été");
	doc_set_int(d, "n", -4);
	doc_set(d, "languages", &list);
	doc_set(d, "meta", &map);
	doc_tag(d, "one", true);
	doc_tag(d, "two", true);
	doc_add_media(d, &media);
	doc_add_measure(d, "q", &m);
	doc_add_keys(d, 0, key, 3, (struct lavoir_str){ "\xff\xfe", 2 });
	doc_add_keys(d, 2, NULL, 0, str(""));
	doc_set_text(d, str("Un texte déjà propre.\n"));
	assert_int_equal(d->error, 0);
}

static void
pack_filled(struct buf *b, const char *drop_reason)
{
	struct doc d;

	doc_init(&d, arena_new(ARENA_MAX), TEXT_MAX);
	fill(&d);
	if (drop_reason != NULL)
		doc_drop(&d, "q", drop_reason, "3 mots");
	doc_pack(b, &d);
	arena_free(&d.arena);
}

static int
unpack_into(struct doc *d, const void *ptr, size_t len)
{
	struct unpack u;
	struct err e;
	int rc;

	doc_init(d, arena_new(ARENA_MAX), TEXT_MAX);
	unpack_init(&u, ptr, len);
	rc = doc_unpack(&u, d, &e);
	if (rc < 0) {
		assert_true(rc == ERR_PROTO || rc == ERR_NOMEM);
		assert_int_equal(rc, e.code);
		assert_int_equal(strncmp(e.text, "packed document: ", 17), 0);
	}
	return rc < 0 ? rc : unpack_end(&u) ? 0 : 1;
}

static void
test_kept_document_there_and_back(void **state)
{
	struct lavoir_value v;
	struct buf b = { 0 };
	struct doc d;

	(void)state;
	pack_filled(&b, NULL);
	assert_int_equal(unpack_into(&d, b.ptr, b.len), 0);
	assert_true(d.decoded && d.text_fixed);
	assert_int_equal(d.verdict, DOC_KEEP);
	assert_int_equal(d.text.len, 24);
	assert_memory_equal(d.text.ptr, "Un texte déjà propre.\n", 24);
	assert_int_equal(d.n_attrs, 4);
	assert_string_equal(doc_get_str(&d, "title"), "Été");
	assert_int_equal(doc_get(&d, "languages", &v), 0);
	assert_int_equal(v.list.n, 4);
	assert_true(doc_tagged(&d, "two"));
	assert_string_equal(d.media[0].type, "image/png");
	assert_int_equal(d.media[0].offset, 3);
	assert_string_equal(d.measure[0].rule_set, "g@1");
	assert_int_equal(d.n_keys, 2);
	assert_true(d.keys[0].key[1] == UINT64_MAX);
	assert_int_equal(d.keys[1].index, 2);
	/* It can still be changed, but for the text. */
	assert_int_equal(doc_set_int(&d, "more", 1), 0);
	assert_int_equal(doc_tag(&d, "three", true), 0);
	assert_int_equal(d.n_attrs, 5);
	arena_free(&d.arena);
	buf_fini(&b);
}

static void
test_dropped_document_leaves_its_text(void **state)
{
	struct buf kept = { 0 }, dropped = { 0 };
	struct doc d;

	(void)state;
	pack_filled(&kept, NULL);
	pack_filled(&dropped, "words");
	assert_true(dropped.len < kept.len + 40);
	assert_null(memmem(dropped.ptr, dropped.len, "texte", 5));
	assert_int_equal(unpack_into(&d, dropped.ptr, dropped.len), 0);
	assert_int_equal(d.verdict, DOC_DROP);
	assert_int_equal(d.text.len, 0);
	assert_string_equal(d.plugin, "q");
	assert_string_equal(d.reason, "words");
	assert_string_equal(d.detail, "3 mots");
	assert_true(d.has_value && d.value == 3 && d.threshold == 50);
	arena_free(&d.arena);
	buf_fini(&kept);
	buf_fini(&dropped);
}

static void
test_empty_document_there_and_back(void **state)
{
	struct buf b = { 0 };
	struct doc d;

	(void)state;
	doc_init(&d, NULL, 0);
	doc_pack(&b, &d);
	assert_int_equal(unpack_into(&d, b.ptr, b.len), 0);
	assert_false(d.decoded);
	assert_int_equal(d.n_attrs + d.n_tags + d.n_media + d.n_keys, 0);
	arena_free(&d.arena);
	buf_fini(&b);
}

static void
test_attributes_alone_there_and_back(void **state)
{
	struct unpack u;
	struct buf b = { 0 };
	struct doc d;
	struct err e;

	(void)state;
	doc_init(&d, arena_new(ARENA_MAX), TEXT_MAX);
	fill(&d);
	doc_pack_attrs(&b, d.attr, d.n_attrs);
	arena_free(&d.arena);
	doc_init(&d, arena_new(ARENA_MAX), TEXT_MAX);
	unpack_init(&u, b.ptr, b.len);
	assert_int_equal(doc_unpack_attrs(&u, &d, &e), 0);
	assert_true(unpack_end(&u));
	assert_int_equal(d.n_attrs, 4);
	assert_false(d.text_fixed);
	arena_free(&d.arena);
	buf_fini(&b);
}

static void
test_cut_short_is_refused(void **state)
{
	struct buf b = { 0 };
	struct doc d;

	(void)state;
	pack_filled(&b, NULL);
	for (size_t len = 0; len < b.len; len++) {
		uint8_t *copy = malloc(len > 0 ? len : 1);

		memcpy(copy, b.ptr, len);
		assert_true(unpack_into(&d, copy, len) < 0);
		arena_free(&d.arena);
		free(copy);
	}
	buf_fini(&b);
}

/* Change one document before it is packed; reading it must fail. */
static void
check_refused(void (*spoil)(struct doc *d))
{
	struct buf b = { 0 };
	struct doc d;

	doc_init(&d, arena_new(ARENA_MAX), TEXT_MAX);
	fill(&d);
	spoil(&d);
	doc_pack(&b, &d);
	arena_free(&d.arena);
	assert_int_equal(unpack_into(&d, b.ptr, b.len), ERR_PROTO);
	arena_free(&d.arena);
	buf_fini(&b);
}

static void
spoil_text(struct doc *d)
{
	d->text = str("\xff");
}

static void
spoil_text_length(struct doc *d)
{
	char *text = arena_alloc(d->arena, TEXT_MAX + 1, 1);

	d->text = (struct lavoir_str){ text, TEXT_MAX + 1 };
}

static void
spoil_name(struct doc *d)
{
	d->attr[1].name = "a b";
}

static void
spoil_name_twice(struct doc *d)
{
	d->attr[1].name = d->attr[0].name;
}

static void
spoil_tag(struct doc *d)
{
	d->tag[0] = "a b";
}

static void
spoil_tag_twice(struct doc *d)
{
	d->tag[1] = d->tag[0];
}

static void
spoil_uri(struct doc *d)
{
	d->media[0].uri = NULL;
}

static void
spoil_caption(struct doc *d)
{
	d->media[0].caption = str("\xc0\x80");
}

static void
spoil_op(struct doc *d)
{
	d->measure[0].op = 6;
}

static void
spoil_rule(struct doc *d)
{
	d->measure[0].rule = NULL;
}

static void
spoil_index_twice(struct doc *d)
{
	d->keys[1].index = d->keys[0].index;
}

static void
spoil_sketch(struct doc *d)
{
	d->keys[0].sketch.ptr = arena_alloc(d->arena, DOC_SKETCH_MAX + 1, 1);
	d->keys[0].sketch.len = DOC_SKETCH_MAX + 1;
}

static void
spoil_verdict(struct doc *d)
{
	d->verdict = 9;
}

static void
spoil_duplicate(struct doc *d)
{
	doc_drop(d, "q", "words", NULL);
	d->verdict = DOC_DUPLICATE;
}

static void
spoil_kept_with_reason(struct doc *d)
{
	d->reason = "words";
}

static void
spoil_no_reason(struct doc *d)
{
	d->verdict = DOC_FAIL;
}

static void
spoil_plugin(struct doc *d)
{
	doc_drop(d, "q", "words", NULL);
	d->plugin = "\xff";
}

static void
spoil_detail(struct doc *d)
{
	doc_drop(d, "q", "words", NULL);
	d->detail = "\xff";
}

static void
test_broken_invariants_are_refused(void **state)
{
	static void (*const spoil[])(struct doc *) = { spoil_text,
		spoil_text_length, spoil_name, spoil_name_twice, spoil_tag,
		spoil_tag_twice, spoil_uri, spoil_caption, spoil_op, spoil_rule,
		spoil_index_twice, spoil_sketch, spoil_verdict, spoil_duplicate,
		spoil_kept_with_reason, spoil_no_reason, spoil_plugin,
		spoil_detail };

	(void)state;
	for (size_t i = 0; i < sizeof(spoil) / sizeof(spoil[0]); i++)
		check_refused(spoil[i]);
}

static void
check_value(const struct lavoir_value *v)
{
	struct arena *a = arena_new(ARENA_MAX);
	struct lavoir_value copy;

	assert_int_equal(value_copy(a, v, &copy), 0);
	arena_free(&a);
}

/* Whatever was accepted keeps the promises of doc.h, and packs to the same
 * bytes again. */
static void
check_accepted(const struct doc *d, const uint8_t *ptr, size_t len)
{
	struct buf again = { 0 };

	assert_true(d->verdict >= DOC_KEEP && d->verdict <= DOC_CONTAINER);
	assert_true(d->text.len <= TEXT_MAX);
	assert_true(utf8_valid(d->text.ptr, d->text.len));
	assert_true(d->n_attrs <= DOC_ATTRS_MAX && d->n_tags <= DOC_TAGS_MAX);
	for (size_t i = 0; i < d->n_attrs; i++) {
		assert_true(value_name_valid(d->attr[i].name));
		check_value(&d->attr[i].value);
	}
	for (size_t i = 0; i < d->n_media; i++)
		assert_true(
		    utf8_valid(d->media[i].uri, strlen(d->media[i].uri)));
	for (size_t i = 0; i < d->n_keys; i++)
		assert_true(d->keys[i].n <= DOC_KEYS_MAX);
	doc_pack(&again, d);
	assert_int_equal(again.len, len);
	assert_memory_equal(again.ptr, ptr, len);
	buf_fini(&again);
}

static size_t
mutate(uint8_t *p, size_t len)
{
	static const uint8_t edge[] = { 0, 1, 2, 4, 7, 0x7f, 0x80, 0xc3, 0xff };
	size_t at = chance((uint32_t)len), more;

	switch (chance(5)) {
	case 0:
		p[at] ^= (uint8_t)(1u << chance(8));
		return len;
	case 1:
		p[at] = edge[chance(sizeof(edge))];
		return len;
	case 2:
		p[at] = (uint8_t)chance(256);
		return len;
	case 3: /* bytes taken out */
		more = 1 + chance(8);
		if (at + more >= len)
			return len;
		memmove(p + at, p + at + more, len - at - more);
		return len - more;
	default: /* one place copied over another */
		more = 1 + chance(16);
		if (at + more >= len)
			return len;
		memmove(p + chance((uint32_t)(len - more)), p + at, more);
		return len;
	}
}

static void
test_mutated_documents_never_deceive(void **state)
{
	struct buf seeds[2] = { { 0 }, { 0 } };
	int accepted = 0;

	(void)state;
	pack_filled(&seeds[0], NULL);
	pack_filled(&seeds[1], "words");
	for (int round = 0; round < 20000; round++) {
		const struct buf *from = &seeds[round % 2];
		uint8_t *p = malloc(from->len), *exact;
		size_t len = from->len;
		struct doc d;

		memcpy(p, from->ptr, len);
		for (uint32_t n = 1 + chance(4); n > 0; n--)
			len = mutate(p, len);
		exact = malloc(len);
		memcpy(exact, p, len);
		free(p);
		if (unpack_into(&d, exact, len) == 0) {
			check_accepted(&d, exact, len);
			accepted++;
		}
		arena_free(&d.arena);
		free(exact);
	}
	/* Otherwise nothing but the refusals was tried. */
	assert_true(accepted > 1000);
	buf_fini(&seeds[0]);
	buf_fini(&seeds[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept_document_there_and_back),
		cmocka_unit_test(test_dropped_document_leaves_its_text),
		cmocka_unit_test(test_empty_document_there_and_back),
		cmocka_unit_test(test_attributes_alone_there_and_back),
		cmocka_unit_test(test_cut_short_is_refused),
		cmocka_unit_test(test_broken_invariants_are_refused),
		cmocka_unit_test(test_mutated_documents_never_deceive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
