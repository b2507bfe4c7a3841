/* mail.h - what the parts of read-mail share.
 *
 * The way of a message: mime.c finds its parts, as ranges of the document's own
 * bytes; body.c chooses the parts that are its text; text.c makes clean text of
 * those; attach.c hands out the rest.  message.c does one after the other.
 * GMime decodes what stands in header fields and in the parts.  The tree is not
 * GMime's: ranges need no copy, limits hold before memory is asked for, and
 * GLib ends the process when it gets none.
 */
#ifndef LAVOIR_PLUGINS_READ_MAIL_MAIL_H
#define LAVOIR_PLUGINS_READ_MAIL_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gmime/gmime.h>

#include "common/encoding/encoding.h"
#include "lavoir/plugin.h"

enum { COUNT_MESSAGES, COUNT_PARTS, COUNT_PASSED_OVER, COUNT_DAMAGED };

enum { PREFER_AUTO, PREFER_PLAIN, PREFER_HTML, PREFER_ALL };
enum { HEADERS_NONE, HEADERS_BASIC, HEADERS_ALL };
enum { ATTACHMENTS_ALL, ATTACHMENTS_DOCUMENTS, ATTACHMENTS_NONE };
enum { FORM_AUTO, FORM_MBOXO, FORM_MBOXRD, FORM_MBOXCL, FORM_MBOXCL2 };

/* How lines that begin with "From " were escaped, in the private attribute of a
 * message that comes from a mailbox. */
#define ESCAPED_ATTRIBUTE "_mail.escaped"
enum { ESCAPED_NOT, ESCAPED_ONE, ESCAPED_ANY };

struct warm; /* of charset.c */

struct reader {
	const struct lavoir_host *host;
	struct encoding *encoding;
	struct warm *warm;
	GMimeParserOptions *options;
	int prefer, headers, attachments, form;
	bool keep_quotes, keep_signatures, inline_media;
	size_t messages_max, message_size_max, header_size_max, part_size_max;
	size_t parts_max, depth_max;
};

/* A part of a message: ranges of the document's bytes, or of memory that lives
 * as long as it. */
struct part {
	struct part *parent, *child, *next;
	struct lavoir_str header, body;
	const char *type; /* lower case, "text/plain" */
	/* NULL where nothing is said. */
	const char *charset, *boundary;
	const char *name;     /* of a file */
	const char *id;	      /* Content-ID */
	const char *start;    /* multipart/related: id of its root */
	const char *protocol; /* multipart/encrypted; or the smime-type */
	const char *fail;     /* why it cannot be read */
	const char *section;  /* "2.1", as IMAP numbers parts; "" of the root */
	size_t number;	      /* its last number */
	GMimeContentEncoding encoding;
	size_t visible;	    /* of text: what can be seen of it; body.c */
	bool attachment;    /* its disposition says so */
	bool flowed, delsp; /* RFC 3676 */
	bool chosen;	    /* it belongs to the text */
	bool passed_over;   /* it is not wanted; nothing below it is */
};

struct message {
	struct reader *r;
	struct lavoir_doc *doc;
	struct part *root;
	struct lavoir_str header;
	size_t n_parts, n_attached;
	bool cut; /* parts were left out: parts_max */
	int escaped;
	/* Attributes of the text, and of what is attached. */
	struct lavoir_attr text_attr[24], attached_attr[24];
	size_t n_text_attr, n_attached_attr;
	struct lavoir_str uu[64]; /* uuencoded files found in the text */
	size_t n_uu;
	bool encrypted; /* there was an encrypted piece in the text */
};

/* mbox.c: hand out the messages of a mailbox. */
int read_mbox(struct reader *r, struct lavoir_doc *doc);

/* message.c: hand out the text and the attachments of a message. */
int read_message(struct reader *r, struct lavoir_doc *doc);

/* mime.c: find the parts of a message.  LAVOIR_ECANCELED, LAVOIR_ENOMEM after
 * host->fail(). */
int mime_read(struct message *m, struct lavoir_str entity);
/* The part behind this one when all are gone through, parents first; NULL. */
struct part *mime_next(struct part *part);
/* The same, past all that is below this one. */
struct part *mime_after(struct part *part);
bool mime_is(const struct part *part, const char *type);
/* Is it "image/..." when asked for "image/"? */
bool mime_has_prefix(const struct part *part, const char *prefix);

/* attributes.c: what the header says, as attributes; those of an outer message
 * are forgotten.  What fails for want of memory sticks to the document. */
void attributes_read(struct message *m);
extern const struct lavoir_name mail_writes[];

/* body.c: mark the parts that are the message's text. */
int body_choose(struct message *m);
/* May a part be its text: plain or HTML, and not a file? */
bool body_plain(const struct part *part);
bool body_html(const struct part *part);

/* text.c: hand out the chosen parts; *n_r gets how many children that were,
 * empty text is none. */
int text_hand_out(struct message *m, size_t *n_r);
int text_hand_out_empty(struct message *m);

/* attach.c: hand out everything else that is a document. */
int attach_hand_out(struct message *m);

#endif
