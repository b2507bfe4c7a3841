/* clean-lines.c - takes out lines that are no text: forms for comments, "share
 * this", bylines, picture credits, cookies, menus. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lavoir/plugin.h"

#include "lines.h"

enum { KINDS, LANGUAGES, PHRASES, FILE_OF_PHRASES, KEEP, RECORD };
enum { COUNT_CHANGED, COUNT_LINES };

struct clean_lines {
	const struct lavoir_host *host;
	struct lines lines;
	bool record;
};

/* clang-format off */
static const char *const kind_names[] = {
	[KIND_COMMENTS] = "comments", [KIND_SHARE] = "share",
	[KIND_BYLINES] = "bylines", [KIND_CREDITS] = "credits",
	[KIND_COOKIES] = "cookies", [KIND_ORIGIN] = "origin",
	[KIND_RELATED] = "related", [KIND_SUBSCRIBE] = "subscribe",
	[KIND_NAVIGATION] = "navigation", [KIND_HASHTAGS] = "hashtags",
	[KIND_DATES] = "dates", [KIND_USER] = "phrases", NULL
};
static const char *const languages[] = {
	"de", "en", "es", "fr", "it", "nl", "pl", "pt", NULL
};
static const struct phrase *const phrases[] = {
	phrases_de, phrases_en, phrases_es, phrases_fr, phrases_it, phrases_nl,
	phrases_pl, phrases_pt
};
static const struct lavoir_option options[] = {
	[KINDS] = { "remove", LAVOIR_OPT_ENUM, LAVOIR_OPT_LIST,
	    "[\"comments\", \"share\", \"bylines\", \"credits\", \"cookies\", "
	    "\"origin\", \"related\", \"subscribe\", \"navigation\", "
	    "\"hashtags\", \"dates\", \"phrases\"]", 0, 0, kind_names,
	    "Kinds of lines to take out. `comments`: forms and buttons of "
	    "comments. `share`: share this, follow us. `bylines`: who wrote or "
	    "contributed, within eight lines of the begin or the end of the "
	    "text. `credits`: whose pictures. `cookies`: notices and buttons of "
	    "consent. `origin`: where it was published first. `related`: read "
	    "also. `subscribe`: newsletters, logging in. `navigation`: menus, "
	    "paths, advertisement, printing. `hashtags`: trains of them. "
	    "`dates`: a date alone, within eight lines of the begin. `phrases`: "
	    "your own." },
	[LANGUAGES] = { "languages", LAVOIR_OPT_ENUM, LAVOIR_OPT_LIST,
	    "[\"de\", \"en\", \"es\", \"fr\", \"it\", \"nl\", \"pl\", \"pt\"]",
	    0, 0, languages,
	    "The languages whose phrases are looked for, whatever that of the "
	    "document is." },
	[PHRASES] = { "phrases", LAVOIR_OPT_STR, LAVOIR_OPT_LIST, "[]", 0, 0,
	    NULL,
	    "Phrases of your own, of at most 16 words. A line goes that is one "
	    "but for case, punctuation and blanks. `*` at the begin or end of a "
	    "phrase stands for any words, in lines of at most 40. A colon must "
	    "be there, as in `Photo:*`." },
	[FILE_OF_PHRASES] = { "file", LAVOIR_OPT_PATH, 0, NULL, 0, 0, NULL,
	    "A file of such phrases, one a line; empty lines and those that "
	    "begin with `;` are passed over." },
	[KEEP] = { "keep", LAVOIR_OPT_STR, LAVOIR_OPT_LIST, "[]", 0, 0, NULL,
	    "Phrases of lines that stay, whatever else says." },
	[RECORD] = { "record", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
	    "Keep the lines that were taken out, at most 100, in the attribute "
	    "`lines.text`." },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	{ "lines.removed", "how many lines were taken out, if any" },
	{ "lines.kinds", "how many of each kind" },
	{ "lines.text", "these lines, with the option `record`" },
	{ 0 }
};
static const struct lavoir_name counters[] = {
	[COUNT_CHANGED] = { "changed", "documents that lost lines" },
	[COUNT_LINES] = { "lines", "lines taken out" },
	{ 0 }
};
/* clang-format on */

/* All phrases of the configuration but those of the file. */
static int
add_options(struct clean_lines *c, const struct lavoir_value *opt)
{
	const struct lavoir_list *own = &opt[PHRASES].list;
	const struct lavoir_list *keep = &opt[KEEP].list;

	for (size_t i = 0; i < own->n; i++)
		if (!matcher_add(&c->lines.phrases, KIND_USER, own->item[i].s))
			return c->host->fail(c->host, LAVOIR_EINVAL,
			    "phrases: expected 1 to 16 words each");
	for (size_t i = 0; i < keep->n; i++)
		if (!matcher_add(&c->lines.keep, KIND_USER, keep->item[i].s))
			return c->host->fail(c->host, LAVOIR_EINVAL,
			    "keep: expected 1 to 16 words in each phrase");
	return LAVOIR_OK;
}

static void
add_languages(struct clean_lines *c, const struct lavoir_list *chosen)
{
	for (size_t i = 0; i < chosen->n; i++)
		for (const struct phrase *p = phrases[chosen->item[i].i];
		     p->text; p++)
			matcher_add(&c->lines.phrases, p->kind,
			    (struct lavoir_str){ p->text, strlen(p->text) });
}

/* How many phrases of the file, which may be NULL, there are at most. */
static size_t
count_lines(FILE *file)
{
	size_t n = 0;
	int c;

	if (file == NULL)
		return 0;
	while ((c = getc(file)) != EOF)
		n += c == '\n';
	rewind(file);
	return n + 1;
}

static int
add_file(struct clean_lines *c, FILE *file, const char *path)
{
	char *line = NULL, message[256];
	size_t size = 0, number = 0;
	ssize_t len;
	int rc = LAVOIR_OK;

	while (rc == LAVOIR_OK && (len = getline(&line, &size, file)) >= 0) {
		number++;
		while (len > 0 && strchr("\r\n\t ", line[len - 1]) != NULL)
			len--;
		if (len == 0 || line[0] == ';')
			continue;
		if (lines_is_text(line, (size_t)len) &&
		    matcher_add(&c->lines.phrases, KIND_USER,
			(struct lavoir_str){ line, (size_t)len }))
			continue;
		snprintf(message, sizeof(message),
		    "file: %.160s:%zu: expected a phrase of 1 to 16 words in "
		    "UTF-8",
		    path, number);
		rc = c->host->fail(c->host, LAVOIR_EINVAL, message);
	}
	if (rc == LAVOIR_OK && ferror(file))
		rc = c->host->fail(c->host, LAVOIR_EINVAL,
		    "file: it cannot be read");
	free(line);
	return rc;
}

static int
no_memory(const struct lavoir_host *host)
{
	return host->fail(host, LAVOIR_ENOMEM, "out of memory");
}

static int
load(struct clean_lines *c, const struct lavoir_value *opt, FILE *file)
{
	size_t n = count_lines(file) + opt[PHRASES].list.n;
	int rc;

	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		for (const struct phrase *p = phrases[i]; p->text; p++)
			n++;
	if (!matcher_init(&c->lines.phrases, n) ||
	    !matcher_init(&c->lines.keep, opt[KEEP].list.n))
		return no_memory(c->host);
	rc = add_options(c, opt);
	if (rc == LAVOIR_OK && file)
		rc = add_file(c, file, opt[FILE_OF_PHRASES].s.ptr);
	if (rc != LAVOIR_OK)
		return rc;
	add_languages(c, &opt[LANGUAGES].list);
	rules_init(&c->lines.rules);
	for (size_t i = 0; i < opt[KINDS].list.n; i++)
		c->lines.remove[opt[KINDS].list.item[i].i] = true;
	return LAVOIR_OK;
}

static void
clean_lines_close(void *self)
{
	struct clean_lines *c = self;

	matcher_free(&c->lines.phrases);
	matcher_free(&c->lines.keep);
	free(c);
}

static int
clean_lines_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct clean_lines *c = calloc(1, sizeof(*c));
	FILE *file = NULL;
	char message[256];
	int rc;

	(void)plugin;
	if (c == NULL)
		return no_memory(host);
	c->host = host;
	c->record = opt[RECORD].i != 0;
	if (opt[FILE_OF_PHRASES].type != LAVOIR_NULL)
		file = fopen(opt[FILE_OF_PHRASES].s.ptr, "re");
	if (opt[FILE_OF_PHRASES].type != LAVOIR_NULL && file == NULL) {
		snprintf(message, sizeof(message), "file: %.160s: %s",
		    opt[FILE_OF_PHRASES].s.ptr, strerror(errno));
		rc = host->fail(host, LAVOIR_EINVAL, message);
	} else {
		rc = load(c, opt, file);
	}
	if (file)
		fclose(file);
	if (rc == LAVOIR_OK)
		*self = c;
	else
		clean_lines_close(c);
	return rc;
}

/* The attributes that tell what went. */
static int
tell(struct clean_lines *c, struct lavoir_doc *doc, const struct removed *r)
{
	struct lavoir_attr kind[KIND_COUNT];
	struct lavoir_value n = { .type = LAVOIR_INT, .i = (int64_t)r->n };
	struct lavoir_value map = { .type = LAVOIR_MAP, .map = { kind, 0 } };
	struct lavoir_value list = { .type = LAVOIR_LIST,
		.list = { r->text, r->n_texts } };
	int rc;

	for (int k = 0; k < KIND_COUNT; k++)
		if (r->of[k] > 0)
			kind[map.map.n++] = (struct lavoir_attr){ kind_names[k],
				{ .type = LAVOIR_INT,
				    .i = (int64_t)r->of[k] } };
	rc = c->host->doc_set(doc, "lines.removed", &n);
	if (rc == LAVOIR_OK)
		rc = c->host->doc_set(doc, "lines.kinds", &map);
	if (rc == LAVOIR_OK && r->n_texts > 0)
		rc = c->host->doc_set(doc, "lines.text", &list);
	return rc;
}

static int
clean_lines_process(void *self, struct lavoir_doc *doc)
{
	struct clean_lines *c = self;
	const struct lavoir_host *host = c->host;
	struct lavoir_str text = host->doc_text(doc);
	struct removed removed = { .texts_max = c->record ? REMOVED_TEXTS : 0 };
	char *out;
	int rc;

	if (text.len == 0)
		return LAVOIR_OK;
	out = host->doc_alloc(doc, text.len);
	if (out == NULL)
		return no_memory(host);
	text.len = lines_remove(&c->lines, host, text, out, &removed);
	if (text.len == SIZE_MAX)
		return LAVOIR_ECANCELED;
	if (removed.n == 0)
		return LAVOIR_OK;
	rc = tell(c, doc, &removed);
	if (rc != LAVOIR_OK)
		return rc;
	host->count(host, COUNT_CHANGED, 1);
	host->count(host, COUNT_LINES, (int64_t)removed.n);
	return host->doc_set_text(doc, (struct lavoir_str){ out, text.len });
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "clean-lines",
	.version = "1.0",
	.summary = "takes out lines that are no text: forms, buttons, credits, "
		   "menus",
	.options = options,
	.writes = writes,
	.counters = counters,
	.open = clean_lines_open,
	.close = clean_lines_close,
	.process = clean_lines_process,
};
