/* test_codec.c - frames of gzip and zstd. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "series_help.h"
#include "store/codec.h"
#include "store/series.h"

static void
make(int codec, int level, const struct buf *in, struct buf *out)
{
	struct codec *c = codec_new(codec, level);
	struct err e = { 0 };

	assert_true(codec_is(c, codec, level));
	assert_int_equal(codec_compress(c, in->ptr, in->len, out, &e), 0);
	codec_free(&c);
	assert_null(c);
}

static void
test_same_bytes_from_new_and_used_contexts(void **state)
{
	static const int codec[] = { SERIES_GZIP, SERIES_ZSTD };
	struct buf a = { 0 }, b = { 0 }, fresh = { 0 }, used = { 0 };
	struct err e = { 0 };

	(void)state;
	help_record(60, &a);
	help_record(5, &b);
	for (size_t i = 0; i < 2; i++) {
		fresh.len = used.len = 0;
		make(codec[i], 3, &b, &fresh);
		struct codec *c = codec_new(codec[i], 3);
		for (int round = 0; round < 5; round++) {
			used.len = 0;
			assert_int_equal(codec_compress(c, a.ptr, a.len, &used,
					     &e),
			    0);
			used.len = 0;
			assert_int_equal(codec_compress(c, b.ptr, b.len, &used,
					     &e),
			    0);
			assert_int_equal(used.len, fresh.len);
			assert_memory_equal(used.ptr, fresh.ptr, fresh.len);
		}
		codec_free(&c);
	}
	buf_fini(&a);
	buf_fini(&b);
	buf_fini(&fresh);
	buf_fini(&used);
}

static void
test_gzip_has_no_time_and_no_name(void **state)
{
	static const uint8_t start[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0 };
	struct buf in = { 0 }, out = { 0 };

	(void)state;
	buf_append_str(&in, "text");
	make(SERIES_GZIP, 6, &in, &out);
	assert_memory_equal(out.ptr, start, sizeof start);
	buf_fini(&in);
	buf_fini(&out);
}

static void
test_zstd_has_size_and_checksum(void **state)
{
	struct buf in = { 0 }, out = { 0 };
	char back[64];

	(void)state;
	buf_append_str(&in, "text text text text");
	make(SERIES_ZSTD, 3, &in, &out);
	assert_int_equal(ZSTD_getFrameContentSize(out.ptr, out.len), in.len);
	assert_int_equal(ZSTD_decompress(back, sizeof back, out.ptr, out.len),
	    in.len);
	/* The last four bytes are the checksum. */
	out.ptr[out.len - 1] ^= 1;
	assert_true(
	    ZSTD_isError(ZSTD_decompress(back, sizeof back, out.ptr, out.len)));
	buf_fini(&in);
	buf_fini(&out);
}

static void
test_levels(void **state)
{
	static const struct {
		int codec, level, rc;
	} cases[] = {
		{ SERIES_PLAIN, 0, 0 },
		{ SERIES_PLAIN, 99, 0 },
		{ SERIES_GZIP, 1, 0 },
		{ SERIES_GZIP, 9, 0 },
		{ SERIES_GZIP, 0, ERR_CONFIG },
		{ SERIES_GZIP, 10, ERR_CONFIG },
		{ SERIES_ZSTD, 1, 0 },
		{ SERIES_ZSTD, 19, 0 },
		{ SERIES_ZSTD, 0, ERR_CONFIG },
		{ SERIES_ZSTD, 23, ERR_CONFIG },
		{ SERIES_ZSTD, -5, ERR_CONFIG },
		{ 7, 1, ERR_CONFIG },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err e = { 0 };
		assert_int_equal(codec_check(cases[i].codec, cases[i].level,
				     &e),
		    cases[i].rc);
		assert_int_equal(e.code, cases[i].rc);
	}
	assert_string_equal(codec_extension(SERIES_PLAIN), "");
	assert_string_equal(codec_extension(SERIES_GZIP), ".gz");
	assert_string_equal(codec_extension(SERIES_ZSTD), ".zst");
	assert_null(codec_extension(3));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_bytes_from_new_and_used_contexts),
		cmocka_unit_test(test_gzip_has_no_time_and_no_name),
		cmocka_unit_test(test_zstd_has_size_and_checksum),
		cmocka_unit_test(test_levels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
