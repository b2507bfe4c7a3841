/* read-mail.c - mailboxes and messages. */
#include <stdlib.h>
#include <string.h>

#include "mail.h"
#include "warm.h"

enum {
	PREFER,
	QUOTES,
	SIGNATURES,
	ATTACHMENTS,
	INLINE_MEDIA,
	HEADERS,
	FORM,
	MESSAGES_MAX,
	MESSAGE_SIZE_MAX,
	HEADER_SIZE_MAX,
	PART_SIZE_MAX,
	PARTS_MAX,
	DEPTH_MAX
};

/* clang-format off */
static const char *const prefer[] = {
	[PREFER_AUTO] = "auto", [PREFER_PLAIN] = "plain",
	[PREFER_HTML] = "html", [PREFER_ALL] = "all", NULL
};
static const char *const attachments[] = {
	[ATTACHMENTS_ALL] = "all", [ATTACHMENTS_DOCUMENTS] = "documents",
	[ATTACHMENTS_NONE] = "none", NULL
};
static const char *const headers[] = {
	[HEADERS_NONE] = "none", [HEADERS_BASIC] = "basic",
	[HEADERS_ALL] = "all", NULL
};
static const char *const forms[] = {
	[FORM_AUTO] = "auto", [FORM_MBOXO] = "mboxo", [FORM_MBOXRD] = "mboxrd",
	[FORM_MBOXCL] = "mboxcl", [FORM_MBOXCL2] = "mboxcl2", NULL
};
static const struct lavoir_option options[] = {
	[PREFER] = { "prefer", LAVOIR_OPT_ENUM, 0, "\"auto\"", 0, 0, prefer,
	    "Which of several forms of the same text is taken: `plain`, or `html`, "
	    "where there is one that is not empty; `auto`: the plain one, unless "
	    "the HTML has at least four times as much to read (\"your program "
	    "cannot show this message\"); `all` of them." },
	[QUOTES] = { "quotes", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Keep quotations of earlier messages. If not, lines that begin with "
	    "`>` are cut out of plain text, with the line that announces them, "
	    "and all behind `-----Original Message-----`." },
	[SIGNATURES] = { "signatures", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Keep signatures. If not, plain text ends before a line `-- `." },
	[ATTACHMENTS] = { "attachments", LAVOIR_OPT_ENUM, 0, "\"all\"", 0, 0,
	    attachments, "What is attached becomes a document of its own: `all` "
	    "of it; `documents`: all but images, sound and video; `none`. "
	    "Signatures of messages and reports to machines never do." },
	[INLINE_MEDIA] = { "inline_media", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "With `attachments: \"all\"`: images, sound and video that are shown "
	    "within the text are documents, too, not only attached ones." },
	[HEADERS] = { "headers", LAVOIR_OPT_ENUM, 0, "\"basic\"", 0, 0, headers,
	    "What becomes attributes: `basic`: subject, date, the senders' names, "
	    "language, message and list ids; `all`: also who wrote to whom, with "
	    "addresses, which are personal data; `none`." },
	[FORM] = { "mbox", LAVOIR_OPT_ENUM, 0, "\"auto\"", 0, 0, forms,
	    "The form of mailboxes. `mboxo` escapes lines that begin with `From ` "
	    "by `>`, `mboxrd` also those that are escaped already, `mboxcl` has "
	    "lengths besides, `mboxcl2` only lengths. `auto` takes a length where "
	    "it is true, else what looks like the first line of a message behind "
	    "a blank line, and undoes escapes as for `mboxrd`." },
	[MESSAGES_MAX] = { "messages_max", LAVOIR_OPT_INT, 0, "0", 0, 1e12, NULL,
	    "A mailbox fails behind so many messages; those stand. 0: no limit." },
	[MESSAGE_SIZE_MAX] = { "message_size_max", LAVOIR_OPT_SIZE, 0, "\"256M\"",
	    1024, 1099511627776.0, NULL, "A longer message fails, alone." },
	[HEADER_SIZE_MAX] = { "header_size_max", LAVOIR_OPT_SIZE, 0, "\"1M\"",
	    256, 67108864.0, NULL,
	    "A message, or a part of one, fails if its header is longer." },
	[PART_SIZE_MAX] = { "part_size_max", LAVOIR_OPT_SIZE, 0, "\"128M\"",
	    1024, 1099511627776.0, NULL,
	    "A part that is longer, as it was sent, fails, alone." },
	[PARTS_MAX] = { "parts_max", LAVOIR_OPT_INT, 0, "1000", 1, 1000000, NULL,
	    "So many parts of a message are read; that there are more is a "
	    "failure beside them." },
	[DEPTH_MAX] = { "depth_max", LAVOIR_OPT_INT, 0, "32", 1, 100, NULL,
	    "Parts that are nested deeper fail. Messages within messages are "
	    "documents within documents, and have the engine's limit." },
	{ 0 }
};
static const struct lavoir_name accepts[] = {
	{ "message/rfc822", "one message: its text, and what is attached" },
	{ "application/mbox", "a mailbox: every message" },
	{ 0 }
};
static const struct lavoir_name counters[] = {
	[COUNT_MESSAGES] = { "messages", "messages read" },
	[COUNT_PARTS] = { "parts", "parts of messages" },
	[COUNT_PASSED_OVER] = { "passed_over",
	    "parts that are no documents: other forms of the text, inline media" },
	[COUNT_DAMAGED] = { "damaged",
	    "parts that cannot be read, or whose boundary is missing" },
	{ 0 }
};
/* clang-format on */

static void
read_mail_close(void *self)
{
	struct reader *r = self;

	if (r->options != NULL)
		g_mime_parser_options_free(r->options);
	warm_free(r->warm);
	encoding_free(r->encoding);
	free(r);
}

static void
configure(struct reader *r, const struct lavoir_value *opt)
{
	r->prefer = (int)opt[PREFER].i;
	r->keep_quotes = opt[QUOTES].i != 0;
	r->keep_signatures = opt[SIGNATURES].i != 0;
	r->attachments = (int)opt[ATTACHMENTS].i;
	r->inline_media = opt[INLINE_MEDIA].i != 0;
	r->headers = (int)opt[HEADERS].i;
	r->form = (int)opt[FORM].i;
	r->messages_max = (size_t)opt[MESSAGES_MAX].i;
	r->message_size_max = (size_t)opt[MESSAGE_SIZE_MAX].i;
	r->header_size_max = (size_t)opt[HEADER_SIZE_MAX].i;
	r->part_size_max = (size_t)opt[PART_SIZE_MAX].i;
	r->parts_max = (size_t)opt[PARTS_MAX].i;
	r->depth_max = (size_t)opt[DEPTH_MAX].i;
}

static int
read_mail_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	/* Of header fields that do not say it. */
	static const char *fallback[] = { "utf-8", "windows-1252", "iso-8859-1",
		NULL };
	struct reader *r = calloc(1, sizeof(*r));
	int rc;

	(void)plugin;
	if (r == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	r->host = host;
	configure(r, opt);
	g_mime_init();
	r->encoding = encoding_new(host, &rc);
	if (r->encoding == NULL) {
		read_mail_close(r);
		return rc;
	}
	r->warm = warm_new();
	r->options = g_mime_parser_options_new();
	if (r->warm == NULL || r->options == NULL) {
		read_mail_close(r);
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	}
	g_mime_parser_options_set_fallback_charsets(r->options, fallback);
	*self = r;
	return LAVOIR_OK;
}

static int
read_mail_process(void *self, struct lavoir_doc *doc)
{
	struct reader *r = self;
	struct lavoir_value type;
	size_t len;

	if (r->host->doc_get(doc, "lavoir.media_type", &type) != LAVOIR_OK ||
	    type.type != LAVOIR_STR)
		return LAVOIR_PASS;
	len = strcspn(type.s.ptr, "; ");
	return len == 16 && memcmp(type.s.ptr, "application/mbox", len) == 0
	    ? read_mbox(r, doc)
	    : read_message(r, doc);
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "read-mail",
	.version = "1.0",
	.summary = "reads mailboxes and messages, with what is attached",
	.options = options,
	.accepts = accepts,
	.writes = mail_writes,
	.counters = counters,
	.open = read_mail_open,
	.close = read_mail_close,
	.process = read_mail_process,
};
