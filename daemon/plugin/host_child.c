/* host_child.c - children that a reader hands out, checked before the role
 * takes them over. */
#include <string.h>

#include "base/utf8.h"
#include "model/value.h"
#include "plugin/host_inside.h"

enum {
	NAME_MAX_BYTES = 65536,
	TYPE_MAX = 256,
	FAIL_MAX = DOC_DETAIL_MAX,
	SCRATCH_KEEP = 65536
};

static bool
text_or_null(const char *s, size_t max)
{
	size_t len = s ? strnlen(s, max + 1) : 0;

	return len <= max && (!s || utf8_valid(s, len));
}

static bool
str_is_text(struct lavoir_str s)
{
	return s.len == 0 || (s.ptr && utf8_valid(s.ptr, s.len));
}

/* A checked copy of what the child is born with. */
static int
copy_attrs(struct host_doc *h, struct lavoir_child *c)
{
	struct arena *a = h->running->chain->scratch;
	struct lavoir_attr *attr;
	int rc;

	if (c->attrs.n > DOC_ATTRS_MAX || (c->attrs.n && !c->attrs.item))
		return host_misuse(h, "doc_child(): too many attributes");
	attr = arena_alloc(a, c->attrs.n + 1, sizeof(*attr));
	for (size_t k = 0; attr && k < c->attrs.n; k++) {
		attr[k].name = c->attrs.item[k].name;
		if (!attr[k].name || !value_name_valid(attr[k].name) ||
		    strncmp(attr[k].name, "lavoir.", 7) == 0)
			return host_misuse(h,
			    "doc_child(): attribute %zu has a bad name", k);
		rc = value_copy(a, &c->attrs.item[k].value, &attr[k].value);
		if (rc == ERR_INVAL)
			return doc_error(h->doc, ERR_INVAL,
			    "doc_child(): an attribute's value is not valid");
		if (rc < 0)
			attr = NULL;
	}
	if (!attr)
		return doc_error(h->doc, ERR_NOMEM,
		    "doc_child(): attributes need too much memory");
	c->attrs.item = attr;
	return 0;
}

static int
check_media(struct host_doc *h, const struct lavoir_child *c)
{
	const struct lavoir_media *m;

	if (c->n_media > DOC_MEDIA_MAX || (c->n_media && !c->media))
		return host_misuse(h, "doc_child(): too many media");
	for (size_t k = 0; k < c->n_media; k++) {
		m = &c->media[k];
		if (!m->uri || !text_or_null(m->uri, SIZE_MAX - 1) ||
		    !text_or_null(m->type, TYPE_MAX) || !str_is_text(m->alt) ||
		    !str_is_text(m->caption))
			return doc_error(h->doc, ERR_INVAL,
			    "doc_child(): a medium is not valid");
	}
	return 0;
}

/* One source of bytes, and bytes that are there. */
static int
check_content(struct host_doc *h, struct lavoir_child *c)
{
	if (c->flags & ~(uint32_t)LAVOIR_CHILD_STREAM)
		return host_misuse(h, "doc_child(): unknown flags %#x",
		    c->flags);
	if ((c->flags & LAVOIR_CHILD_STREAM) &&
	    (c->raw.ptr || c->text.ptr || c->fail))
		return host_misuse(h,
		    "doc_child(): a streamed child has no other content");
	if ((c->raw.len && !c->raw.ptr) || (c->text.len && !c->text.ptr))
		return host_misuse(h, "doc_child(): a length without bytes");
	if (c->raw.ptr || (c->flags & LAVOIR_CHILD_STREAM))
		return 0;
	if (!str_is_text(c->text))
		return doc_error(h->doc, ERR_INVAL,
		    "doc_child(): the text is not UTF-8");
	/* Its own misfortune, not its parent's. */
	if (c->text.len > h->doc->text_max) {
		c->fail = "the text is longer than a document may be";
		c->text = (struct lavoir_str){ .ptr = "" };
	}
	return 0;
}

static int
check_child(struct host_doc *h, struct lavoir_child *c)
{
	int rc;

	if (!text_or_null(c->name, NAME_MAX_BYTES) ||
	    !text_or_null(c->media_type, TYPE_MAX) ||
	    !text_or_null(c->fail, FAIL_MAX))
		return doc_error(h->doc, ERR_INVAL,
		    "doc_child(): name, media_type or fail is not UTF-8 or too "
		    "long");
	rc = check_content(h, c);
	if (rc == 0)
		rc = check_media(h, c);
	if (rc == 0)
		rc = copy_attrs(h, c);
	return rc;
}

/* The role's errors are the document's. */
static int
stick(struct host_doc *h, int rc, const char *call)
{
	if (rc < 0 && h->doc->error == 0)
		doc_error(h->doc, rc, call);
	return rc < 0 ? host_status(rc) : LAVOIR_OK;
}

int
host_child(struct lavoir_doc *doc, const struct lavoir_child *child)
{
	const struct host_role *role;
	struct lavoir_child c = { 0 };
	struct host_doc *h;
	int rc = host_doc_begin(doc, LAVOIR_WORKER, "doc_child", &h);

	if (rc < 0)
		return rc;
	role = &h->running->chain->role;
	if (!child || child->size < sizeof(c))
		return host_status(
		    host_misuse(h, "doc_child() without its size"));
	if (h->streaming)
		return host_status(host_misuse(h,
		    "doc_child() before the streamed child has ended"));
	if (!role->child)
		return host_status(host_misuse(h,
		    "doc_child(): no children can be taken here"));
	/* A copy: checked once, and of the size that we know. */
	memcpy(&c, child, sizeof(c));
	c.size = sizeof(c);
	arena_reset(h->running->chain->scratch, SCRATCH_KEEP);
	rc = check_child(h, &c);
	if (rc < 0)
		return host_status(rc);
	rc = role->child(role->arg, h->doc, &c);
	if (rc == 0) {
		h->children++;
		h->streaming = c.flags & LAVOIR_CHILD_STREAM;
	}
	return stick(h, rc, "a child could not be handed out");
}

int
host_child_write(struct lavoir_doc *doc, struct lavoir_str piece)
{
	const struct host_role *role;
	struct host_doc *h;
	int rc = host_doc_begin(doc, LAVOIR_WORKER, "doc_child_write", &h);

	if (rc < 0)
		return rc;
	role = &h->running->chain->role;
	if (!h->streaming || !role->child_write)
		return host_status(host_misuse(h,
		    "doc_child_write() without a streamed child"));
	if (piece.len && !piece.ptr)
		return host_status(host_misuse(h,
		    "doc_child_write(): a length without bytes"));
	if (piece.len == 0)
		h->streaming = false;
	rc = role->child_write(role->arg, h->doc, piece);
	return stick(h, rc, "a streamed child could not be handed out");
}

int
host_child_fail(struct lavoir_doc *doc, const char *why)
{
	const struct host_role *role;
	struct host_doc *h;
	int rc = host_doc_begin(doc, LAVOIR_WORKER, "doc_child_fail", &h);

	if (rc < 0)
		return rc;
	role = &h->running->chain->role;
	if (!h->streaming || !role->child_fail)
		return host_status(host_misuse(h,
		    "doc_child_fail() without a streamed child"));
	if (!why || !text_or_null(why, FAIL_MAX))
		return host_status(doc_error(h->doc, ERR_INVAL,
		    "doc_child_fail(): the message is not UTF-8 or too long"));
	h->streaming = false;
	rc = role->child_fail(role->arg, h->doc, why);
	return stick(h, rc, "a streamed child could not be handed out");
}

int
host_resume(struct lavoir_doc *doc, uint64_t *position, uint64_t *children)
{
	const struct host_role *role;
	struct host_doc *h;
	int rc = host_doc_begin(doc, LAVOIR_WORKER, "doc_resume", &h);

	if (position)
		*position = 0;
	if (children)
		*children = 0;
	if (rc < 0)
		return rc;
	role = &h->running->chain->role;
	if (!position || !children)
		return host_status(host_misuse(h, "doc_resume() into nothing"));
	if (!role->resume)
		return LAVOIR_OK;
	rc = role->resume(role->arg, h->doc, position, children);
	/* Those that ended before are its children, too: behind the last of
	 * them nothing more may come. */
	if (rc == 0)
		h->children += *children;
	return stick(h, rc, "the position to go on from is not known");
}
