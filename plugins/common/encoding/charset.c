/* charset.c - the encodings that are known, and the labels they go by. */
#include "charset.h"

#include <string.h>
#include <strings.h>

/* clang-format off */
static const struct charset charsets[] = {
	{ "utf-8", CHARSET_UTF8, NULL,
	  "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf8 x-unicode20utf8 "
	  "utf-8-sig utf_8" },
	{ "utf-16", CHARSET_UTF16, NULL,
	  "utf16 ucs-2 csunicode iso-10646-ucs-2 unicode utf_16" },
	{ "utf-16le", CHARSET_UTF16LE, NULL, "utf-16-le utf16le ucs-2le unicodefeff" },
	{ "utf-16be", CHARSET_UTF16BE, NULL, "utf-16-be utf16be ucs-2be unicodefffe" },
	{ "utf-32", CHARSET_UTF32, NULL, "utf32 ucs-4 iso-10646-ucs-4" },
	{ "utf-32le", CHARSET_UTF32LE, NULL, "utf-32-le utf32le ucs-4le" },
	{ "utf-32be", CHARSET_UTF32BE, NULL, "utf-32-be utf32be ucs-4be" },
	{ "windows-1252", CHARSET_SINGLE, "ibm-5348_P100-1997",
	  "ansi_x3.4-1968 ascii us-ascii cp1252 cp819 csisolatin1 ibm819 "
	  "iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 "
	  "iso_8859-1:1987 l1 latin1 latin-1 x-cp1252" },
	{ "iso-8859-2", CHARSET_SINGLE, "ISO-8859-2",
	  "csisolatin2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 "
	  "iso_8859-2:1987 l2 latin2 latin-2" },
	{ "iso-8859-3", CHARSET_SINGLE, "ISO-8859-3",
	  "csisolatin3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 "
	  "iso_8859-3:1988 l3 latin3 latin-3" },
	{ "iso-8859-4", CHARSET_SINGLE, "ISO-8859-4",
	  "csisolatin4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 "
	  "iso_8859-4:1988 l4 latin4 latin-4" },
	{ "iso-8859-5", CHARSET_SINGLE, "ISO-8859-5",
	  "csisolatincyrillic cyrillic iso-ir-144 iso8859-5 iso88595 "
	  "iso_8859-5 iso_8859-5:1988" },
	{ "iso-8859-6", CHARSET_SINGLE, "ISO-8859-6",
	  "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 "
	  "iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 "
	  "iso_8859-6:1987" },
	{ "iso-8859-7", CHARSET_SINGLE, "ISO-8859-7",
	  "csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 "
	  "iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek" },
	{ "iso-8859-8", CHARSET_SINGLE, "ISO-8859-8",
	  "csiso88598e csisolatinhebrew hebrew iso-8859-8-e iso-ir-138 "
	  "iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual csiso88598i "
	  "iso-8859-8-i logical" },
	{ "iso-8859-10", CHARSET_SINGLE, "ISO-8859-10",
	  "csisolatin6 iso-ir-157 iso8859-10 iso885910 l6 latin6" },
	{ "iso-8859-13", CHARSET_SINGLE, "ISO-8859-13", "iso8859-13 iso885913" },
	{ "iso-8859-14", CHARSET_SINGLE, "ISO-8859-14", "iso8859-14 iso885914" },
	{ "iso-8859-15", CHARSET_SINGLE, "ISO-8859-15",
	  "csisolatin9 iso8859-15 iso885915 iso_8859-15 l9 latin9 latin-9" },
	{ "iso-8859-16", CHARSET_SINGLE, "ISO-8859-15", "iso8859-16 latin10 l10" },
	{ "windows-1250", CHARSET_SINGLE, "ibm-5346_P100-1998", "cp1250 x-cp1250" },
	{ "windows-1251", CHARSET_SINGLE, "ibm-5347_P100-1998", "cp1251 x-cp1251" },
	{ "windows-1253", CHARSET_SINGLE, "ibm-5349_P100-1998", "cp1253 x-cp1253" },
	{ "windows-1254", CHARSET_SINGLE, "ibm-5350_P100-1998",
	  "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 "
	  "iso_8859-9 iso_8859-9:1989 l5 latin5 latin-5 x-cp1254" },
	{ "windows-1255", CHARSET_SINGLE, "ibm-9447_P100-2002", "cp1255 x-cp1255" },
	{ "windows-1256", CHARSET_SINGLE, "ibm-9448_X100-2005", "cp1256 x-cp1256" },
	{ "windows-1257", CHARSET_SINGLE, "ibm-9449_P100-2002", "cp1257 x-cp1257" },
	{ "windows-1258", CHARSET_SINGLE, "ibm-5354_P100-1998", "cp1258 x-cp1258" },
	{ "cp874", CHARSET_SINGLE, "windows-874-2000",
	  "windows-874 dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 tis620" },
	{ "koi8-r", CHARSET_SINGLE, "KOI8-R", "cskoi8r koi koi8 koi8_r" },
	{ "koi8-u", CHARSET_SINGLE, "KOI8-U", "koi8-ru" },
	{ "ibm866", CHARSET_SINGLE, "ibm-866_P100-1995", "866 cp866 csibm866" },
	{ "ibm855", CHARSET_SINGLE, "ibm-855_P100-1995", "855 cp855 csibm855" },
	{ "ibm852", CHARSET_SINGLE, "ibm-852_P100-1995", "852 cp852 cspcp852" },
	{ "ibm850", CHARSET_SINGLE, "ibm-850_P100-1995", "850 cp850 cspc850multilingual" },
	{ "ibm437", CHARSET_SINGLE, "ibm-437_P100-1995", "437 cp437 cspc8codepage437" },
	{ "macintosh", CHARSET_SINGLE, "macos-0_2-10.2",
	  "csmacintosh mac x-mac-roman mac-roman mac_roman macroman" },
	{ "mac-cyrillic", CHARSET_SINGLE, "macos-7_3-10.2",
	  "x-mac-cyrillic x-mac-ukrainian maccyrillic mac_cyrillic" },
	{ "mac-latin2", CHARSET_SINGLE, "macos-29-10.2",
	  "x-mac-ce mac-centraleurope maccentraleurope mac_latin2" },
	{ "gb18030", CHARSET_GB18030, NULL,
	  "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk "
	  "iso-ir-58 x-gbk cp936 euc-cn" },
	{ "big5-hkscs", CHARSET_BIG5, NULL,
	  "big5 cn-big5 csbig5 x-x-big5 big5hkscs cp950" },
	{ "euc-jp", CHARSET_EUC_JP, NULL,
	  "cseucpkdfmtjapanese x-euc-jp eucjp euc_jp" },
	{ "iso-2022-jp", CHARSET_ISO_2022_JP, NULL, "csiso2022jp iso2022_jp" },
	{ "cp932", CHARSET_SHIFT_JIS, NULL,
	  "shift_jis csshiftjis ms932 ms_kanji shift-jis sjis x-sjis windows-31j" },
	{ "cp949", CHARSET_EUC_KR, NULL,
	  "euc-kr cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 "
	  "ks_c_5601-1989 ksc5601 ksc_5601 windows-949 uhc euc_kr" },
	{ "iso-2022-kr", CHARSET_OTHER, "ISO-2022-KR", "csiso2022kr iso2022_kr" },
	{ "iso-2022-cn", CHARSET_OTHER, "ISO-2022-CN", "iso-2022-cn-ext" },
	{ "hz-gb-2312", CHARSET_OTHER, "HZ-GB-2312", "hz" },
};
/* clang-format on */

enum { N_CHARSETS = sizeof(charsets) / sizeof(*charsets) };

const struct charset *
charset_at(size_t i)
{
	return i < N_CHARSETS ? &charsets[i] : NULL;
}

static int
same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && strncasecmp(a, b, a_len) == 0;
}

static int
labelled(const char *labels, const char *label, size_t len)
{
	for (;;) {
		size_t n = strcspn(labels, " ");

		if (same(labels, n, label, len))
			return 1;
		if (labels[n] == '\0')
			return 0;
		labels += n + 1;
	}
}

int
charset_find(const char *label, size_t len)
{
	while (len > 0 && strchr(" \t\r\n\f\"'", label[len - 1]) != NULL)
		len--;
	while (len > 0 && strchr(" \t\r\n\f\"'", *label) != NULL) {
		label++;
		len--;
	}
	if (len == 0 || memchr(label, '\0', len) != NULL)
		return -1;
	for (int i = 0; i < N_CHARSETS; i++)
		if (same(charsets[i].name, strlen(charsets[i].name), label,
			len) ||
		    labelled(charsets[i].labels, label, len))
			return i;
	return -1;
}
