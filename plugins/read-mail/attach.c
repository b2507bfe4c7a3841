/* attach.c - hand out what is attached to a message. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lines.h"
#include "mail.h"
#include "transfer.h"
#include "uu.h"

/* Signatures and reports of machines to machines. */
static const char *const furniture[] = { "application/pgp-signature",
	"application/pkcs7-signature", "application/x-pkcs7-signature",
	"application/pgp-keys", "message/delivery-status",
	"message/global-delivery-status", "message/disposition-notification",
	"message/global-disposition-notification", "message/feedback-report",
	"text/rfc822-headers", "message/global-headers" };

static bool
is_media(const struct part *part)
{
	return mime_has_prefix(part, "image/") ||
	    mime_has_prefix(part, "audio/") || mime_has_prefix(part, "video/");
}

static bool
is_message(const struct part *part)
{
	return mime_is(part, "message/rfc822") ||
	    mime_is(part, "message/global") || mime_is(part, "message/news");
}

static bool
wanted(const struct reader *r, const struct part *part)
{
	if (part->passed_over)
		return false;
	for (size_t i = 0; i < sizeof(furniture) / sizeof(furniture[0]); i++)
		if (mime_is(part, furniture[i]))
			return false;
	/* What fails must be seen, and all that a message is, too. */
	if (part->fail != NULL || part->parent == NULL)
		return true;
	if (r->attachments == ATTACHMENTS_NONE)
		return false;
	if (!is_media(part))
		return true;
	return r->attachments == ATTACHMENTS_ALL &&
	    (part->attachment || r->inline_media);
}

/* Why nobody can read a part, or NULL. */
static const char *
unreadable(const struct part *part)
{
	if (part->fail != NULL)
		return part->fail;
	if (mime_is(part, "message/partial"))
		return "one piece of a message that was sent in several";
	if (mime_is(part, "message/external-body"))
		return "what is attached lies elsewhere";
	if ((mime_is(part, "application/pkcs7-mime") ||
		mime_is(part, "application/x-pkcs7-mime")) &&
	    (part->protocol == NULL ||
		strncasecmp(part->protocol, "signed", 6) != 0))
		return "encrypted";
	return NULL;
}

/* A child without its contents. */
static void
describe(struct message *m, const struct part *part, struct lavoir_child *child,
    struct lavoir_attr *attr)
{
	size_t n = 0;

	m->n_attached++;
	*child = (struct lavoir_child){ .size = sizeof(*child) };
	child->name = part->name != NULL && *part->name != '\0' ? part->name
	    : *part->section != '\0'				? part->section
								: NULL;
	if (is_message(part)) {
		/* It has attributes of its own. */
		attr[n].name = "mail.part";
		attr[n].value = (struct lavoir_value){ .type = LAVOIR_STR };
		attr[n++].value.s = (struct lavoir_str){ "message", 7 };
		child->media_type = "message/rfc822";
	} else {
		memcpy(attr, m->attached_attr,
		    m->n_attached_attr * sizeof(*attr));
		n = m->n_attached_attr;
	}
	if (mime_has_prefix(part, "text/") && part->charset != NULL) {
		const char *name = encoding_name(
		    encoding_find((struct lavoir_str){ part->charset,
			strlen(part->charset) }));

		if (name != NULL) {
			attr[n].name = "charset";
			attr[n].value =
			    (struct lavoir_value){ .type = LAVOIR_STR };
			attr[n++].value.s =
			    (struct lavoir_str){ name, strlen(name) };
		}
	}
	if (m->escaped != ESCAPED_NOT) {
		bool still = is_message(part) && transfer_plain(part->encoding);

		attr[n].name = ESCAPED_ATTRIBUTE;
		attr[n].value = (struct lavoir_value){ .type = LAVOIR_INT };
		attr[n++].value.i = still ? m->escaped : ESCAPED_NOT;
	}
	child->attrs = (struct lavoir_map){ attr, n };
}

static int
hand_out_failed(struct message *m, struct lavoir_child *child, const char *why)
{
	child->fail = why;
	child->media_type = NULL;
	m->r->host->count(m->r->host, COUNT_DAMAGED, 1);
	return m->r->host->doc_child(m->doc, child);
}

/* Decode raw into a streamed child. */
static int
stream(struct message *m, struct lavoir_child *child,
    GMimeContentEncoding encoding, struct lavoir_str raw)
{
	const struct lavoir_host *host = m->r->host;
	struct transfer *t = host->doc_alloc(m->doc, sizeof(*t));
	struct lavoir_str piece;
	int rc;

	if (t == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "no memory for a part");
	child->flags = LAVOIR_CHILD_STREAM;
	rc = host->doc_child(m->doc, child);
	transfer_start(t, encoding, raw);
	do {
		if (host->cancelled(host))
			return LAVOIR_ECANCELED;
		piece = transfer_next(t);
		if (rc == LAVOIR_OK)
			rc = host->doc_child_write(m->doc, piece);
	} while (rc == LAVOIR_OK && piece.len > 0);
	return rc;
}

static int
hand_out(struct message *m, const struct part *part)
{
	struct lavoir_attr
	    attr[sizeof(m->attached_attr) / sizeof(m->attached_attr[0]) + 2];
	struct lavoir_child child;
	struct lavoir_str raw;
	const char *why = unreadable(part);
	char text[80];
	int rc;

	describe(m, part, &child, attr);
	if (why != NULL)
		return hand_out_failed(m, &child, why);
	if (part->body.len > m->r->part_size_max) {
		(void)snprintf(text, sizeof(text),
		    "longer than %zu bytes (part_size_max)",
		    m->r->part_size_max);
		return hand_out_failed(m, &child, text);
	}
	if (is_message(part) && transfer_plain(part->encoding))
		raw = part->body;
	else if ((rc = transfer_raw(m, part, &raw)) != LAVOIR_OK)
		return rc;
	if (!transfer_plain(part->encoding))
		return stream(m, &child, part->encoding, raw);
	child.raw = raw;
	return m->r->host->doc_child(m->doc, &child);
}

/* A part that holds nothing is nothing. */
static bool
is_empty(const struct part *part)
{
	return part->fail == NULL && lines_blank(part->body);
}

/* Files that were found in the text. */
static int
hand_out_uuencoded(struct message *m)
{
	int rc = LAVOIR_OK;

	for (size_t i = 0; i < m->n_uu && rc == LAVOIR_OK; i++) {
		struct lines l = lines_of(m->uu[i]);
		struct lavoir_str first = { "", 0 };
		struct part part = { .type = "", .section = "" };
		struct lavoir_attr attr[sizeof(m->attached_attr) /
			sizeof(m->attached_attr[0]) +
		    2];
		struct lavoir_child child;
		char name[256];

		(void)lines_next(&l, &first);
		first = uu_name(first);
		(void)snprintf(name, sizeof(name), "%.*s", (int)first.len,
		    first.ptr);
		part.name = g_utf8_validate(name, -1, NULL) ? name : NULL;
		describe(m, &part, &child, attr);
		rc = stream(m, &child, GMIME_CONTENT_ENCODING_UUENCODE,
		    m->uu[i]);
	}
	return rc;
}

/* Something that has no part of its own failed. */
static int
hand_out_failure(struct message *m, const char *why)
{
	struct part part = { .type = "", .section = "" };
	struct lavoir_attr
	    attr[sizeof(m->attached_attr) / sizeof(m->attached_attr[0]) + 2];
	struct lavoir_child child;

	describe(m, &part, &child, attr);
	return hand_out_failed(m, &child, why);
}

int
attach_hand_out(struct message *m)
{
	const struct lavoir_host *host = m->r->host;
	struct part *part = m->root;
	int rc = LAVOIR_OK;

	while (part != NULL && rc == LAVOIR_OK) {
		bool whole = part->fail != NULL || part->child == NULL;

		if (host->cancelled(host))
			return LAVOIR_ECANCELED;
		if (whole && !part->chosen && !is_empty(part)) {
			if (wanted(m->r, part))
				rc = hand_out(m, part);
			else if (!part->passed_over)
				host->count(host, COUNT_PASSED_OVER, 1);
		}
		part = part->fail != NULL ? mime_after(part) : mime_next(part);
	}
	if (rc == LAVOIR_OK && m->r->attachments != ATTACHMENTS_NONE)
		rc = hand_out_uuencoded(m);
	if (rc == LAVOIR_OK && m->encrypted)
		rc = hand_out_failure(m, "encrypted");
	if (rc == LAVOIR_OK && m->cut)
		rc = hand_out_failure(m, "it has more parts (parts_max)");
	return rc;
}
