/* dedup-exact.c - finds documents whose text equals an earlier one's.
 *
 * The key is the first 64 bits of a digest of the normalised text; the whole
 * digest is kept as the document's sketch, so that documents which share only
 * the key are not taken for copies.
 */
#include "digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lavoir/plugin.h"

enum { NORMALISE, HASH, ACTION, TAG, ERASED };
enum { ACTION_DROP, ACTION_TAG };
enum { ERASED_DROP, ERASED_IGNORE };
enum { COUNT_COPIES, COUNT_ERASED, COUNT_WORDLESS };

struct dedup_exact {
	const struct lavoir_host *host;
	struct digest *digest;
	uint32_t index;
	int64_t action, erased;
	const char *tag;
};

/* clang-format off */
static const char *const normalise_choices[] = {
	"none", "whitespace", "words", NULL
};
static const char *const hash_choices[] = { "xxh3-128", "sha256", NULL };
static const char *const action_choices[] = { "drop", "tag", NULL };
static const char *const erased_choices[] = { "drop", "ignore", NULL };

static const struct lavoir_option options[] = {
	[NORMALISE] = { "normalise", LAVOIR_OPT_ENUM, 0, "\"whitespace\"", 0, 0,
	    normalise_choices,
	    "What of the text is compared. `none`: every byte. `whitespace`: every "
	    "run of white space counts as one space, and none at both ends. "
	    "`words`: only the words (as tag-basic counts them), with upper and "
	    "lower case alike; punctuation and white space do not matter." },
	[HASH] = { "hash", LAVOIR_OPT_ENUM, 0, "\"xxh3-128\"", 0, 0, hash_choices,
	    "The digest. `sha256` is slower, and for folders where somebody may "
	    "want one text to be taken for another." },
	[ACTION] = { "action", LAVOIR_OPT_ENUM, 0, "\"drop\"", 0, 0, action_choices,
	    "What happens to a copy. `drop`: it ends here, as a duplicate of the "
	    "earliest such document. `tag`: it goes on with the tag `tag`; "
	    "the original is recorded all the same." },
	[TAG] = { "tag", LAVOIR_OPT_STR, 0, "\"duplicate\"", 0, 0, NULL,
	    "The tag that `action: tag` sets." },
	[ERASED] = { "erased", LAVOIR_OPT_ENUM, 0, "\"drop\"", 0, 0, erased_choices,
	    "What happens to a copy of a document that was erased on request. "
	    "`drop`: it ends here with reason `erased`, whatever `action` says. "
	    "`ignore`: the erased one counts as if it had never been." },
	{ 0 }
};
static const struct lavoir_name reasons[] = {
	{ "exact", "the text equals that of an earlier document" },
	{ "erased", "the text equals that of a document erased on request" },
	{ 0 }
};
static const struct lavoir_name counters[] = {
	[COUNT_COPIES] = { "copies", "copies found" },
	[COUNT_ERASED] = { "erased", "copies of erased documents found" },
	[COUNT_WORDLESS] = { "without_text",
	    "documents with nothing left to compare once normalised; they are "
	    "never copies" },
	{ 0 }
};
/* clang-format on */

static void
dedup_exact_close(void *self)
{
	struct dedup_exact *d = self;

	digest_free(d->digest);
	free(d);
}

static bool
dedup_exact_check(const struct lavoir_value *opt, char *err, size_t size)
{
	if (opt[ACTION].i == ACTION_TAG && opt[TAG].s.len == 0) {
		(void)snprintf(err, size, "action tag needs a tag");
		return false;
	}
	return true;
}

/* Documents are comparable if and only if this text is the same. */
static int
declare(struct dedup_exact *d, const struct lavoir_value *opt)
{
	char params[64];
	const struct lavoir_index index = {
		.size = sizeof(index),
		.keys_max = 1,
		.sketch_size = (uint32_t)digest_size(d->digest),
		.params = params,
	};
	int n;

	(void)snprintf(params, sizeof(params), "exact 1 %s %s",
	    normalise_choices[opt[NORMALISE].i], hash_choices[opt[HASH].i]);
	n = d->host->index(d->host, &index);
	if (n < 0)
		return n;
	d->index = (uint32_t)n;
	return LAVOIR_OK;
}

static int
dedup_exact_open(const struct lavoir_plugin *plugin,
    const struct lavoir_host *host, const struct lavoir_value *opt, void **self)
{
	struct dedup_exact *d = calloc(1, sizeof(*d));
	int rc;

	(void)plugin;
	if (d == NULL)
		return host->fail(host, LAVOIR_ENOMEM, "out of memory");
	d->host = host;
	d->action = opt[ACTION].i;
	d->erased = opt[ERASED].i;
	d->tag = opt[TAG].s.ptr;
	d->digest = digest_new((int)opt[NORMALISE].i, (int)opt[HASH].i);
	if (d->digest == NULL)
		rc = host->fail(host, LAVOIR_EFATAL, "no such digest");
	else
		rc = declare(d, opt);
	if (rc != LAVOIR_OK) {
		dedup_exact_close(d);
		return rc;
	}
	*self = d;
	return LAVOIR_OK;
}

static int
dedup_exact_process(void *self, struct lavoir_doc *doc)
{
	struct dedup_exact *d = self;
	unsigned char sum[DIGEST_MAX];
	uint64_t key = 0;

	switch (digest_text(d->digest, d->host->doc_text(doc), sum)) {
	case DIGEST_EMPTY:
		d->host->count(d->host, COUNT_WORDLESS, 1);
		return LAVOIR_OK;
	case DIGEST_FAILED:
		return d->host->fail(d->host, LAVOIR_EFATAL,
		    "libcrypto failed");
	default:
		break;
	}
	/* By place, so that the key is the same on every machine. */
	for (int i = 0; i < 8; i++)
		key = key << 8 | sum[i];
	return d->host->keys(doc, d->index, &key, 1,
	    (struct lavoir_str){ (const char *)sum, digest_size(d->digest) });
}

static bool
same(struct lavoir_str a, struct lavoir_str b)
{
	return a.len == b.len && a.len > 0 && memcmp(a.ptr, b.ptr, a.len) == 0;
}

static int
found(struct dedup_exact *d, struct lavoir_doc *doc, struct lavoir_str sketch,
    const struct lavoir_hit *hit)
{
	const struct lavoir_host *host = d->host;
	char detail[16 + 2 * DIGEST_MAX];
	int rc, n;

	n = snprintf(detail, sizeof(detail), "%s ", digest_name(d->digest));
	for (size_t i = 0; i < sketch.len && i < DIGEST_MAX; i++)
		n += snprintf(detail + n, sizeof(detail) - (size_t)n, "%02x",
		    (unsigned char)sketch.ptr[i]);
	if (hit->forgotten) {
		host->count(host, COUNT_ERASED, 1);
		return host->drop(doc, "erased", detail);
	}
	host->count(host, COUNT_COPIES, 1);
	if (d->action == ACTION_DROP)
		return host->duplicate(doc, hit->id, 1.0, "exact", detail,
		    true);
	rc = host->duplicate(doc, hit->id, 1.0, "exact", detail, false);
	if (rc != LAVOIR_OK)
		return rc;
	return host->doc_tag(doc, d->tag, true);
}

static int
dedup_exact_commit(void *self, struct lavoir_doc *doc)
{
	struct dedup_exact *d = self;
	const struct lavoir_hit *hit = NULL;
	struct lavoir_str sketch;
	size_t n = 0;
	int rc;

	rc = d->host->hits(doc, d->index, &hit, &n);
	if (rc != LAVOIR_OK || n == 0)
		return rc;
	sketch = d->host->sketch(doc, d->index);
	/* The earliest comes first: it is the original. */
	for (size_t i = 0; i < n; i++) {
		if (hit[i].forgotten && d->erased == ERASED_IGNORE)
			continue;
		if (same(hit[i].sketch, sketch))
			return found(d, doc, sketch, &hit[i]);
	}
	return LAVOIR_OK;
}

const struct lavoir_plugin lavoir_plugin_v1 = {
	LAVOIR_PLUGIN_HEAD,
	.name = "dedup-exact",
	.version = "1.0",
	.summary = "ends or tags documents whose text equals an earlier one's",
	.options = options,
	.reasons = reasons,
	.counters = counters,
	.check = dedup_exact_check,
	.open = dedup_exact_open,
	.close = dedup_exact_close,
	.process = dedup_exact_process,
	.commit = dedup_exact_commit,
};
