/* header.c - the header of a message or a part, as it stands there. */
#include "header.h"

#include <strings.h>

#include "lines.h"

enum { VALUE_MAX = 64 << 10 };

size_t
header_field(struct lavoir_str line, size_t *value_r)
{
	size_t len = 0, colon;

	while (len < line.len && line.ptr[len] > ' ' && line.ptr[len] != ':' &&
	    line.ptr[len] != 0x7f)
		len++;
	for (colon = len; colon < line.len && line.ptr[colon] == ' ';)
		colon++;
	if (len == 0 || colon == line.len || line.ptr[colon] != ':')
		return 0;
	*value_r = colon + 1;
	return len;
}

static bool
continues(struct lavoir_str line)
{
	return line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
}

/* Does a header go on behind a line that is none of its own? */
static bool
goes_on(struct lines l)
{
	struct lavoir_str line;
	size_t value;

	return lines_next(&l, &line) && header_field(line, &value) > 0;
}

void
header_split(struct lavoir_str entity, struct lavoir_str *header_r,
    struct lavoir_str *body_r)
{
	struct lines l = lines_of(entity);
	struct lavoir_str line;
	const char *body = l.end, *header_end = l.end;
	size_t value;
	bool any = false;

	while (lines_next(&l, &line)) {
		if (line.len == 0) {
			header_end = line.ptr;
			body = l.at;
			break;
		}
		if (header_field(line, &value) > 0) {
			any = true;
			continue;
		}
		if (any ? continues(line) || goes_on(l)
			: lines_begin(line, "From ") ||
			    lines_begin(line, ">From "))
			continue;
		header_end = body = line.ptr;
		break;
	}
	*header_r = (struct lavoir_str){ entity.ptr,
		(size_t)(header_end - entity.ptr) };
	*body_r = (struct lavoir_str){ body, (size_t)(l.end - body) };
}

bool
header_find(struct lavoir_str header, const char *name,
    struct lavoir_str *value_r)
{
	struct lines l = lines_of(header);
	struct lavoir_str line;
	size_t len = strlen(name), value = 0;

	while (lines_next(&l, &line)) {
		if (header_field(line, &value) != len ||
		    strncasecmp(line.ptr, name, len) != 0)
			continue;
		value_r->ptr = line.ptr + value;
		value_r->len = line.len - value;
		while (lines_next(&l, &line) && continues(line))
			value_r->len =
			    (size_t)(line.ptr + line.len - value_r->ptr);
		return true;
	}
	return false;
}

char *
header_get(const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str header, const char *name)
{
	struct lavoir_str v;
	size_t n = 0;
	char *out;

	if (!header_find(header, name, &v))
		return NULL;
	if (v.len > VALUE_MAX)
		v.len = VALUE_MAX;
	out = host->doc_alloc(doc, v.len + 1);
	if (out == NULL)
		return NULL;
	for (size_t i = 0; i < v.len; i++) {
		char c = v.ptr[i];

		if (c == '\r' || c == '\n')
			continue;
		out[n++] = (char)(c == '\0' || c == '\t' ? ' ' : c);
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out + strspn(out, " ");
}
