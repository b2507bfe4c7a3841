/* cues.c - looking names and phrases up. */
#include "cues.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define BIT(cue) ((uint64_t)1 << CUE_##cue)

enum { LETTERS = 26, NAME_MAX_LEN = 48 };

/* Where in the table words with these first two letters begin. */
struct cues {
	uint16_t start[LETTERS * LETTERS + 1];
	uint8_t first[256]; /* does a phrase begin with this byte? */
};

static size_t
bucket(const char *word)
{
	return (size_t)(word[0] - 'a') * LETTERS + (size_t)(word[1] - 'a');
}

struct cues *
cues_new(void)
{
	struct cues *cues = calloc(1, sizeof(*cues));
	size_t n = 0;

	if (cues == NULL)
		return NULL;
	for (size_t b = 0; b < (size_t)LETTERS * LETTERS; b++) {
		cues->start[b] = (uint16_t)n;
		while (
		    cue_words[n].word != NULL && bucket(cue_words[n].word) == b)
			n++;
	}
	cues->start[(size_t)LETTERS * LETTERS] = (uint16_t)n;
	for (size_t i = 0; phrases[i].text != NULL; i++)
		cues->first[(unsigned char)phrases[i].text[0]] = 1;
	return cues;
}

void
cues_free(struct cues *cues)
{
	free(cues);
}

/* One run of letters, such as "articleBody" or "nav", in small letters.  Short
 * words must be the whole; longer ones its start; some may be anywhere. */
static uint64_t
look_up(const struct cues *cues, const char *run, size_t len)
{
	uint64_t found = 0;

	for (size_t at = 0; at + 2 <= len; at++) {
		size_t b = bucket(run + at);

		for (size_t i = cues->start[b]; i < cues->start[b + 1]; i++) {
			const struct cue_word *w = &cue_words[i];

			if (w->anywhere ? w->len > len - at
					: at > 0 || w->len != len)
				continue;
			if (memcmp(w->word + 2, run + at + 2, w->len - 2u) == 0)
				found |= (uint64_t)1 << w->cue;
		}
	}
	return found;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Names are split where anything but letters is, and before capitals:
 * "post-body", "post_body" and "postBody" are the same two words; they are
 * looked up joined, too. */
static uint64_t
cues_of_names(const struct cues *cues, struct lavoir_str names)
{
	char joined[NAME_MAX_LEN];
	uint64_t found = 0;
	size_t n = 0, start = 0;

	for (size_t i = 0; i <= names.len; i++) {
		char c = (char)(i < names.len ? names.ptr[i] : ' ');
		bool capital = c >= 'A' && c <= 'Z';
		bool after_small =
		    i > 0 && names.ptr[i - 1] >= 'a' && names.ptr[i - 1] <= 'z';

		if (!is_letter(c) || (capital && after_small)) {
			if (n - start >= 2)
				found |=
				    look_up(cues, joined + start, n - start);
			start = n;
		}
		if (is_letter(c) && n < NAME_MAX_LEN) {
			joined[n++] = (char)(c | 0x20);
		} else if (c == ' ' || c == '\t' || c == '\n') {
			if (start > 0 && n > 6)
				found |= look_up(cues, joined, n);
			n = start = 0;
		}
	}
	return found;
}

static uint64_t
cues_of_tag(uint16_t tag)
{
	switch (tag) {
	case DOM_ARTICLE:
		return BIT(E_ARTICLE);
	case DOM_MAIN:
		return BIT(E_MAIN);
	case DOM_ASIDE:
		return BIT(E_ASIDE);
	case DOM_HEADER:
		return BIT(E_HEADER);
	case DOM_FOOTER:
		return BIT(FOOT);
	case DOM_NAV:
		return BIT(NAV);
	case DOM_FORM:
		return BIT(E_FORM);
	case DOM_TABLE:
		return BIT(E_TABLE);
	case DOM_UL:
	case DOM_OL:
	case DOM_DL:
		return BIT(E_LIST);
	case DOM_FIGURE:
	case DOM_FIGCAPTION:
		return BIT(E_FIGURE);
	case DOM_BLOCKQUOTE:
		return BIT(E_QUOTE);
	case DOM_SECTION:
		return BIT(E_SECTION);
	case DOM_A:
		return BIT(E_LINK);
	case DOM_BUTTON:
	case DOM_LABEL:
		return BIT(E_BUTTON);
	case DOM_PRE:
	case DOM_CODE:
		return BIT(E_PRE);
	case DOM_DIALOG:
		return BIT(MODAL);
	default:
		return 0;
	}
}

static bool
has(struct lavoir_str s, const char *word)
{
	return memmem(s.ptr, s.len, word, strlen(word)) != NULL;
}

static uint64_t
cues_of_attr(const struct cues *cues, const struct dom_attr *a)
{
	const char *key = a->key.ptr;

	switch (a->key.len) {
	case 2:
		if (memcmp(key, "id", 2) == 0)
			return cues_of_names(cues, a->value);
		break;
	case 4:
		if (memcmp(key, "role", 4) == 0)
			return cues_of_names(cues, a->value);
		break;
	case 5:
		if (memcmp(key, "class", 5) == 0)
			return cues_of_names(cues, a->value);
		if (memcmp(key, "style", 5) == 0 && has(a->value, "display") &&
		    has(a->value, "none"))
			return BIT(HIDDEN);
		break;
	case 6:
		if (memcmp(key, "hidden", 6) == 0)
			return BIT(HIDDEN);
		break;
	case 8:
		if (memcmp(key, "itemprop", 8) == 0)
			return cues_of_names(cues, a->value);
		break;
	case 11:
		if (memcmp(key, "aria-hidden", 11) == 0 &&
		    has(a->value, "true"))
			return BIT(HIDDEN);
		break;
	default:
		break;
	}
	return 0;
}

uint64_t
cues_of(const struct cues *cues, const struct dom_node *node)
{
	uint64_t found = cues_of_tag(node->tag);

	/* What stands there is about the whole page. */
	if (node->tag == DOM_BODY || node->tag == DOM_HTML)
		return 0;
	for (size_t i = 0; i < node->n_attr; i++)
		found |= cues_of_attr(cues, &node->attr[i]);
	return found;
}

uint32_t
cues_phrases(const struct cues *cues, struct lavoir_str text)
{
	uint32_t found = 0;
	bool start = text.len > 0 && cues->first[(unsigned char)text.ptr[0]];

	for (size_t i = 0; phrases[i].text != NULL; i++) {
		const struct phrase *p = &phrases[i];

		if (found & 1U << p->phrase || (!p->anywhere && !start))
			continue;
		if (p->len <= text.len &&
		    (p->anywhere ? memmem(text.ptr, text.len, p->text,
				       p->len) != NULL
				 : memcmp(text.ptr, p->text, p->len) == 0))
			found |= 1U << p->phrase;
	}
	return found;
}
