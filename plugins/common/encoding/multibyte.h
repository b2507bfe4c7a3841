/* multibyte.h - the many-byte encodings of East Asia, as browsers decode them.
 *
 * Tables and error handling are those of the WHATWG Encoding Standard.  The
 * tables are filled from ICU's converters, corrected where these differ.
 */
#ifndef LAVOIR_PLUGINS_COMMON_ENCODING_MULTIBYTE_H
#define LAVOIR_PLUGINS_COMMON_ENCODING_MULTIBYTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lavoir/plugin.h"

enum {
	MULTIBYTE_LEADS = 126,	/* 0x81 to 0xfe */
	MULTIBYTE_TRAILS = 191, /* 0x40 to 0xfe */
	MULTIBYTE_CELLS = MULTIBYTE_LEADS * MULTIBYTE_TRAILS,
	MULTIBYTE_ROWS = 94, /* of JIS X 0212, 0xa1 to 0xfe each way */
	MULTIBYTE_FOUR = 39420
};

/* Characters by (lead - 0x81) * TRAILS + (trail - 0x40); 0: none. */
struct multibyte {
	uint32_t big5[MULTIBYTE_CELLS];
	uint16_t euc_kr[MULTIBYTE_CELLS];
	uint16_t gbk[MULTIBYTE_CELLS];
	uint16_t shift_jis[MULTIBYTE_CELLS];
	uint16_t euc_jp[MULTIBYTE_CELLS];
	uint16_t jis0212[MULTIBYTE_ROWS * MULTIBYTE_ROWS];
	uint16_t four[MULTIBYTE_FOUR]; /* GB 18030's, by their number */
};

/* NULL: no memory, or a converter of ICU that should be there is not
 * (*missing_r).  Caller frees with free(). */
struct multibyte *multibyte_new(const char **missing_r);

/* Where decoded text goes.  All zero but host: nowhere, only errors are
 * counted, and a character that the end of the input cuts in two is none. */
struct multibyte_sink {
	const struct lavoir_host *host;
	unsigned char *at, *stop;
	uint64_t errors;
};

enum { MULTIBYTE_DONE, MULTIBYTE_FULL, MULTIBYTE_CANCELED };

/* Decode all of raw. */
typedef int multibyte_fn(const struct multibyte *m, struct lavoir_str raw,
    struct multibyte_sink *out);
multibyte_fn multibyte_big5, multibyte_euc_kr, multibyte_gb18030,
    multibyte_shift_jis, multibyte_euc_jp, multibyte_iso_2022_jp;

#endif
