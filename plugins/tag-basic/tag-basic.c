/* tag-basic.c - counts characters, words, lines and bytes of the text, and its
 * SHA-256, as attributes. */
#include <stdlib.h>

#include <openssl/evp.h>

#include "common/words.h"
#include "lavoir/plugin.h"

enum { CHARACTERS, WORDS, LINES, BYTES, SHA256, N_OPTIONS };

struct tag_basic {
	const struct lavoir_host *host;
	EVP_MD_CTX *digest;
	bool wanted[N_OPTIONS];
};

/* clang-format off */
static const struct lavoir_option options[] = {
	[CHARACTERS] = { "characters", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Set `characters`: the number of Unicode code points." },
	[WORDS] = { "words", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Set `words`. A word is a longest run of word characters: ASCII letters, "
	    "digits, `_`, and all characters above ASCII but white space, "
	    "punctuation, symbols and controls. Of Han, Hiragana, Katakana, Bopomofo "
	    "and Yi, every character is a word; Thai, Lao, Khmer and Burmese count "
	    "by the runs between spaces. Apostrophes and hyphens separate: "
	    "`don't` is two words." },
	[LINES] = { "lines", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Set `lines`: newlines, and one more when the text does not end in "
	    "one. An empty text has none." },
	[BYTES] = { "bytes", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Set `bytes`: the length of the text in UTF-8." },
	[SHA256] = { "sha256", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
	    "Set `text_sha256`: the SHA-256 of the text in UTF-8, 64 hexadecimal "
	    "digits. That of the file is `lavoir.sha256`." },
	{ 0 }
};
static const struct lavoir_name writes[] = {
	{ "characters", "code points of the text" },
	{ "words", "words of the text" },
	{ "lines", "lines of the text" },
	{ "bytes", "bytes of the text in UTF-8" },
	{ "text_sha256", "SHA-256 of the text in UTF-8, in hexadecimal" },
	{ 0 }
};
/* clang-format on */

static void
tag_basic_close(void *self)
{
	struct tag_basic *t = self;

	EVP_MD_CTX_free(t->digest);
	free(t);
}

static int
tag_basic_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct tag_basic *t = calloc(1, sizeof(*t));

	(void)plugin;
	if (t == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	t->host = host;
	for (int i = 0; i < N_OPTIONS; i++)
		t->wanted[i] = opt[i].i != 0;
	/* The digest is fetched here, while files may be read. */
	t->digest = EVP_MD_CTX_new();
	if (t->digest == NULL ||
	    !EVP_DigestInit_ex(t->digest, EVP_sha256(), NULL)) {
		tag_basic_close(t);
		return host->fail(host, LAVOIR_EFATAL,
		    "libcrypto has no SHA-256");
	}
	*self = t;
	return LAVOIR_OK;
}

static void
set_count(struct tag_basic *t, struct lavoir_doc *doc, const char *name,
    uint64_t n)
{
	struct lavoir_value v = { .type = LAVOIR_INT, .i = (int64_t)n };

	(void)t->host->doc_set(doc, name, &v);
}

static int
set_sha256(struct tag_basic *t, struct lavoir_doc *doc, struct lavoir_str text)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	char s[2 * EVP_MAX_MD_SIZE];
	struct lavoir_value v = { .type = LAVOIR_STR };

	if (!EVP_DigestInit_ex(t->digest, NULL, NULL) ||
	    !EVP_DigestUpdate(t->digest, text.ptr, text.len) ||
	    !EVP_DigestFinal_ex(t->digest, sum, &n))
		return t->host->fail(t->host, LAVOIR_EFATAL,
		    "libcrypto failed");
	for (size_t i = 0; i < n; i++) {
		s[2 * i] = hex[sum[i] >> 4];
		s[2 * i + 1] = hex[sum[i] & 15];
	}
	v.s = (struct lavoir_str){ s, 2 * (size_t)n };
	return t->host->doc_set(doc, "text_sha256", &v);
}

static int
tag_basic_process(void *self, struct lavoir_doc *doc)
{
	struct tag_basic *t = self;
	struct lavoir_str text = t->host->doc_text(doc);
	struct lavoir_value last = { .type = LAVOIR_INT };
	struct words_counts c;
	int rc;

	if (t->wanted[CHARACTERS] || t->wanted[WORDS] || t->wanted[LINES]) {
		words_count(text, &c);
		if (t->wanted[CHARACTERS])
			set_count(t, doc, "characters", c.characters);
		if (t->wanted[WORDS])
			set_count(t, doc, "words", c.words);
		if (t->wanted[LINES])
			set_count(t, doc, "lines", c.lines);
	}
	/* Errors stick: those of the calls above come back here. */
	if (t->wanted[SHA256] && (rc = set_sha256(t, doc, text)) != LAVOIR_OK)
		return rc;
	if (!t->wanted[BYTES])
		return LAVOIR_OK;
	last.i = (int64_t)text.len;
	return t->host->doc_set(doc, "bytes", &last);
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "tag-basic",
	.version = "1.0",
	.summary = "counts characters, words, lines and bytes of the text, "
		   "and its SHA-256",
	.options = options,
	.writes = writes,
	.open = tag_basic_open,
	.close = tag_basic_close,
	.process = tag_basic_process,
};
