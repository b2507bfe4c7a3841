/* body.c - which parts of a message are its text. */
#include <string.h>
#include <strings.h>

#include "lines.h"
#include "mail.h"
#include "transfer.h"

enum {
	MEASURE_MAX = 256 << 10, /* bytes looked at to measure a text */
	STUB_BELOW = 4,	 /* a plain text is a stub if HTML has so many times */
	HTML_FROM = 500, /* as much, and at least so much, to see */
};

bool
body_html(const struct part *part)
{
	return mime_is(part, "text/html") || mime_is(part, "text/enriched") ||
	    mime_is(part, "text/richtext") ||
	    mime_is(part, "application/xhtml+xml");
}

bool
body_plain(const struct part *part)
{
	return mime_is(part, "text/plain");
}

/* A text with a file's name is a file, unless the message begins with it. */
static bool
is_text(const struct part *part)
{
	if (part->attachment || part->fail != NULL ||
	    !(body_plain(part) || body_html(part)))
		return false;
	return part->name == NULL || part->parent == NULL ||
	    part->parent->child == part;
}

/* Behind which the text of a page does not show. */
static bool
hides(const char *p, const char *end)
{
	static const char *const names[] = { "style", "script", "head",
		"title" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = strlen(names[i]);

		if ((size_t)(end - p) > len &&
		    strncasecmp(p, names[i], len) == 0 &&
		    strchr("> \t\r\n", p[len]) != NULL)
			return true;
	}
	return false;
}

/* How many bytes of HTML show, roughly. */
static size_t
visible_html(struct lavoir_str s)
{
	const char *p = s.ptr, *end = s.ptr + s.len;
	bool tag = false, hidden = false;
	size_t n = 0;

	for (; p < end; p++) {
		if (*p == '<') {
			tag = true;
			if (hides(p + 1, end))
				hidden = true;
			else if (p + 1 < end && p[1] == '/' &&
			    hides(p + 2, end))
				hidden = false;
		} else if (*p == '>') {
			tag = false;
		} else if (!tag && !hidden && (unsigned char)*p > ' ') {
			n++;
		}
	}
	return n;
}

static size_t
visible_plain(struct lavoir_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += (unsigned char)s.ptr[i] > ' ';
	return n;
}

static int
measure(struct message *m, struct part *part)
{
	struct part head = *part;
	struct lavoir_str s;
	int rc;

	if (head.body.len > MEASURE_MAX)
		head.body.len = MEASURE_MAX;
	rc = transfer_all(m, &head, &s);
	if (rc == LAVOIR_OK)
		part->visible =
		    body_html(part) ? visible_html(s) : visible_plain(s);
	return rc;
}

/* The part behind part and all below it, inside of top; NULL. */
static struct part *
inside(struct part *part, const struct part *top)
{
	if (part->child != NULL)
		return part->child;
	while (part != top && part->next == NULL)
		part = part->parent;
	return part == top ? NULL : part->next;
}

/* One of the alternatives: what it has to show, and as what. */
struct choice {
	struct part *part;
	size_t visible;
	bool plain, html;
};

static int
look_at(struct message *m, struct part *top, struct choice *c)
{
	int rc = LAVOIR_OK;

	*c = (struct choice){ .part = top };
	for (struct part *p = top; p != NULL && rc == LAVOIR_OK;
	     p = inside(p, top)) {
		if (!is_text(p))
			continue;
		rc = measure(m, p);
		c->visible += p->visible;
		c->plain = c->plain || body_plain(p);
		c->html = c->html || body_html(p);
	}
	return rc;
}

/* The texts below part are another form of what was chosen; what is attached to
 * them is not. */
static void
pass_over_texts(struct message *m, struct part *top)
{
	for (struct part *p = top; p != NULL; p = inside(p, top))
		if (p->child == NULL && !p->attachment && p->name == NULL &&
		    mime_has_prefix(p, "text/")) {
			p->passed_over = true;
			m->r->host->count(m->r->host, COUNT_PASSED_OVER, 1);
		}
}

static int choose(struct message *m, struct part *part);

static const struct choice *
better(const struct reader *r, const struct choice *plain,
    const struct choice *html)
{
	if (plain->part == NULL || html->part == NULL)
		return plain->part == NULL ? html : plain;
	if (plain->visible == 0 || html->visible == 0)
		return plain->visible == 0 ? html : plain;
	if (r->prefer != PREFER_AUTO)
		return r->prefer == PREFER_HTML ? html : plain;
	return html->visible >= HTML_FROM &&
		html->visible / STUB_BELOW >= plain->visible
	    ? html
	    : plain;
}

static int
choose_alternative(struct message *m, struct part *part)
{
	struct choice plain = { 0 }, html = { 0 }, c;
	const struct choice *best;
	int rc = LAVOIR_OK;

	for (struct part *p = part->child; p != NULL; p = p->next) {
		struct choice *of;

		rc = look_at(m, p, &c);
		if (rc != LAVOIR_OK)
			return rc;
		of = c.html ? &html : &plain;
		/* The last is the best, says RFC 2046. */
		if ((c.plain || c.html) &&
		    (of->part == NULL || c.visible >= of->visible))
			*of = c;
	}
	best = better(m->r, &plain, &html);
	for (struct part *p = part->child; p != NULL && rc == LAVOIR_OK;
	     p = p->next)
		if (p == best->part || m->r->prefer == PREFER_ALL)
			rc = choose(m, p);
		else if (best->part != NULL)
			pass_over_texts(m, p);
	return rc;
}

/* The root, and what it shows: images, style sheets.  Some put attached files
 * there, too. */
static int
choose_related(struct message *m, struct part *part)
{
	struct part *root = part->child;

	if (part->start != NULL)
		for (struct part *p = part->child; p != NULL; p = p->next)
			if (p->id != NULL &&
			    strstr(part->start, p->id) != NULL) {
				root = p;
				break;
			}
	for (struct part *p = part->child; p != NULL; p = p->next)
		if (p != root && !p->attachment &&
		    (mime_is(p, "text/css") || mime_is(p, "text/javascript"))) {
			p->passed_over = true;
			m->r->host->count(m->r->host, COUNT_PASSED_OVER, 1);
		}
	return root == NULL ? LAVOIR_OK : choose(m, root);
}

static int
choose(struct message *m, struct part *part)
{
	int rc = LAVOIR_OK;

	if (mime_is(part, "multipart/encrypted")) {
		part->fail = "encrypted";
		return LAVOIR_OK;
	}
	if (part->child == NULL) {
		part->chosen = is_text(part);
		return LAVOIR_OK;
	}
	if (mime_is(part, "multipart/alternative"))
		return choose_alternative(m, part);
	if (mime_is(part, "multipart/related"))
		return choose_related(m, part);
	if (mime_is(part, "multipart/signed")) {
		if (part->child->next != NULL)
			part->child->next->passed_over = true;
		return choose(m, part->child);
	}
	for (struct part *p = part->child; p != NULL && rc == LAVOIR_OK;
	     p = p->next)
		rc = choose(m, p);
	return rc;
}

int
body_choose(struct message *m)
{
	return choose(m, m->root);
}
