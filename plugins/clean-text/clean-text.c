/* clean-text.c - brings text into one shape: NFC, line ends, white space, and
 * characters that nobody sees. */
#include "clean.h"

#include <stdlib.h>
#include <string.h>

enum {
	NFC,
	LINE_ENDS,
	CONTROLS,
	ZERO_WIDTH,
	BIDI,
	SOFT_HYPHENS,
	UNICODE_SPACES,
	NBSP,
	SPACES,
	TRIM,
	BLANK_LINES,
	EMPTY
};
enum { EMPTY_DROP, EMPTY_KEEP };
enum { COUNT_CHANGED, COUNT_BYTES };

struct clean_text {
	const struct lavoir_host *host;
	struct rules rules;
	bool drop_empty;
	unsigned char table[TABLE_SIZE];     /* all rules */
	unsigned char nfc_table[TABLE_SIZE]; /* NFC alone */
};

/* clang-format off */
static const char *const zero_width_choices[] = {
	"keep", "careful", "remove", NULL
};
static const char *const trim_choices[] = { "none", "end", "both", NULL };
static const char *const empty_choices[] = { "drop", "keep", NULL };

static const struct lavoir_option options[] = {
	[NFC] = { "nfc", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Normalise to Unicode form C, so that an accented letter is one "
	    "character and not a letter and an accent." },
	[LINE_ENDS] = { "line_ends", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "End lines with LF: for CR LF, CR, vertical tab, form feed, NEL "
	    "(U+0085), U+2028 and U+2029." },
	[CONTROLS] = { "controls", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Remove control characters but tabs and line ends, and what is no "
	    "character at all: U+FFF9 to U+FFFB, U+206A to U+206F and "
	    "Unicode's noncharacters." },
	[ZERO_WIDTH] = { "zero_width", LAVOIR_OPT_ENUM, 0, "\"careful\"", 0, 0,
	    zero_width_choices,
	    "Characters without width: byte order marks within text, word "
	    "joiners, zero-width spaces, joiners and non-joiners, U+180E, "
	    "U+2061 to U+2064. `careful` removes them but for U+200B to U+200D "
	    "behind characters of scripts that need them (Arabic, Indic scripts, "
	    "Thai, Khmer ...) and in emoji. `remove` removes these too." },
	[BIDI] = { "bidi", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "Remove the marks, embeddings, overrides and isolates that direct "
	    "text from right to left." },
	[SOFT_HYPHENS] = { "soft_hyphens", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Remove soft hyphens (U+00AD)." },
	[UNICODE_SPACES] = { "unicode_spaces", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Put a space for the spaces of other widths: U+1680, U+2000 to U+200A, "
	    "U+205F, U+3000." },
	[NBSP] = { "nbsp", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Put a space for non-breaking spaces (U+00A0, U+202F)." },
	[SPACES] = { "spaces", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Put one space for a run of several spaces and tabs. A single tab "
	    "stays. With `trim` other than `both`, those at the start of a line "
	    "are left alone." },
	[TRIM] = { "trim", LAVOIR_OPT_ENUM, 0, "\"both\"", 0, 0, trim_choices,
	    "Remove spaces and tabs at the end of lines (`end`), also at their "
	    "start (`both`, which takes away indentation); and so empty lines at "
	    "the end, or also at the start, of the text, with the last line "
	    "end." },
	[BLANK_LINES] = { "blank_lines", LAVOIR_OPT_INT, 0, "1", -1, 1000, NULL,
	    "Of several blank lines in a row, keep so many; -1: all." },
	[EMPTY] = { "empty", LAVOIR_OPT_ENUM, 0, "\"drop\"", 0, 0, empty_choices,
	    "What happens to a document of which nothing is left: `drop` (reason "
	    "`empty`) or `keep`." },
	{ 0 }
};
static const struct lavoir_name reasons[] = {
	{ "empty", "nothing is left of the text" },
	{ 0 }
};
static const struct lavoir_name counters[] = {
	[COUNT_CHANGED] = { "changed", "documents whose text was changed" },
	[COUNT_BYTES] = { "bytes", "bytes of text looked at" },
	{ 0 }
};
/* clang-format on */

static int
clean_text_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct clean_text *t = calloc(1, sizeof(*t));

	(void)plugin;
	if (t == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	t->host = host;
	t->rules = (struct rules){
		.nfc = opt[NFC].i != 0,
		.line_ends = opt[LINE_ENDS].i != 0,
		.controls = opt[CONTROLS].i != 0,
		.soft_hyphens = opt[SOFT_HYPHENS].i != 0,
		.unicode_spaces = opt[UNICODE_SPACES].i != 0,
		.nbsp = opt[NBSP].i != 0,
		.bidi = opt[BIDI].i != 0,
		.spaces = opt[SPACES].i != 0,
		.zero_width = (int)opt[ZERO_WIDTH].i,
		.trim = (int)opt[TRIM].i,
		.blank_lines = opt[BLANK_LINES].i,
	};
	t->drop_empty = opt[EMPTY].i == EMPTY_DROP;
	clean_table(t->table, &t->rules, false);
	clean_table(t->nfc_table, &t->rules, true);
	*self = t;
	return LAVOIR_OK;
}

static void
clean_text_close(void *self)
{
	free(self);
}

/* Normalise text, which needs it; false: no memory. */
static bool
normalise(struct clean_text *t, struct lavoir_doc *doc, struct lavoir_str *text)
{
	/* It seldom grows; by no more than three times. */
	size_t room[2] = { text->len + text->len / 8 + 64, 3 * text->len + 64 };

	for (int i = 0; i < 2; i++) {
		char *out = t->host->doc_alloc(doc, room[i]);
		size_t n;

		if (out == NULL)
			return false;
		n = clean_nfc(*text, out, room[i]);
		if (n <= room[i]) {
			*text = (struct lavoir_str){ out, n };
			return true;
		}
	}
	return false;
}

/* Do what is to be done; false: no memory. */
static bool
clean(struct clean_text *t, struct lavoir_doc *doc, struct lavoir_str *text)
{
	char *out;

	*text = clean_trim(&t->rules, *text);
	if (clean_scan(t->table, &t->rules, *text))
		return true;
	out = t->host->doc_alloc(doc, text->len);
	if (out == NULL)
		return false;
	text->len = clean_rewrite(&t->rules, t->table, *text, out);
	text->ptr = out;
	/* What was removed may have stood between a letter and its accent. */
	if (!t->rules.nfc || clean_scan(t->nfc_table, NULL, *text))
		return true;
	return normalise(t, doc, text);
}

static int
clean_text_process(void *self, struct lavoir_doc *doc)
{
	struct clean_text *t = self;
	const struct lavoir_host *host = t->host;
	struct lavoir_str before = host->doc_text(doc), text = before;
	int rc = LAVOIR_OK;

	host->count(host, COUNT_BYTES, (int64_t)before.len);
	if (!clean(t, doc, &text))
		return host->fail(host, LAVOIR_ENOMEM,
		    "no memory to clean the text");
	if (text.len != before.len ||
	    memcmp(text.ptr, before.ptr, text.len) != 0) {
		host->count(host, COUNT_CHANGED, 1);
		rc = host->doc_set_text(doc, text);
	}
	if (rc == LAVOIR_OK && text.len == 0 && t->drop_empty)
		return host->drop(doc, "empty", NULL);
	return rc;
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "clean-text",
	.version = "1.0",
	.summary = "normalises text: form C, line ends, white space, invisible "
		   "characters",
	.options = options,
	.reasons = reasons,
	.counters = counters,
	.open = clean_text_open,
	.close = clean_text_close,
	.process = clean_text_process,
};
