/* json_read.c - JSON text as people write it into configuration. */
#include "base/json_read.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

struct reading {
	const char *text;
	size_t len;
	const char *name;
	size_t depth_max;
};

static int
fail_at(const struct reading *r, size_t offset, const char *message,
    struct err *e)
{
	size_t line = 1, start = 0;

	if (offset > r->len)
		offset = r->len;
	for (size_t i = 0; i < offset; i++)
		if (r->text[i] == '\n') {
			line++;
			start = i + 1;
		}
	return err_set(e, ERR_INVAL, "%s%s%zu:%zu: %s", r->name ? r->name : "",
	    r->name ? ":" : "", line,
	    utf8_count(r->text + start, offset - start) + 1, message);
}

/* Behind the string that begins at i, or at the end of its line. */
static size_t
skip_string(const struct reading *r, size_t i)
{
	for (i++; i < r->len && r->text[i] != '\n'; i++) {
		if (r->text[i] == '\\')
			i++;
		else if (r->text[i] == '"')
			return i + 1;
	}
	return i < r->len ? i : r->len;
}

/* Comments become blanks, so that every place stays where it is.  Nesting is
 * measured on the way: the parser's own limit is far beyond ours. */
static int
prepare(const struct reading *r, char *copy, struct err *e)
{
	size_t depth = 0, i = 0;

	while (i < r->len) {
		char c = r->text[i];

		if (c == '"') {
			i = skip_string(r, i);
			continue;
		}
		if (c == '/' && i + 1 < r->len && r->text[i + 1] == '/') {
			while (i < r->len && r->text[i] != '\n')
				copy[i++] = ' ';
			continue;
		}
		if ((c == '{' || c == '[') && ++depth > r->depth_max)
			return fail_at(r, i, "nested too deep", e);
		if ((c == '}' || c == ']') && depth)
			depth--;
		i++;
	}
	return 0;
}

/* The parser tells where the offending token ends; people look for its start.
 */
static size_t
token_start(const struct reading *r, const json_error_t *error)
{
	const char *near = strstr(error->text, " near '");
	size_t end = error->position < 0 ? 0 : (size_t)error->position, len;

	if (end > r->len)
		end = r->len;
	if (!near)
		return end;
	near += strlen(" near '");
	len = strlen(near);
	if (!len || near[len - 1] != '\'' || --len > end)
		return end;
	return memcmp(r->text + end - len, near, len) ? end : end - len;
}

int
json_read(json_t **root_r, const char *text, size_t len, const char *name,
    size_t depth_max, struct err *e)
{
	const struct reading r = { text, len, name, depth_max };
	struct buf copy = { 0 };
	json_error_t error;
	int rc;

	*root_r = NULL;
	buf_append(&copy, text, len);
	buf_str(&copy);
	rc = prepare(&r, (char *)copy.ptr, e);
	if (rc < 0)
		goto out;
	*root_r =
	    json_loadb((char *)copy.ptr, len, JSON_REJECT_DUPLICATES, &error);
	if (!*root_r)
		rc = fail_at(&r, token_start(&r, &error), error.text, e);
out:
	buf_fini(&copy);
	return rc;
}
