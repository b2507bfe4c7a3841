/* flow.c - the text of a mail without what only mail has. */
#include "flow.h"

#include <string.h>
#include <strings.h>

#include "lines.h"

enum { ANNOUNCE_MAX = 300, ANNOUNCE_LINES = 3 };

size_t
flow_size(struct lavoir_str text)
{
	/* A quoted line gets a blank and a line end at most. */
	return 2 * text.len + 2;
}

static void
put(struct flow *f, const char *p, size_t len)
{
	memcpy(f->out + f->len, p, len);
	f->len += len;
}

/* "On Monday somebody wrote:" goes with what it announces: the paragraph before
 * the quotation, when it is short and ends with a colon. */
static void
drop_announcement(struct flow *f)
{
	size_t end = f->len, at, newlines = 0;

	while (end > 0 && strchr(" \t\n", f->out[end - 1]) != NULL)
		end--;
	if (end == 0 || f->out[end - 1] != ':')
		return;
	for (at = end; at > 0; at--) {
		if (f->out[at - 1] != '\n')
			continue;
		if (++newlines > ANNOUNCE_LINES ||
		    (at > 1 && f->out[at - 2] == '\n'))
			break;
	}
	if (end - at <= ANNOUNCE_MAX && newlines <= ANNOUNCE_LINES)
		f->len = at;
}

/* "-----Original Message-----": all that follows is a quotation. */
static bool
is_original(struct lavoir_str line)
{
	static const char *const words[] = { "original message",
		"ursprüngliche nachricht", "message d'origine",
		"message d’origine", "mensaje original", "messaggio originale",
		"oorspronkelijk bericht", "mensagem original",
		"wiadomość oryginalna" };
	size_t at = 0;

	while (at < line.len && line.ptr[at] == '-')
		at++;
	if (at < 4)
		return false;
	while (at < line.len && line.ptr[at] == ' ')
		at++;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if (line.len - at >= len + 4 &&
		    strncasecmp(line.ptr + at, words[i], len) == 0 &&
		    line.ptr[line.len - 1] == '-')
			return true;
	}
	return false;
}

/* OpenPGP's armour; true: the line is part of it. */
static bool
is_armour(struct flow *f, struct lavoir_str line)
{
	if (f->armour) {
		/* Its headers, or its base64, to the end. */
		if (f->data ? lines_begin(line, "-----END PGP ")
			    : line.len == 0)
			f->armour = false;
		return true;
	}
	if (lines_begin(line, "-----BEGIN PGP SIGNED MESSAGE-----")) {
		f->in_signed = true;
		f->data = false;
	} else if (lines_begin(line, "-----BEGIN PGP SIGNATURE-----")) {
		f->in_signed = false;
		f->data = true;
	} else if (lines_begin(line, "-----BEGIN PGP MESSAGE-----")) {
		f->data = f->encrypted = true;
	} else {
		return false;
	}
	f->armour = true;
	return true;
}

static size_t
quote_depth(struct lavoir_str line)
{
	size_t n = 0;

	while (n < line.len && line.ptr[n] == '>')
		n++;
	return n;
}

static void
end_line(struct flow *f)
{
	if (f->open)
		put(f, "\n", 1);
	f->open = false;
}

/* One line of flowed text: taken out of its quotation marks, and put behind
 * the line before if that one goes on. */
static void
flowed_line(struct flow *f, struct lavoir_str line)
{
	size_t depth = quote_depth(line);
	bool signature, goes_on;

	line.ptr += depth;
	line.len -= depth;
	if (line.len > 0 && line.ptr[0] == ' ') {
		line.ptr++;
		line.len--;
	}
	signature = line.len == 3 && lines_begin(line, "-- ");
	goes_on = line.len > 0 && line.ptr[line.len - 1] == ' ' && !signature;
	if (f->open && (depth != f->depth || signature))
		end_line(f);
	if (!f->open) {
		for (size_t i = 0; i < depth; i++)
			put(f, ">", 1);
		if (depth > 0)
			put(f, " ", 1);
	}
	put(f, line.ptr, line.len - (goes_on && f->delsp ? 1 : 0));
	f->depth = depth;
	f->open = true;
	if (!goes_on)
		end_line(f);
}

static bool
is_signature(const struct flow *f, struct lavoir_str line)
{
	if (f->flowed && line.len > 0 && line.ptr[0] == ' ')
		return false;
	return line.len == 3 && lines_begin(line, "-- ");
}

/* false: nothing that follows is wanted. */
static bool
take_line(struct flow *f, struct lavoir_str line)
{
	bool quote = quote_depth(line) > 0;

	if (is_armour(f, line))
		return true;
	if (f->in_signed && lines_begin(line, "- ")) {
		line.ptr += 2;
		line.len -= 2;
	}
	if (!f->keep_quotes) {
		if (is_original(line))
			return false;
		if (quote && !f->quoting) {
			end_line(f);
			drop_announcement(f);
		}
		if (quote || !lines_blank(line))
			f->quoting = quote;
		if (quote)
			return true;
	}
	if (!f->keep_signatures && is_signature(f, line))
		return false;
	if (f->flowed) {
		flowed_line(f, line);
		return true;
	}
	put(f, line.ptr, line.len);
	put(f, "\n", 1);
	return true;
}

void
flow_run(struct flow *f, struct lavoir_str text)
{
	struct lines l = lines_of(text);
	struct lavoir_str line;

	while (lines_next(&l, &line))
		if (!take_line(f, line))
			break;
	while (f->len > 0 && strchr(" \t\r\n", f->out[f->len - 1]) != NULL &&
	    f->out[f->len - 1] != '\0')
		f->len--;
}
