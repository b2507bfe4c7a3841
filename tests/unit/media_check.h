/* media_check.h - one line a case for the tests of media types. */
#ifndef LAVOIR_TESTS_MEDIA_CHECK_H
#define LAVOIR_TESTS_MEDIA_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/media_type.h"

/* From memory of exactly this size, so that sanitizers see a read beyond it. */
static inline void
media_check(const char *expected, const char *name, const void *bytes,
    size_t len)
{
	void *exact = malloc(len > 0 ? len : 1);

	memcpy(exact, bytes, len);
	assert_string_equal(media_type_detect(exact, len, len, name), expected);
	free(exact);
}

/* Of a string literal, which may hold NULs. */
#define IS(expected, bytes)                                                    \
	media_check(expected, NULL, bytes, sizeof(bytes) - 1)
#define NAMED(expected, name, bytes)                                           \
	media_check(expected, name, bytes, sizeof(bytes) - 1)

#endif
