/* notes.c - footnotes of Markdown. */
#include "notes.h"

#include <string.h>

struct line {
	const char *ptr;
	size_t len;    /* without its newline */
	size_t indent; /* in columns */
	const char *text;
};

static bool
next_line(struct lavoir_str text, size_t *pos, struct line *l)
{
	const char *nl;

	if (*pos >= text.len)
		return false;
	l->ptr = text.ptr + *pos;
	nl = memchr(l->ptr, '\n', text.len - *pos);
	l->len = nl != NULL ? (size_t)(nl - l->ptr) : text.len - *pos;
	*pos += l->len + (nl != NULL);
	l->indent = 0;
	l->text = l->ptr;
	while (l->text < l->ptr + l->len &&
	    (*l->text == ' ' || *l->text == '\t')) {
		l->indent += *l->text == '\t' ? 4 - l->indent % 4 : 1;
		l->text++;
	}
	return true;
}

static bool
is_blank(const struct line *l)
{
	const char *end = l->ptr + l->len;

	return l->text == end || (l->text + 1 == end && *l->text == '\r');
}

/* "[^label]" at s: its length, or 0. */
static size_t
label_at(const char *s, const char *end, struct lavoir_str *label_r)
{
	const char *p = s + 2;

	if (end - s < 4 || s[0] != '[' || s[1] != '^')
		return 0;
	while (p < end && strchr("[] \t\r\n", *p) == NULL)
		p++;
	if (p == end || *p != ']' || p == s + 2 || p - s - 2 > NOTE_LABEL)
		return 0;
	label_r->ptr = s + 2;
	label_r->len = (size_t)(p - s - 2);
	return label_r->len + 3;
}

/* The length of "[^label]:" where a note begins; 0. */
static size_t
note_begins(const struct line *l, struct lavoir_str *label_r)
{
	const char *end = l->ptr + l->len;
	size_t n = label_at(l->text, end, label_r);

	if (l->indent > 3 || n == 0 || l->text + n == end || l->text[n] != ':')
		return 0;
	return n + 1;
}

/* A fence of code: its character and how many; 0. */
static size_t
fence(const struct line *l, char *c)
{
	const char *end = l->ptr + l->len;
	size_t n = 0;

	if (l->indent > 3 || l->text == end ||
	    (*l->text != '`' && *l->text != '~'))
		return 0;
	while (l->text + n < end && l->text[n] == *l->text)
		n++;
	*c = *l->text;
	return n >= 3 ? n : 0;
}

struct split {
	struct notes *notes;
	char *main, *body; /* what is written to */
	struct note *note; /* the one that is open */
	bool blank;	   /* the line before was */
	char fence;
	size_t fence_len;
};

static void
put_line(char **to, const char *p, size_t len)
{
	memcpy(*to, p, len);
	*to += len;
	*(*to)++ = '\n';
}

/* Up to four columns of indentation are the note's. */
static void
put_body(struct split *s, const struct line *l)
{
	const char *p = l->ptr;
	size_t columns = 0;

	while (p < l->text && columns < 4)
		columns += *p++ == '\t' ? 4 - columns % 4 : 1;
	put_line(&s->body, p, l->len - (size_t)(p - l->ptr));
	s->note->text.len = (size_t)(s->body - s->note->text.ptr);
}

static void
begin_note(struct split *s, const struct line *l, struct lavoir_str label,
    size_t n)
{
	struct note *note = &s->notes->note[s->notes->n++];

	memset(note, 0, sizeof(*note));
	memcpy(note->label, label.ptr, label.len);
	note->text.ptr = s->body;
	s->note = note;
	put_line(&s->body, l->text + n,
	    l->len - (size_t)(l->text + n - l->ptr));
	note->text.len = (size_t)(s->body - note->text.ptr);
	/* The paragraph before is over. */
	*s->main++ = '\n';
}

static void
on_line(struct split *s, const struct line *l)
{
	struct lavoir_str label;
	size_t n;
	char c = '\0';

	if (s->note != NULL) {
		if (is_blank(l) || l->indent >= 4 ||
		    (!s->blank && note_begins(l, &label) == 0)) {
			put_body(s, l);
			s->blank = is_blank(l);
			return;
		}
		s->note = NULL;
	}
	s->blank = is_blank(l);
	n = s->fence_len == 0 && s->notes->n < NOTES_MAX
	    ? note_begins(l, &label)
	    : 0;
	if (n > 0) {
		begin_note(s, l, label, n);
		return;
	}
	n = fence(l, &c);
	if (s->fence_len == 0 && n > 0) {
		s->fence = c;
		s->fence_len = n;
	} else if (n >= s->fence_len && n > 0 && c == s->fence) {
		s->fence_len = 0;
	}
	put_line(&s->main, l->ptr, l->len);
}

bool
notes_split(const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str text, struct notes *n)
{
	struct split s = { .notes = n };
	struct line l;
	size_t pos = 0;
	size_t room = text.len + 2 * (size_t)NOTES_MAX;
	char *buf;

	memset(n, 0, sizeof(*n));
	n->text = text;
	n->end = &n->first;
	if (memmem(text.ptr, text.len, "[^", 2) == NULL)
		return true;
	n->note = host->doc_alloc(doc, NOTES_MAX * sizeof(*n->note));
	/* Every line goes to one of them, perhaps with one more newline. */
	buf = host->doc_alloc(doc, 2 * room);
	if (n->note == NULL || buf == NULL)
		return false;
	s.main = buf;
	s.body = buf + room;
	while (next_line(text, &pos, &l))
		on_line(&s, &l);
	if (n->n > 0) {
		n->text.ptr = buf;
		n->text.len = (size_t)(s.main - buf);
	}
	return true;
}

size_t
notes_reference(struct notes *n, struct lavoir_str s, struct note **note_r)
{
	struct lavoir_str label;
	size_t len = label_at(s.ptr, s.ptr + s.len, &label);

	for (size_t i = 0; len > 0 && i < n->n; i++) {
		struct note *note = &n->note[i];

		if (strlen(note->label) != label.len ||
		    memcmp(note->label, label.ptr, label.len) != 0)
			continue;
		if (!note->wanted) {
			note->wanted = true;
			*n->end = note;
			n->end = &note->next;
		}
		*note_r = note;
		return len;
	}
	return 0;
}
