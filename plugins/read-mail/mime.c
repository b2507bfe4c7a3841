/* mime.c - the parts of a message, as ranges of its bytes. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "header.h"
#include "lines.h"
#include "mail.h"

enum { BOUNDARY_MAX = 256, FILE_NAME_MAX = 1000, CANCEL_EVERY = 1 << 16 };

/* What goes on while the tree is built.  Parts wait in a list, in order, until
 * their own parts are looked for: no call calls itself. */
struct parse {
	struct message *m;
	const struct lavoir_host *host;
	struct lavoir_doc *doc;
	int rc; /* LAVOIR_ECANCELED, LAVOIR_ENOMEM */
};

bool
mime_is(const struct part *part, const char *type)
{
	return strcmp(part->type, type) == 0;
}

bool
mime_has_prefix(const struct part *part, const char *prefix)
{
	return strncmp(part->type, prefix, strlen(prefix)) == 0;
}

/* A copy in the document's memory; NULL for NULL and without memory, which
 * sticks. */
static const char *
keep(struct parse *p, const char *s)
{
	size_t size = s == NULL ? 0 : strlen(s) + 1;
	char *copy = size == 0 ? NULL : p->host->doc_alloc(p->doc, size);

	if (copy != NULL)
		memcpy(copy, s, size);
	return copy;
}

/* The name of a file: valid text without controls, not too long. */
static const char *
keep_name(struct parse *p, const char *s)
{
	char *valid, *end;
	const char *copy;

	if (s == NULL || *s == '\0')
		return NULL;
	valid = g_utf8_make_valid(s, -1);
	if (strlen(valid) > FILE_NAME_MAX) {
		end = g_utf8_find_prev_char(valid, valid + FILE_NAME_MAX);
		*(end != NULL ? end : valid) = '\0';
	}
	for (char *c = valid; *c != '\0'; c++)
		if ((*c > 0 && *c < ' ') || *c == 0x7f)
			*c = '_';
	copy = keep(p, valid);
	g_free(valid);
	return copy;
}

static const char *
keep_lower(struct parse *p, const char *a, const char *b)
{
	size_t size = strlen(a) + strlen(b) + 2;
	char *copy = p->host->doc_alloc(p->doc, size);

	if (copy == NULL)
		return "text/plain";
	(void)snprintf(copy, size, "%s/%s", a, b);
	for (char *c = copy; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c | 0x20);
	return copy;
}

/* A parameter that lacks the semicolon before it, or is broken otherwise. */
static const char *
find_parameter(struct parse *p, const char *value, const char *name)
{
	const char *at = value == NULL ? NULL : strcasestr(value, name);
	size_t len = strlen(name);
	char *out;

	if (at == NULL || at == value || at[len] != '=' ||
	    strchr("; \t", at[-1]) == NULL)
		return NULL;
	at += len + 1;
	len = *at == '"' ? strcspn(++at, "\"") : strcspn(at, "; \t");
	out = p->host->doc_alloc(p->doc, len + 1);
	if (out == NULL || len == 0)
		return NULL;
	memcpy(out, at, len);
	out[len] = '\0';
	return out;
}

static void
read_type(struct parse *p, struct part *part, const char *fallback)
{
	char *value = header_get(p->host, p->doc, part->header, "Content-Type");
	GMimeContentType *type;
	const char *a, *b, *s;

	part->type = fallback;
	if (value == NULL || *value == '\0')
		return;
	type = g_mime_content_type_parse(p->m->r->options, value);
	if (type == NULL)
		return;
	a = g_mime_content_type_get_media_type(type);
	b = g_mime_content_type_get_media_subtype(type);
	/* "text" alone, and what is no type at all. */
	if (a != NULL && b != NULL && strchr(value, '/') != NULL)
		part->type = keep_lower(p, a, b);
	part->charset =
	    keep(p, g_mime_content_type_get_parameter(type, "charset"));
	if (part->charset == NULL)
		part->charset = find_parameter(p, value, "charset");
	part->name =
	    keep_name(p, g_mime_content_type_get_parameter(type, "name"));
	part->start = keep(p, g_mime_content_type_get_parameter(type, "start"));
	part->protocol = keep(p,
	    g_mime_content_type_get_parameter(type,
		mime_has_prefix(part, "multipart/") ? "protocol"
						    : "smime-type"));
	s = g_mime_content_type_get_parameter(type, "format");
	part->flowed = s != NULL && strcasecmp(s, "flowed") == 0;
	s = g_mime_content_type_get_parameter(type, "delsp");
	part->delsp = s != NULL && strcasecmp(s, "yes") == 0;
	if (mime_has_prefix(part, "multipart/")) {
		s = g_mime_content_type_get_parameter(type, "boundary");
		part->boundary = s != NULL
		    ? keep(p, s)
		    : find_parameter(p, value, "boundary");
	}
	g_object_unref(type);
}

static void
read_disposition(struct parse *p, struct part *part)
{
	char *value =
	    header_get(p->host, p->doc, part->header, "Content-Disposition");
	GMimeContentDisposition *d;
	const char *name;

	if (value == NULL || *value == '\0')
		return;
	d = g_mime_content_disposition_parse(p->m->r->options, value);
	if (d == NULL)
		return;
	part->attachment = strncasecmp(value, "attachment", 10) == 0;
	name = g_mime_content_disposition_get_parameter(d, "filename");
	if (name != NULL && *name != '\0')
		part->name = keep_name(p, name);
	else if (part->name == NULL)
		part->name = keep_name(p, find_parameter(p, value, "filename"));
	g_object_unref(d);
}

static GMimeContentEncoding
read_encoding(struct parse *p, const struct part *part)
{
	char *value = header_get(p->host, p->doc, part->header,
	    "Content-Transfer-Encoding");

	if (value == NULL)
		return GMIME_CONTENT_ENCODING_DEFAULT;
	/* "7bit;", "base64 (comment)" */
	value[strcspn(value, "; \t(")] = '\0';
	return g_mime_content_encoding_from_string(value);
}

/* <id> without its brackets. */
static const char *
read_id(struct parse *p, const struct part *part)
{
	char *value = header_get(p->host, p->doc, part->header, "Content-ID");

	if (value == NULL)
		return NULL;
	value += strspn(value, "< \t");
	value[strcspn(value, "> \t")] = '\0';
	return value;
}

/* A new part, behind those that its parent already has. */
static struct part *
new_part(struct parse *p, struct part *parent, struct part *before,
    struct lavoir_str entity)
{
	struct part *part = p->host->doc_alloc(p->doc, sizeof(*part));
	const char *fallback = "text/plain";
	char section[200];

	if (part == NULL)
		return NULL;
	*part = (struct part){ .parent = parent, .section = "", .number = 1 };
	header_split(entity, &part->header, &part->body);
	if (parent != NULL) {
		*(before == NULL ? &parent->child : &before->next) = part;
		if (before != NULL)
			part->number = before->number + 1;
		(void)snprintf(section, sizeof(section), "%.150s%s%zu",
		    parent->section, *parent->section == '\0' ? "" : ".",
		    part->number);
		part->section = keep(p, section);
		if (mime_is(parent, "multipart/digest"))
			fallback = "message/rfc822";
	}
	if (part->header.len > p->m->r->header_size_max) {
		part->type = fallback;
		part->fail = "its header is too long (header_size_max)";
		return part;
	}
	read_type(p, part, fallback);
	read_disposition(p, part);
	part->encoding = read_encoding(p, part);
	part->id = read_id(p, part);
	p->m->n_parts++;
	return part->section == NULL ? NULL : part;
}

/* 1: the line ends a part, 2: it ends the last one, 0: it does neither. */
static int
is_boundary(struct lavoir_str line, const char *boundary, size_t len)
{
	size_t at = 2 + len;
	int kind = 1;

	if (line.len < at || line.ptr[0] != '-' || line.ptr[1] != '-' ||
	    memcmp(line.ptr + 2, boundary, len) != 0)
		return 0;
	if (line.len >= at + 2 && memcmp(line.ptr + at, "--", 2) == 0) {
		kind = 2;
		at += 2;
	}
	while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t'))
		at++;
	return at == line.len ? kind : 0;
}

/* Where the part that began at from ends, before the line at boundary: the line
 * end before that belongs to the boundary. */
static struct lavoir_str
part_range(const char *from, const char *boundary)
{
	const char *end = boundary;

	if (end > from && end[-1] == '\n')
		end--;
	if (end > from && end[-1] == '\r')
		end--;
	return (struct lavoir_str){ from, (size_t)(end - from) };
}

/* Find the next boundary line; NULL: there is none.  l goes behind it. */
static const char *
next_boundary(struct parse *p, struct lines *l, const char *boundary,
    int *kind_r)
{
	size_t len = strlen(boundary), n = 0;
	struct lavoir_str line;

	while (lines_next(l, &line)) {
		*kind_r = is_boundary(line, boundary, len);
		if (*kind_r != 0)
			return line.ptr;
		if (++n % CANCEL_EVERY == 0 && p->host->cancelled(p->host)) {
			p->rc = LAVOIR_ECANCELED;
			break;
		}
	}
	return NULL;
}

/* The boundary of the multipart that begins at from, if it is the outer one and
 * "--" behind it; NULL.  Then the line at end, which looks like the last
 * boundary of the outer one, is the first of the inner one. */
static const char *
longer_boundary(struct parse *p, const char *from, const char *end,
    const char *outer)
{
	size_t len = strlen(outer);
	struct lavoir_str header, body;
	const char *inner;

	header_split(part_range(from, end), &header, &body);
	inner = find_parameter(p,
	    header_get(p->host, p->doc, header, "Content-Type"), "boundary");
	return inner != NULL && strncmp(inner, outer, len) == 0 &&
		strcmp(inner + len, "--") == 0
	    ? inner
	    : NULL;
}

/* Find the line that ends the part which begins where l is; NULL: none does. */
static const char *
part_end(struct parse *p, struct lines *l, const char *boundary, int *kind_r)
{
	const char *from = l->at, *at = next_boundary(p, l, boundary, kind_r);
	const char *inner = at != NULL && *kind_r == 2
	    ? longer_boundary(p, from, at, boundary)
	    : NULL;
	struct lines behind = *l;
	int kind = 1;

	if (inner == NULL)
		return at;
	while (kind == 1)
		if (next_boundary(p, &behind, inner, &kind) == NULL)
			return at;
	*l = behind;
	return next_boundary(p, l, boundary, kind_r);
}

/* A multipart whose boundary does not show up is the text that it holds. */
static void
becomes_text(struct part *part)
{
	part->type = "text/plain";
}

/* Find the parts of a multipart. */
static void
split(struct parse *p, struct part *part)
{
	struct lines l = lines_of(part->body);
	const char *boundary = part->boundary, *from, *at;
	struct part *before = NULL;
	int kind = 0;

	if (boundary == NULL || *boundary == '\0' ||
	    strlen(boundary) > BOUNDARY_MAX ||
	    next_boundary(p, &l, boundary, &kind) == NULL) {
		becomes_text(part);
		p->host->count(p->host, COUNT_DAMAGED, 1);
		return;
	}
	while (kind == 1 && p->rc == LAVOIR_OK) {
		struct lavoir_str range;

		from = l.at;
		at = part_end(p, &l, boundary, &kind);
		if (at == NULL) {
			range =
			    (struct lavoir_str){ from, (size_t)(l.end - from) };
			kind = 2;
			/* Some leave the last boundary out, with nothing
			 * behind the one before. */
			if (lines_blank(range))
				break;
		} else {
			range = part_range(from, at);
		}
		if (p->m->n_parts >= p->m->r->parts_max) {
			p->m->cut = true;
			break;
		}
		before = new_part(p, part, before, range);
		if (before == NULL)
			p->rc = LAVOIR_ENOMEM;
	}
	/* Without parts there is nothing, what stands there are lines of its
	 * own. */
	if (part->child == NULL)
		part->body.len = 0;
}

struct part *
mime_next(struct part *part)
{
	return part->child != NULL ? part->child : mime_after(part);
}

struct part *
mime_after(struct part *part)
{
	while (part != NULL && part->next == NULL)
		part = part->parent;
	return part == NULL ? NULL : part->next;
}

static size_t
depth_of(const struct part *part)
{
	size_t depth = 0;

	for (; part->parent != NULL; part = part->parent)
		depth++;
	return depth;
}

int
mime_read(struct message *m, struct lavoir_str entity)
{
	struct parse p = { m, m->r->host, m->doc, LAVOIR_OK };
	struct part *part = new_part(&p, NULL, NULL, entity);

	m->root = part;
	if (part == NULL)
		p.rc = LAVOIR_ENOMEM;
	while (part != NULL && p.rc == LAVOIR_OK) {
		if (!mime_has_prefix(part, "multipart/") || part->fail != NULL)
			;
		else if (depth_of(part) >= m->r->depth_max)
			part->fail = "nested too deep (depth_max)";
		else
			split(&p, part);
		part = mime_next(part);
	}
	if (p.rc == LAVOIR_ENOMEM)
		return p.host->fail(p.host, LAVOIR_ENOMEM,
		    "no memory for the parts of a message");
	return p.rc;
}
