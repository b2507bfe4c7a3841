/* uu.c - uuencoded files in the middle of a text. */
#include "uu.h"

#include "lines.h"

enum { NAME_MAX_LEN = 250, CODE_MAX = 45 };

/* Bytes that the line of this length code stands for, and the characters they
 * take; false: it is none. */
static bool
code_line(struct lavoir_str line, size_t *bytes_r)
{
	size_t n, need;

	if (line.len == 0 || line.ptr[0] < ' ' || line.ptr[0] > '`')
		return false;
	n = (size_t)(line.ptr[0] - ' ') & 63;
	need = 1 + (n + 2) / 3 * 4;
	*bytes_r = n;
	/* Blanks at the end are lost at times; some add a check character. */
	if (n > CODE_MAX || line.len > need + 1 || line.len + 4 < need)
		return false;
	for (size_t i = 1; i < line.len; i++)
		if (line.ptr[i] < ' ' || line.ptr[i] > '`')
			return false;
	return true;
}

/* "begin 644 NAME" */
static bool
begin_line(struct lavoir_str line)
{
	size_t at = 6, digits;

	if (!lines_begin(line, "begin "))
		return false;
	for (digits = 0;
	     at < line.len && line.ptr[at] >= '0' && line.ptr[at] <= '7'; at++)
		digits++;
	return digits >= 3 && digits <= 4 && at + 1 < line.len &&
	    line.ptr[at] == ' ';
}

struct lavoir_str
uu_name(struct lavoir_str line)
{
	size_t at = 6;

	while (at < line.len && line.ptr[at] != ' ')
		at++;
	while (at < line.len && line.ptr[at] == ' ')
		at++;
	if (at >= line.len)
		return (struct lavoir_str){ "", 0 };
	line.ptr += at;
	line.len -= at;
	if (line.len > NAME_MAX_LEN)
		line.len = NAME_MAX_LEN;
	return line;
}

/* The block whose first line has been read.  It ends with the word "end", or,
 * cut off, with the first line that is none of it. */
static bool
block(struct lines l, const char *from, struct lavoir_str *block_r)
{
	struct lavoir_str line;
	const char *stop = l.at;
	size_t bytes, n = 0;

	while (lines_next(&l, &line)) {
		if (n > 0 && line.len == 3 && lines_begin(line, "end")) {
			stop = l.at;
			break;
		}
		if (line.len > 0 && !code_line(line, &bytes))
			break;
		if (line.len > 0 && bytes > 0)
			n++;
		stop = l.at;
	}
	*block_r = (struct lavoir_str){ from, (size_t)(stop - from) };
	return n > 0;
}

bool
uu_find(struct lavoir_str text, size_t from, struct lavoir_str *block_r)
{
	struct lines l = lines_of(text);
	struct lavoir_str line;

	l.at += from;
	while (lines_next(&l, &line))
		if (begin_line(line) && block(l, line.ptr, block_r))
			return true;
	return false;
}
