/* multibyte_table.c - the tables of the many-byte encodings. */
#include <stdlib.h>

#include <unicode/ucnv.h>
#include <unicode/utf16.h>

#include "multibyte.h"

/* n codes from the first stand for as many characters. */
struct patch {
	uint16_t code, character, n;
};

/* Where ICU has nothing, private characters or other ones. */
/* clang-format off */
static const struct patch big5_patches[] = {
	{ 0x87a4, 0x9f97, 1 }, { 0x87ac, 0x9f96, 1 }, { 0x8840, 0x31c0, 5 },
	{ 0x8846, 0x31c5, 1 }, { 0x8849, 0x31c6, 2 }, { 0x884d, 0x31c8, 1 },
	{ 0x884f, 0x31c9, 4 }, { 0x8854, 0x31cd, 2 }, { 0x88a9, 0x23da, 2 },
	{ 0x8c43, 0x9fa6, 1 }, { 0x8c6d, 0x9fa7, 1 }, { 0x8c74, 0x9fa8, 1 },
	{ 0x8cb7, 0x9fa9, 1 }, { 0x8cb9, 0x9faa, 1 }, { 0x8cbb, 0x9fab, 1 },
	{ 0x8cc0, 0x9fac, 1 }, { 0x8cd7, 0x9fad, 2 }, { 0x8cda, 0x9faf, 1 },
	{ 0x8ced, 0x9fb2, 1 }, { 0x8d48, 0x9fb3, 1 }, { 0x8e69, 0x7bb8, 1 },
	{ 0x8e6f, 0x7c06, 1 }, { 0x8e7e, 0x7cce, 1 }, { 0x8eab, 0x7dd2, 1 },
	{ 0x8eb4, 0x7e1d, 1 }, { 0x8ecd, 0x8005, 1 }, { 0x8ed0, 0x8028, 1 },
	{ 0x8f57, 0x83c1, 1 }, { 0x8f69, 0x84a8, 1 }, { 0x8f6e, 0x840f, 1 },
	{ 0x8fcb, 0x89a6, 1 }, { 0x8fcc, 0x89a9, 1 }, { 0x8ffe, 0x8d77, 1 },
	{ 0x906d, 0x90fd, 1 }, { 0x907a, 0x92b9, 1 }, { 0x90dc, 0x975c, 1 },
	{ 0x90f1, 0x97ff, 1 }, { 0x91bf, 0x9f16, 1 }, { 0x9244, 0x8503, 1 },
	{ 0x92af, 0x5159, 1 }, { 0x92b0, 0x515b, 1 }, { 0x92b1, 0x515d, 2 },
	{ 0x92c8, 0x936e, 1 }, { 0x92d1, 0x7479, 1 }, { 0x9447, 0x6d67, 1 },
	{ 0x94ca, 0x799b, 1 }, { 0x95d9, 0x9097, 1 }, { 0x9644, 0x975d, 1 },
	{ 0x96ed, 0x701e, 1 }, { 0x96fc, 0x5b28, 1 }, { 0x9b76, 0x7201, 1 },
	{ 0x9b78, 0x77d7, 1 }, { 0x9b7b, 0x7e87, 1 }, { 0x9bc6, 0x99d6, 1 },
	{ 0x9bde, 0x91d4, 1 }, { 0x9bec, 0x60de, 1 }, { 0x9bf6, 0x6fb6, 1 },
	{ 0x9c42, 0x8f36, 1 }, { 0x9c53, 0x4fbb, 1 }, { 0x9c62, 0x71df, 1 },
	{ 0x9c68, 0x9104, 1 }, { 0x9c6b, 0x9df0, 1 }, { 0x9c77, 0x83cf, 1 },
	{ 0x9cbc, 0x5c10, 1 }, { 0x9cbd, 0x79e3, 1 }, { 0x9cd0, 0x5a67, 1 },
	{ 0x9d57, 0x8f0b, 1 }, { 0x9d5a, 0x7b51, 1 }, { 0x9dc4, 0x62d0, 1 },
	{ 0x9ea9, 0x6062, 1 }, { 0x9eef, 0x75f9, 1 }, { 0x9efd, 0x6c4a, 1 },
	{ 0x9f60, 0x9b2e, 1 }, { 0x9f66, 0x9f17, 1 }, { 0x9fcb, 0x50ed, 1 },
	{ 0x9fd8, 0x5f0c, 1 }, { 0xa063, 0x880f, 1 }, { 0xa077, 0x62ce, 1 },
	{ 0xa0d5, 0x7468, 1 }, { 0xa0df, 0x7162, 1 }, { 0xa0e4, 0x7250, 1 },
	{ 0xa3c0, 0x2400, 32 }, { 0xa3e0, 0x2421, 1 }, { 0xc6cf, 0x5ef4, 1 },
	{ 0xc6d3, 0x65e0, 1 }, { 0xc6d5, 0x7676, 1 }, { 0xc6d7, 0x96b6, 1 },
	{ 0xc6de, 0x3003, 1 }, { 0xc6df, 0x4edd, 1 }, { 0xc879, 0x31cf, 1 },
	{ 0xc8a1, 0x9fb0, 1 }, { 0xc8a3, 0x9fb1, 1 }, { 0xfa5f, 0x5029, 1 },
	{ 0xfa66, 0x507d, 1 }, { 0xfabd, 0x5305, 1 }, { 0xfac5, 0x5344, 1 },
	{ 0xfad5, 0x537f, 1 }, { 0xfb48, 0x5605, 1 }, { 0xfbb8, 0x5a77, 1 },
	{ 0xfbf3, 0x5e75, 1 }, { 0xfbf9, 0x5ed0, 1 }, { 0xfc4f, 0x5f58, 1 },
	{ 0xfc6c, 0x60a4, 1 }, { 0xfcb9, 0x6490, 1 }, { 0xfce2, 0x6674, 1 },
	{ 0xfcf1, 0x675e, 1 }, { 0xfdb7, 0x6c9c, 1 }, { 0xfdb8, 0x6e1d, 1 },
	{ 0xfdbb, 0x6e2f, 1 }, { 0xfdf1, 0x716e, 1 }, { 0xfe52, 0x732a, 1 },
	{ 0xfe6f, 0x745c, 1 }, { 0xfeaa, 0x74e9, 1 }, { 0xfedd, 0x7809, 1 },
};
static const struct patch gb18030_patches[] = {
	{ 0xa3a0, 0x3000, 1 }, { 0xa6d9, 0xfe10, 1 }, { 0xa6da, 0xfe12, 1 },
	{ 0xa6db, 0xfe11, 1 }, { 0xa6dc, 0xfe13, 4 }, { 0xa6ec, 0xfe17, 2 },
	{ 0xa6f3, 0xfe19, 1 }, { 0xfe59, 0x9fb4, 1 }, { 0xfe61, 0x9fb5, 1 },
	{ 0xfe66, 0x9fb6, 2 }, { 0xfe6d, 0x9fb8, 1 }, { 0xfe7e, 0x9fb9, 1 },
	{ 0xfe90, 0x9fba, 1 }, { 0xfea0, 0x9fbb, 1 },
};
/* clang-format on */

enum { N_BIG5 = sizeof(big5_patches) / sizeof(*big5_patches) };
enum { N_GB18030 = sizeof(gb18030_patches) / sizeof(*gb18030_patches) };

static size_t
cell(unsigned code)
{
	return ((code >> 8) - 0x81) * (size_t)MULTIBYTE_TRAILS + (code & 0xff) -
	    0x40;
}

static bool private(uint32_t cp)
{
	return cp >= 0xe000 && cp < 0xf900;
}

/* The one character that n bytes are; 0: none, or several. */
static uint32_t
look_up(UConverter *cv, const unsigned char *bytes, size_t n)
{
	char in[4];
	const char *from = in;
	UErrorCode status = U_ZERO_ERROR;
	UChar u[4] = { 0 }, *to = u;

	for (size_t i = 0; i < n; i++)
		in[i] = (char)bytes[i];
	ucnv_reset(cv);
	ucnv_toUnicode(cv, &to, u + 4, &from, in + n, NULL, true, &status);
	if (U_SUCCESS(status) && to - u == 1)
		return u[0] == 0xfffd ? 0 : u[0];
	if (U_SUCCESS(status) && to - u == 2 && U16_IS_LEAD(u[0]) &&
	    U16_IS_TRAIL(u[1]))
		return U16_GET_SUPPLEMENTARY(u[0], u[1]);
	return 0;
}

static void
fill(UConverter *cv, uint16_t *table, bool private_too)
{
	for (unsigned lead = 0x81; lead <= 0xfe; lead++)
		for (unsigned trail = 0x40; trail <= 0xfe; trail++) {
			unsigned char b[2] = { (unsigned char)lead,
				(unsigned char)trail };
			uint32_t cp = trail == 0x7f ? 0 : look_up(cv, b, 2);

			if (cp <= 0xffff && (private_too || !private(cp)))
				table[cell(lead << 8 | trail)] = (uint16_t)cp;
		}
}

static void
fill_big5(UConverter *cv, struct multibyte *m)
{
	for (unsigned lead = 0x81; lead <= 0xfe; lead++)
		for (unsigned trail = 0x40; trail <= 0xfe; trail++) {
			unsigned char b[2] = { (unsigned char)lead,
				(unsigned char)trail };
			bool is = trail < 0x7f || trail >= 0xa1;
			uint32_t cp = is ? look_up(cv, b, 2) : 0;

			if (!private(cp))
				m->big5[cell(lead << 8 | trail)] = cp;
		}
	for (unsigned i = 0; i < N_BIG5; i++)
		for (unsigned k = 0; k < big5_patches[i].n; k++)
			m->big5[cell(big5_patches[i].code + k)] =
			    big5_patches[i].character + k;
}

static void
fill_gb18030(UConverter *cv, struct multibyte *m)
{
	fill(cv, m->gbk, true);
	for (unsigned i = 0; i < N_GB18030; i++)
		for (unsigned k = 0; k < gb18030_patches[i].n; k++)
			m->gbk[cell(gb18030_patches[i].code + k)] =
			    (uint16_t)(gb18030_patches[i].character + k);
	for (unsigned i = 0; i < MULTIBYTE_FOUR; i++) {
		unsigned char b[4] = { (unsigned char)(0x81 + i / 12600),
			(unsigned char)(0x30 + i / 1260 % 10),
			(unsigned char)(0x81 + i / 10 % 126),
			(unsigned char)(0x30 + i % 10) };

		m->four[i] = (uint16_t)look_up(cv, b, 4);
	}
}

static void
fill_shift_jis(UConverter *cv, struct multibyte *m)
{
	fill(cv, m->shift_jis, false);
	/* The characters of users, in order. */
	for (unsigned lead = 0xf0; lead <= 0xf9; lead++)
		for (unsigned trail = 0x40; trail <= 0xfc; trail++)
			if (trail != 0x7f)
				m->shift_jis[cell(lead << 8 | trail)] =
				    (uint16_t)(0xe000 + (lead - 0xf0) * 188 +
					trail - (trail < 0x7f ? 0x40 : 0x41));
}

static void
fill_euc_jp(UConverter *cv, struct multibyte *m)
{
	enum { ROW_NUMERALS = 0xf3 - 0xa1 }; /* not of JIS X 0212 */

	fill(cv, m->euc_jp, false);
	for (unsigned row = 0; row < MULTIBYTE_ROWS; row++)
		for (unsigned i = 0; i < MULTIBYTE_ROWS; i++) {
			unsigned char b[3] = { 0x8f,
				(unsigned char)(0xa1 + row),
				(unsigned char)(0xa1 + i) };
			uint32_t cp = look_up(cv, b, 3);

			if (row != ROW_NUMERALS && cp <= 0xffff && !private(cp))
				m->jis0212[row * MULTIBYTE_ROWS + i] =
				    (uint16_t)cp;
		}
}

static void
fill_euc_kr(UConverter *cv, struct multibyte *m)
{
	fill(cv, m->euc_kr, false);
}

struct multibyte *
multibyte_new(const char **missing_r)
{
	static const struct {
		const char *icu;
		void (*fill)(UConverter *, struct multibyte *);
	} from[] = {
		{ "ibm-1375_P100-2008", fill_big5 },
		{ "windows-949-2000", fill_euc_kr },
		{ "gb18030", fill_gb18030 },
		{ "ibm-943_P15A-2003", fill_shift_jis },
		{ "euc-jp-2007", fill_euc_jp },
	};
	struct multibyte *m = calloc(1, sizeof(*m));

	for (size_t i = 0; m != NULL && i < sizeof(from) / sizeof(*from); i++) {
		UErrorCode status = U_ZERO_ERROR;
		UConverter *cv = ucnv_open(from[i].icu, &status);

		if (U_FAILURE(status)) {
			*missing_r = from[i].icu;
			free(m);
			return NULL;
		}
		from[i].fill(cv, m);
		ucnv_close(cv);
	}
	return m;
}
