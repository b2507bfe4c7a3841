/* media_mail.c - mailboxes and messages by their first header lines. */
#include <string.h>
#include <strings.h>

#include "model/media_sniff.h"

struct header {
	const char *name;
	int weight;
};

/* Those that people type above a memo weigh little, those that only programs
 * write weigh enough alone, with one more of any kind. */
static const struct header headers[] = {
	{ "From", 1 },
	{ "To", 1 },
	{ "Cc", 1 },
	{ "Subject", 1 },
	{ "Date", 1 },
	{ "Sender", 1 },
	{ "Reply-To", 2 },
	{ "Content-Type", 2 },
	{ "Message-ID", 3 },
	{ "MIME-Version", 3 },
	{ "Received", 3 },
	{ "Return-Path", 3 },
	{ "Delivered-To", 3 },
	{ "Delivery-Date", 3 },
	{ "Envelope-To", 3 },
	{ "DKIM-Signature", 3 },
	{ "ARC-Seal", 3 },
	{ "Received-SPF", 3 },
	{ "Authentication-Results", 3 },
	{ "In-Reply-To", 3 },
	{ "References", 1 },
	{ "User-Agent", 1 },
	{ "Content-Transfer-Encoding", 3 },
	{ "X-Mailer", 3 },
	{ "X-Original-To", 3 },
	{ "X-Mozilla-Status", 3 },
	{ "X-Account-Key", 3 },
	{ "X-Apparently-To", 3 },
	{ "X-Sieve", 3 },
	{ "X-Spam-Status", 3 },
	{ "X-Received", 3 },
	{ "X-UIDL", 3 },
};
enum {
	HEADERS = sizeof(headers) / sizeof(headers[0]),
	ENOUGH = 4,
	LINES_MAX = 64
};

static bool
field_char(char c)
{
	return c > ' ' && c < 0x7f && c != ':';
}

/* Length of a field's name at the start of the line, where old mail has spaces
 * before the colon; 0: there is none. */
static size_t
field_name(const char *p, const char *end)
{
	const char *at = p;
	size_t len;

	while (at < end && field_char(*at))
		at++;
	len = (size_t)(at - p);
	while (at < end && *at == ' ')
		at++;
	return at < end && *at == ':' ? len : 0;
}

static int
weigh(const char *name, size_t len, uint64_t *seen)
{
	for (size_t i = 0; i < HEADERS; i++) {
		if (strlen(headers[i].name) != len ||
		    strncasecmp(headers[i].name, name, len) != 0)
			continue;
		if ((*seen >> i & 1) != 0)
			return 0;
		*seen |= (uint64_t)1 << i;
		return headers[i].weight;
	}
	return 0;
}

/* The weight of the header lines at p, up to the empty line or until it is
 * enough; a line that is none makes it 0, but for one that is cut by the end,
 * and, when the name says that it is mail, one further down. */
static int
weigh_headers(const char *p, const char *end, bool named)
{
	uint64_t seen = 0;
	int weight = 0;

	for (int line = 0; p < end && weight < ENOUGH; line++) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t len;

		if (*p == '\n' || *p == '\r')
			break;
		len = field_name(p, stop ? stop : end);
		if (len > 0)
			weight += weigh(p, len, &seen);
		else if (line == 0 || (*p != ' ' && *p != '\t' && stop != NULL))
			return named ? weight : 0;
		if (stop == NULL)
			break;
		p = stop + 1;
	}
	return weight;
}

static bool
digits(const char *p, size_t n)
{
	while (n > 0 && p[n - 1] >= '0' && p[n - 1] <= '9')
		n--;
	return n == 0;
}

/* A year of four digits: 1970, 2024. */
static bool
has_year(const char *p, const char *end)
{
	for (; end - p >= 5; p++)
		if (p[0] == ' ' && (p[1] == '1' || p[1] == '2') &&
		    digits(p + 1, 4))
			return true;
	return false;
}

/* "From somebody Thu Jan  1 00:00:00 1970": a time with seconds and a year. */
static bool
from_line(const char *p, const char *end)
{
	const char *colon = memchr(p, ':', (size_t)(end - p));

	while (colon != NULL && colon - p > 2 && end - colon > 5) {
		if (digits(colon - 2, 2) && digits(colon + 1, 2) &&
		    colon[3] == ':' && digits(colon + 4, 2))
			return has_year(p, end);
		colon = memchr(colon + 1, ':', (size_t)(end - colon - 1));
	}
	return false;
}

static const char multipart[] = "Content-Type: multipart/";
enum { MULTIPART_LEN = sizeof(multipart) - 1 };

const char *
sniff_mail(const struct sniff *s)
{
	const char *p = (const char *)s->ptr, *end = p + s->len, *stop;
	bool named = sniff_suffix(s, "eml") || sniff_suffix(s, "mht") ||
	    sniff_suffix(s, "mhtml");
	int weight;

	if (SNIFF_AT(s, 0, "From ")) {
		stop = memchr(p, '\n', s->len);
		if (stop == NULL || field_name(stop + 1, end) == 0)
			return NULL;
		if (!from_line(p, stop) &&
		    weigh_headers(stop + 1, end, named) < ENOUGH)
			return NULL;
		return named ? "message/rfc822" : "application/mbox";
	}
	/* What is attached to a mail may begin with its parts. */
	if (s->len > MULTIPART_LEN &&
	    strncasecmp(p, multipart, MULTIPART_LEN) == 0 &&
	    memmem(p, s->len, "boundary=", 9) != NULL)
		return "message/rfc822";
	weight = weigh_headers(p, end, named);
	return weight >= (named ? 1 : ENOUGH) ? "message/rfc822" : NULL;
}
