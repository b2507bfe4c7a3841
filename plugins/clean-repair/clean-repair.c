/* clean-repair.c - what programs did to a text before it came here, undone:
 * mojibake, references of HTML, hyphens at the ends of lines. */
#include <stdlib.h>
#include <string.h>

#include "lavoir/plugin.h"

#include "common/u8.h"
#include "entities.h"
#include "hyphens.h"
#include "mojibake.h"
#include "pages.h"

enum { MOJIBAKE, ENTITIES, HYPHENS };
enum { ENTITIES_AUTO, ENTITIES_ALWAYS, ENTITIES_NEVER };
enum { COUNT_CHANGED, COUNT_MOJIBAKE, COUNT_ENTITIES, COUNT_HYPHENS };

struct clean_repair {
	const struct lavoir_host *host;
	bool mojibake, hyphens;
	int entities;
	struct pages pages;
};

/* clang-format off */
static const char *const entities_choices[] = {
	"auto", "always", "never", NULL
};
static const struct lavoir_option options[] = {
	[MOJIBAKE] = { "mojibake", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Repair text that was UTF-8 and was read as something else, up to "
	    "four times over: Windows-1250 to -1254 and -1257, ISO 8859-1 and -2, "
	    "Mac OS Roman or code page 437. Only what is certain by the evidence of its line "
	    "is changed. Control characters of ISO 8859-1 become what "
	    "Windows-1252 has in their place." },
	[ENTITIES] = { "entities", LAVOIR_OPT_ENUM, 0, "\"auto\"", 0, 0,
	    entities_choices,
	    "Replace references of HTML that were left in the text (`&eacute;`, "
	    "`&#233;`, `&amp;eacute;`), but not in lines of code. `auto`: not in "
	    "a text with tags, where they may be meant." },
	[HYPHENS] = { "hyphens", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Join words that were broken at the end of a line, when the rest of "
	    "the text shows that they are one." },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	{ "repair.mojibake", "characters that were mojibake, if any" },
	{ "repair.entities", "references of HTML replaced, if any" },
	{ "repair.hyphens", "broken words joined, if any" },
	{ 0 }
};
static const struct lavoir_name counters[] = {
	[COUNT_CHANGED] = { "changed", "documents whose text was changed" },
	[COUNT_MOJIBAKE] = { "mojibake", "characters that were mojibake" },
	[COUNT_ENTITIES] = { "entities", "references of HTML replaced" },
	[COUNT_HYPHENS] = { "hyphens", "broken words joined" },
	{ 0 }
};
/* clang-format on */

static int
clean_repair_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct clean_repair *c = calloc(1, sizeof(*c));
	const char *missing;

	(void)plugin;
	if (c == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	c->host = host;
	c->mojibake = opt[MOJIBAKE].i != 0;
	c->entities = (int)opt[ENTITIES].i;
	c->hyphens = opt[HYPHENS].i != 0;
	missing = pages_init(&c->pages);
	if (missing) {
		free(c);
		host->log(host, LAVOIR_ERROR, missing);
		return host->fail(host, LAVOIR_EINVAL,
		    "the C library does not know this code page; expected "
		    "those "
		    "of the GNU C library (package libc6)");
	}
	*self = c;
	return LAVOIR_OK;
}

static void
clean_repair_close(void *self)
{
	free(self);
}

static int
no_memory(struct clean_repair *c)
{
	return c->host->fail(c->host, LAVOIR_ENOMEM,
	    "no memory to repair the text");
}

/* Sets the attribute and the counter, if there is anything to say. */
static int
record(struct clean_repair *c, struct lavoir_doc *doc, uint32_t counter,
    size_t n)
{
	struct lavoir_value value = { .type = LAVOIR_INT, .i = (int64_t)n };

	if (n == 0)
		return LAVOIR_OK;
	c->host->count(c->host, counter, (int64_t)n);
	return c->host->doc_set(doc, writes[counter - COUNT_MOJIBAKE].name,
	    &value);
}

static int
do_entities(struct clean_repair *c, struct lavoir_doc *doc,
    struct lavoir_str *text)
{
	size_t n = 0;
	char *out;

	if (c->entities == ENTITIES_NEVER ||
	    memchr(text->ptr, '&', text->len) == NULL ||
	    (c->entities == ENTITIES_AUTO && entities_meant(*text)))
		return LAVOIR_OK;
	out = c->host->doc_alloc(doc, text->len);
	if (out == NULL)
		return no_memory(c);
	*text = (struct lavoir_str){ out, entities_replace(*text, out, &n) };
	return record(c, doc, COUNT_ENTITIES, n);
}

/* Decode a line, or as much of it as fits, to m->line; the bytes taken.  A
 * piece ends behind a blank where there is one. */
static size_t
take_line(struct mojibake *m, const unsigned char *p, size_t len)
{
	struct line *l = &m->line;
	size_t at = 0, blank = 0;
	uint32_t n_blank = 0;

	l->n = 0;
	while (at < len && p[at] != '\n') {
		size_t size;

		if (l->n == LINE_MAX_CHARACTERS) {
			if (n_blank > 0) {
				l->n = n_blank;
				at = blank;
			}
			break;
		}
		l->cp[l->n++] = u8_decode(p + at, &size);
		at += size;
		if (p[at - 1] == ' ') {
			n_blank = l->n;
			blank = at;
		}
	}
	return at;
}

static size_t
put_line(const struct line *l, unsigned char *out)
{
	size_t len = 0;

	for (uint32_t i = 0; i < l->n; i++)
		len += u8_encode(out + len, l->cp[i]);
	return len;
}

/* The text line by line, to out; the bytes written, or SIZE_MAX: cancelled. */
static size_t
repair_lines(struct clean_repair *c, struct mojibake *m, struct lavoir_str text,
    unsigned char *out, size_t *replaced)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	size_t at = 0, len = 0, looked_at = 0;

	while (at < text.len) {
		size_t plain = u8_ascii(p + at, text.len - at), taken, n;

		/* ASCII needs no look, but for the line around the rest. */
		while (plain > 0 && at + plain < text.len &&
		    p[at + plain - 1] != '\n')
			plain--;
		memcpy(out + len, p + at, plain);
		at += plain;
		len += plain;
		taken = take_line(m, p + at, text.len - at);
		n = mojibake_repair(m);
		if (n > 0) {
			len += put_line(&m->line, out + len);
			*replaced += n;
		} else {
			memcpy(out + len, p + at, taken);
			len += taken;
		}
		at += taken;
		if (at < text.len && p[at] == '\n')
			out[len++] = p[at++];
		if (at - looked_at > 1 << 16 && c->host->cancelled(c->host))
			return SIZE_MAX;
		if (at - looked_at > 1 << 16)
			looked_at = at;
	}
	return len;
}

static int
do_mojibake(struct clean_repair *c, struct lavoir_doc *doc,
    struct lavoir_str *text)
{
	size_t replaced = 0, len;
	struct mojibake *m;
	unsigned char *out;

	if (!c->mojibake || u8_ascii(text->ptr, text->len) == text->len)
		return LAVOIR_OK;
	m = c->host->doc_alloc(doc, sizeof(*m));
	/* A control character of two bytes may become one of three. */
	out = c->host->doc_alloc(doc, text->len + text->len / 2 + 1);
	if (m == NULL || out == NULL)
		return no_memory(c);
	m->pages = &c->pages;
	len = repair_lines(c, m, *text, out, &replaced);
	if (len == SIZE_MAX)
		return LAVOIR_ECANCELED;
	if (replaced > 0)
		*text = (struct lavoir_str){ (const char *)out, len };
	return record(c, doc, COUNT_MOJIBAKE, replaced);
}

static int
do_hyphens(struct clean_repair *c, struct lavoir_doc *doc,
    struct lavoir_str *text)
{
	struct word_set set = { .size = hyphens_set_size(*text) };
	size_t joined = 0, len;
	char *out;

	if (!c->hyphens || hyphens_count(*text) == 0)
		return LAVOIR_OK;
	set.slot = c->host->doc_alloc(doc, set.size * sizeof(*set.slot));
	out = c->host->doc_alloc(doc, text->len);
	if (set.slot == NULL || out == NULL)
		return no_memory(c);
	memset(set.slot, 0, set.size * sizeof(*set.slot));
	len = hyphens_join(*text, &set, out, &joined);
	if (joined > 0)
		*text = (struct lavoir_str){ out, len };
	return record(c, doc, COUNT_HYPHENS, joined);
}

static int
clean_repair_process(void *self, struct lavoir_doc *doc)
{
	struct clean_repair *c = self;
	struct lavoir_str before = c->host->doc_text(doc), text = before;
	int rc;

	if (text.len == 0)
		return LAVOIR_OK;
	rc = do_entities(c, doc, &text);
	if (rc == LAVOIR_OK)
		rc = do_mojibake(c, doc, &text);
	if (rc == LAVOIR_OK)
		rc = do_hyphens(c, doc, &text);
	if (rc != LAVOIR_OK ||
	    (text.len == before.len &&
		memcmp(text.ptr, before.ptr, text.len) == 0))
		return rc;
	c->host->count(c->host, COUNT_CHANGED, 1);
	return c->host->doc_set_text(doc, text);
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "clean-repair",
	.version = "1.0",
	.summary = "repairs text that programs spoilt: mojibake, left-over "
		   "references, broken words",
	.options = options,
	.writes = writes,
	.counters = counters,
	.open = clean_repair_open,
	.close = clean_repair_close,
	.process = clean_repair_process,
};
