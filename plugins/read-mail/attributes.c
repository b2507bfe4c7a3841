/* attributes.c - what a message's header says, as attributes. */
#include <stdio.h>
#include <string.h>

#include "header.h"
#include "mail.h"

enum { ADDRESSES_MAX = 200, ID_MAX = 998 };

/* clang-format off */
const struct lavoir_name mail_writes[] = {
	ENCODING_WRITES,
	{ "title", "Subject" },
	{ "authors", "the names in From" },
	{ "created", "Date" },
	{ "language", "Content-Language, if it is one" },
	{ "mail.part", "text, attachment or message" },
	{ "mail.message_id", "Message-ID" },
	{ "mail.in_reply_to", "the message that it answers" },
	{ "mail.list_id", "the mailing list it came by" },
	{ "mail.from", "From, with addresses: headers \"all\"" },
	{ "mail.to", "To, the same" },
	{ "mail.cc", "Cc, the same" },
	{ "mail.subject", "of what is attached: the message's Subject" },
	{ "mail.date", "of what is attached: the message's Date" },
	{ ESCAPED_ATTRIBUTE, "how its mailbox escapes lines" },
	{ 0 }
};
/* clang-format on */

/* A copy in the document's memory, valid, white space and controls made single
 * blanks; of length 0 when there is nothing. */
static struct lavoir_str
clean(struct message *m, const char *s)
{
	char *valid = s == NULL ? NULL : g_utf8_make_valid(s, -1);
	struct lavoir_str out = { NULL, 0 };
	char *copy;

	if (valid == NULL)
		return out;
	copy = m->r->host->doc_alloc(m->doc, strlen(valid) + 1);
	for (const char *p = valid; copy != NULL && *p != '\0'; p++) {
		bool blank = (*p > 0 && *p <= ' ') || *p == 0x7f;

		if (!blank)
			copy[out.len++] = *p;
		else if (out.len > 0 && copy[out.len - 1] != ' ')
			copy[out.len++] = ' ';
	}
	while (out.len > 0 && copy[out.len - 1] == ' ')
		out.len--;
	out.ptr = copy;
	g_free(valid);
	return out;
}

static struct lavoir_value
string_value(struct lavoir_str s)
{
	struct lavoir_value v = { .type = LAVOIR_STR };

	v.s = s;
	return v;
}

static void
add_text(struct message *m, const char *name, struct lavoir_value v)
{
	m->text_attr[m->n_text_attr++] = (struct lavoir_attr){ name, v };
}

static void
add_attached(struct message *m, const char *name, struct lavoir_value v)
{
	m->attached_attr[m->n_attached_attr++] =
	    (struct lavoir_attr){ name, v };
}

static char *
field(struct message *m, const char *name)
{
	return header_get(m->r->host, m->doc, m->header, name);
}

static void
read_subject(struct message *m)
{
	char *value = field(m, "Subject"), *text;
	struct lavoir_str s;

	if (value == NULL)
		return;
	text = g_mime_utils_header_decode_text(m->r->options, value);
	s = clean(m, text);
	g_free(text);
	if (s.len == 0)
		return;
	add_text(m, "title", string_value(s));
	add_attached(m, "mail.subject", string_value(s));
}

/* RFC 3339, with the sender's offset. */
static void
read_date(struct message *m)
{
	char *value = field(m, "Date"), out[64];
	GDateTime *date =
	    value == NULL ? NULL : g_mime_utils_header_decode_date(value);
	struct lavoir_str s;
	int offset, n;

	if (date == NULL)
		return;
	n = snprintf(out, sizeof(out), "%04d-%02d-%02dT%02d:%02d:%02d",
	    g_date_time_get_year(date), g_date_time_get_month(date),
	    g_date_time_get_day_of_month(date), g_date_time_get_hour(date),
	    g_date_time_get_minute(date), g_date_time_get_second(date));
	offset = (int)(g_date_time_get_utc_offset(date) / G_TIME_SPAN_MINUTE);
	if (offset == 0)
		(void)snprintf(out + n, sizeof(out) - (size_t)n, "Z");
	else
		(void)snprintf(out + n, sizeof(out) - (size_t)n, "%c%02d:%02d",
		    offset < 0 ? '-' : '+', abs(offset) / 60, abs(offset) % 60);
	g_date_time_unref(date);
	s = clean(m, out);
	add_text(m, "created", string_value(s));
	add_attached(m, "mail.date", string_value(s));
}

/* <id>, the first of several. */
static bool
read_id(struct message *m, const char *name, struct lavoir_value *v_r)
{
	char *value = field(m, name);
	size_t len;

	if (value == NULL)
		return false;
	value += strcspn(value, "<");
	if (*value == '\0')
		return false;
	len = strcspn(++value, "> \t");
	value[len] = '\0';
	if (len == 0 || len > ID_MAX)
		return false;
	*v_r = string_value(clean(m, value));
	return true;
}

static void
read_ids(struct message *m)
{
	struct lavoir_value v;

	if (read_id(m, "Message-ID", &v)) {
		add_text(m, "mail.message_id", v);
		add_attached(m, "mail.message_id", v);
	}
	if (read_id(m, "In-Reply-To", &v))
		add_text(m, "mail.in_reply_to", v);
	if (read_id(m, "List-Id", &v))
		add_text(m, "mail.list_id", v);
}

/* BCP 47, as far as one can see: letters first, then letters, digits and '-'.
 */
static bool
is_language(const char *s)
{
	size_t len = strlen(s);

	return len >= 2 && len <= 35 && strspn(s, "-") == 0 &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") >=
	    2 &&
	    strspn(s,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-") == len;
}

static void
read_language(struct message *m)
{
	char *value = field(m, "Content-Language");

	if (value == NULL)
		return;
	/* Of several none is the text's. */
	value[strcspn(value, " \t(")] = '\0';
	if (is_language(value))
		add_text(m, "language", string_value(clean(m, value)));
}

/* A person, or, with addresses, "Name <address>"; of length 0: neither. */
static struct lavoir_str
person(struct message *m, InternetAddress *ia, bool addresses)
{
	const char *name = internet_address_get_name(ia);
	struct lavoir_str s = { NULL, 0 };
	char *whole;

	if (!addresses) {
		/* What stands there is the address once more, often. */
		if (name != NULL && strchr(name, '@') == NULL)
			s = clean(m, name);
		return s;
	}
	whole = internet_address_to_string(ia, NULL, FALSE);
	s = clean(m, whole);
	g_free(whole);
	return s;
}

/* Fill item with those of list. */
static size_t
people(struct message *m, InternetAddressList *list, bool addresses,
    struct lavoir_value *item)
{
	int length = internet_address_list_length(list);
	size_t n = 0;

	for (int i = 0; i < length && n < ADDRESSES_MAX; i++) {
		InternetAddress *ia =
		    internet_address_list_get_address(list, i);
		struct lavoir_str s = person(m, ia, addresses);

		if (s.len > 0)
			item[n++] = string_value(s);
	}
	return n;
}

static bool
read_people(struct message *m, const char *name, bool addresses,
    struct lavoir_value *v_r)
{
	char *value = field(m, name);
	InternetAddressList *list;
	struct lavoir_value *item;
	size_t n;

	if (value == NULL)
		return false;
	item = m->r->host->doc_alloc(m->doc, ADDRESSES_MAX * sizeof(*item));
	list = internet_address_list_parse(m->r->options, value);
	n = item == NULL || list == NULL ? 0 : people(m, list, addresses, item);
	if (list != NULL)
		g_object_unref(list);
	*v_r = (struct lavoir_value){ .type = LAVOIR_LIST };
	v_r->list = (struct lavoir_list){ item, n };
	return n > 0;
}

/* What an outer message gave this one along with all that is attached to it is
 * not its own. */
static void
forget_inherited(struct message *m)
{
	for (const struct lavoir_name *n = mail_writes; n->name != NULL; n++) {
		struct lavoir_value v;

		if (strncmp(n->name, "mail.", 5) == 0 &&
		    m->r->host->doc_get(m->doc, n->name, &v) == LAVOIR_OK)
			(void)m->r->host->doc_set(m->doc, n->name, NULL);
	}
}

void
attributes_read(struct message *m)
{
	struct lavoir_value v;

	forget_inherited(m);
	add_text(m, "mail.part",
	    string_value((struct lavoir_str){ "text", 4 }));
	add_attached(m, "mail.part",
	    string_value((struct lavoir_str){ "attachment", 10 }));
	if (m->r->headers == HEADERS_NONE)
		return;
	read_subject(m);
	read_date(m);
	read_language(m);
	read_ids(m);
	if (read_people(m, "From", false, &v))
		add_text(m, "authors", v);
	if (m->r->headers == HEADERS_BASIC)
		return;
	if (read_people(m, "From", true, &v)) {
		add_text(m, "mail.from", v);
		add_attached(m, "mail.from", v);
	}
	if (read_people(m, "To", true, &v))
		add_text(m, "mail.to", v);
	if (read_people(m, "Cc", true, &v))
		add_text(m, "mail.cc", v);
}
