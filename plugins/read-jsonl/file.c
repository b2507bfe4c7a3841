/* file.c - a JSON file: one record, several, an array of them. */
#include <string.h>

#include "common/json_in.h"
#include "reader.h"
#include "values.h"

static bool
blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t
skip_blanks(struct lavoir_str s, size_t i)
{
	while (i < s.len && blank(s.ptr[i]))
		i++;
	return i;
}

/* Where the array that the option names stands in the file. */
static bool
find_records(const struct reader *r, struct lavoir_str raw, size_t begin,
    size_t *at_r, size_t *end_r)
{
	struct lavoir_str file = { raw.ptr + begin, raw.len - begin };
	struct json_value v;

	if (r->records.len == 0 || !record_find(file, r->records, &v) ||
	    v.type != JSON_ARRAY)
		return false;
	*at_r = (size_t)(v.text.ptr - raw.ptr);
	*end_r = *at_r + v.text.len;
	return true;
}

/* What follows the first value, which begins at begin: another one? */
static bool
more_values(struct lavoir_str raw, size_t begin, bool *lines_r)
{
	struct lavoir_str file = { raw.ptr + begin, raw.len - begin };
	struct json_in j;
	struct json_value first;
	size_t end, next;

	json_in_init(&j, file);
	if (!json_in_value(&j, &first))
		return false;
	end = begin + json_in_offset(&j);
	next = skip_blanks(raw, end);
	*lines_r = memchr(first.text.ptr, '\n', first.text.len) == NULL &&
	    memchr(raw.ptr + end, '\n', next - end) != NULL;
	return next < raw.len && raw.ptr[next] == '{';
}

int
read_file(struct reader *r, struct lavoir_doc *doc)
{
	const struct lavoir_host *host = r->host;
	struct lavoir_str raw = host->doc_raw(doc);
	struct lavoir_value number;
	size_t begin = 0, at, end;
	bool lines;

	if (host->doc_get(doc, LINE_ATTRIBUTE, &number) == LAVOIR_OK ||
	    host->doc_get(doc, RECORD_ATTRIBUTE, &number) == LAVOIR_OK)
		return read_record(r, doc);
	if (raw.len >= 3 && memcmp(raw.ptr, "\xef\xbb\xbf", 3) == 0)
		begin = 3;
	begin = skip_blanks(raw, begin);
	if (begin < raw.len && raw.ptr[begin] == '[')
		return read_values(r, doc, begin, raw.len, true);
	if (begin == raw.len || raw.ptr[begin] != '{')
		return read_record(r, doc);
	if (find_records(r, raw, begin, &at, &end))
		return read_values(r, doc, at, end, true);
	if (!more_values(raw, begin, &lines))
		return read_record(r, doc);
	return lines ? read_lines(r, doc)
		     : read_values(r, doc, begin, raw.len, false);
}
