/* test_index_stream.c - a file of checksummed blocks. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "store/index_stream.h"

static int
new_file(void)
{
	char name[] = "/tmp/test_stream.XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	(void)unlink(name);
	return fd;
}

static void
test_what_was_put_is_taken_in_other_pieces(void **state)
{
	static const size_t sizes[] = { 0, 1, STREAM_BLOCK - 1, STREAM_BLOCK,
		STREAM_BLOCK + 1, (size_t)3 * STREAM_BLOCK,
		(size_t)3 * STREAM_BLOCK + 77 };

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		size_t len = sizes[i];
		uint8_t *from = xcalloc(len + 1, 1), *to = xcalloc(len + 1, 1);
		struct stream_out o;
		struct stream_in in;
		struct buf first = { 0 };
		struct err e;
		int fd = new_file();

		for (size_t j = 0; j < len; j++)
			from[j] = (uint8_t)(j * 7 + j / 251);
		stream_out_init(&o, fd);
		stream_put(&o, "head", 4);
		stream_block(&o);
		stream_put(&o, from, len / 3);
		stream_put(&o, from + len / 3, len - len / 3);
		assert_int_equal(stream_out_fini(&o, &e), 0);
		assert_int_equal(lseek(fd, 0, SEEK_END),
		    stream_file_size(4, len));

		stream_in_init(&in, fd);
		assert_true(stream_take_block(&in, &first));
		assert_int_equal(first.len, 4);
		assert_true(stream_take(&in, to, len / 2));
		assert_int_equal(stream_at_end(&in), len == 0);
		if (len > 0)
			assert_true(
			    stream_take(&in, to + len / 2, len - len / 2));
		assert_memory_equal(from, to, len);
		if (len > 1)
			assert_true(stream_at_end(&in));
		stream_in_fini(&in);
		buf_fini(&first);
		free(from);
		free(to);
		(void)close(fd);
	}
}

static void
test_more_than_there_is(void **state)
{
	struct stream_out o;
	struct stream_in in;
	struct err e;
	uint8_t to[8];
	int fd = new_file();

	(void)state;
	stream_in_init(&in, fd);
	assert_false(stream_take(&in, to, 1));
	stream_in_fini(&in);
	stream_out_init(&o, fd);
	stream_put(&o, "text", 4);
	assert_int_equal(stream_out_fini(&o, &e), 0);
	stream_in_init(&in, fd);
	assert_false(stream_take(&in, to, 5));
	stream_in_fini(&in);
	(void)close(fd);
}

static void
test_a_failed_write_is_told_at_the_end(void **state)
{
	struct stream_out o;
	struct err e = { 0 };

	(void)state;
	stream_out_init(&o, -1);
	stream_put(&o, "text", 4);
	assert_true(stream_out_fini(&o, &e) < 0);
	assert_true(e.code < 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_put_is_taken_in_other_pieces),
		cmocka_unit_test(test_more_than_there_is),
		cmocka_unit_test(test_a_failed_write_is_told_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
