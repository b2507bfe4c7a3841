/* warm.c - character sets that iconv decodes, loaded before the lock.
 *
 * GMime decodes header fields by iconv, whose tables are modules in files.  As
 * long as a converter is open its module stays, and others of its kind open
 * without a look at the file system.
 */
#include "warm.h"

#include <stdlib.h>
#include <string.h>

#include <iconv.h>

static const char *const charsets[] = { "iso-8859-1", "iso-8859-2",
	"iso-8859-3", "iso-8859-4", "iso-8859-5", "iso-8859-6", "iso-8859-7",
	"iso-8859-8", "iso-8859-9", "iso-8859-10", "iso-8859-13", "iso-8859-14",
	"iso-8859-15", "iso-8859-16", "windows-1250", "windows-1251",
	"windows-1252", "windows-1253", "windows-1254", "windows-1255",
	"windows-1256", "windows-1257", "windows-1258", "windows-874",
	"tis-620", "koi8-r", "koi8-u", "cp437", "cp850", "cp852", "cp866",
	"macintosh", "us-ascii", "utf-8", "utf-7", "utf-16", "utf-16le",
	"utf-16be", "gb2312", "gbk", "gb18030", "hz-gb-2312", "big5",
	"big5-hkscs", "euc-tw", "iso-2022-cn", "shift_jis", "cp932", "euc-jp",
	"iso-2022-jp", "iso-2022-jp-2", "euc-kr", "cp949", "iso-2022-kr",
	"viscii" };
enum { CHARSETS = sizeof(charsets) / sizeof(charsets[0]) };

struct warm {
	iconv_t open[CHARSETS], utf7;
};

struct warm *
warm_new(void)
{
	struct warm *w = malloc(sizeof(*w));

	if (w == NULL)
		return NULL;
	w->utf7 = iconv_open("UTF-8", "UTF-7");
	/* One that this system does not have cannot be used later, either. */
	for (size_t i = 0; i < CHARSETS; i++)
		w->open[i] = iconv_open("UTF-8", charsets[i]);
	return w;
}

void
warm_free(struct warm *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < CHARSETS; i++)
		if (w->open[i] != (iconv_t)-1)
			(void)iconv_close(w->open[i]);
	if (w->utf7 != (iconv_t)-1)
		(void)iconv_close(w->utf7);
	free(w);
}

size_t
warm_utf7(struct warm *w, struct lavoir_str raw, char *out, uint64_t *errors_r)
{
	union {
		const char *in;
		char *iconv;
	} from = { raw.ptr };
	size_t left = raw.len, room = 3 * raw.len;
	char *to = out;

	*errors_r = 0;
	if (w->utf7 != (iconv_t)-1)
		(void)iconv(w->utf7, NULL, NULL, NULL, NULL);
	while (left > 0) {
		if (w->utf7 != (iconv_t)-1 &&
		    iconv(w->utf7, &from.iconv, &left, &to, &room) !=
			(size_t)-1)
			break;
		if (left == 0 || room < 3)
			break;
		memcpy(to, "\xef\xbf\xbd", 3);
		to += 3;
		room -= 3;
		from.in++;
		left--;
		++*errors_r;
	}
	return (size_t)(to - out);
}
