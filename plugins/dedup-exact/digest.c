/* digest.c - the digest of a text, normalised on the way.
 *
 * The normalised text is made in a small buffer that is hashed when full, so
 * that memory does not depend on the document.
 */
#include "digest.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <unicode/uchar.h>
#include <xxhash.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "common/u8.h"
#include "common/words.h"

enum { BUFFER = 16384 };

struct digest {
	int normalise, hash;
	XXH3_state_t *xxh3;
	EVP_MD_CTX *sha256;
	bool failed;
	bool any; /* something was written */
	size_t n; /* bytes in buffer */
	unsigned char buffer[BUFFER];
};

struct digest *
digest_new(int normalise, int hash)
{
	struct digest *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->normalise = normalise;
	d->hash = hash;
	d->xxh3 = XXH3_createState();
	d->sha256 = EVP_MD_CTX_new();
	if (d->xxh3 == NULL || d->sha256 == NULL ||
	    (hash == HASH_SHA256 &&
		!EVP_DigestInit_ex(d->sha256, EVP_sha256(), NULL))) {
		digest_free(d);
		return NULL;
	}
	return d;
}

void
digest_free(struct digest *d)
{
	if (d == NULL)
		return;
	(void)XXH3_freeState(d->xxh3);
	EVP_MD_CTX_free(d->sha256);
	free(d);
}

size_t
digest_size(const struct digest *d)
{
	return d->hash == HASH_XXH3 ? 16 : 32;
}

const char *
digest_name(const struct digest *d)
{
	return d->hash == HASH_XXH3 ? "xxh3-128" : "sha256";
}

static void
update(struct digest *d, const void *ptr, size_t len)
{
	if (d->hash == HASH_XXH3)
		d->failed |=
		    XXH3_128bits_update(d->xxh3, ptr, len) == XXH_ERROR;
	else
		d->failed |= !EVP_DigestUpdate(d->sha256, ptr, len);
}

static void
flush(struct digest *d)
{
	update(d, d->buffer, d->n);
	d->n = 0;
}

static void
put(struct digest *d, const void *ptr, size_t len)
{
	d->any = true;
	if (BUFFER - d->n < len) {
		flush(d);
		if (len >= BUFFER) {
			update(d, ptr, len);
			return;
		}
	}
	memcpy(d->buffer + d->n, ptr, len);
	d->n += len;
}

/* May white space that is not to be kept as it is begin with this byte?  Leads
 * of U+0085, U+00A0, U+1680, U+20xx and U+3000; a space is looked at apart. */
static bool
suspect(unsigned char c)
{
	return c < ' ' || c == 0xc2 || (c >= 0xe1 && c <= 0xe3);
}

/* Bytes at p that stand as they are: words with one space between them. */
static size_t
kept(const unsigned char *p, const unsigned char *end)
{
	const unsigned char *begin = p;

#if defined(__SSE2__)
	for (; end - p > 16; p += 16) {
		__m128i v = _mm_loadu_si128((const void *)p);
		__m128i after = _mm_loadu_si128((const void *)(p + 1));
		__m128i space = _mm_set1_epi8(' ');
		__m128i two = _mm_and_si128(_mm_cmpeq_epi8(v, space),
		    _mm_cmpeq_epi8(after, space));
		/* Unsigned: v <= 0x1f, and 0xe1 <= v <= 0xe3. */
		__m128i control =
		    _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
		__m128i e = _mm_sub_epi8(v, _mm_set1_epi8((char)0xe1));
		__m128i lead =
		    _mm_cmpeq_epi8(_mm_min_epu8(e, _mm_set1_epi8(2)), e);
		__m128i c2 = _mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xc2));
		unsigned mask = (unsigned)_mm_movemask_epi8(
		    _mm_or_si128(_mm_or_si128(two, control),
			_mm_or_si128(lead, c2)));

		if (mask != 0)
			return (size_t)(p - begin) +
			    (size_t)__builtin_ctz(mask);
	}
#endif
	while (p < end && !suspect(*p) &&
	    (*p != ' ' || (p + 1 < end && p[1] != ' ')))
		p++;
	return (size_t)(p - begin);
}

/* Add what stands from *run up to p, without a space at its end.  *gap: white
 * space came before it. */
static void
put_run(struct digest *d, const unsigned char *run, const unsigned char *p,
    bool *gap)
{
	while (run < p && *run == ' ') {
		*gap = true;
		run++;
	}
	if (run == p)
		return;
	if (*gap && d->any)
		put(d, " ", 1);
	*gap = p[-1] == ' ';
	put(d, run, (size_t)(p - run) - *gap);
}

/* Words in the sense of white space between them, with one space between. */
static void
put_whitespace(struct digest *d, struct lavoir_str text)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	const unsigned char *end = p + text.len, *run = p;
	bool gap = false;
	size_t n;

	while (p < end) {
		p += kept(p, end);
		if (p == end)
			break;
		if (!words_space(u8_decode(p, &n))) {
			p += n;
			continue;
		}
		put_run(d, run, p, &gap);
		gap = true;
		p += n;
		run = p;
	}
	put_run(d, run, end, &gap);
}

/* Room for a space and a character, without asking again. */
static unsigned char *
room(struct digest *d)
{
	if (BUFFER - d->n < 8)
		flush(d);
	return d->buffer + d->n;
}

static void
put_folded(struct digest *d, uint32_t cp, bool space)
{
	unsigned char *out = room(d);

	if (space)
		*out++ = ' ';
	if (cp < 0x80)
		*out++ = (unsigned char)(cp - 'A' < 26 ? cp | 0x20 : cp);
	else
		out += u8_encode(out,
		    (uint32_t)u_foldCase((UChar32)cp, U_FOLD_CASE_DEFAULT));
	d->n = (size_t)(out - d->buffer);
	d->any = true;
}

/* The words that words_next() would find, folded, with one space between. */
static void
put_words(struct digest *d, struct lavoir_str text)
{
	const unsigned char *p = (const unsigned char *)text.ptr;
	const unsigned char *end = p + text.len;
	int before = WORDS_SEPARATOR;
	size_t n;

	while (p < end) {
		uint32_t cp = u8_decode(p, &n);
		int class = words_class(cp);

		if (class != WORDS_SEPARATOR)
			put_folded(d, cp,
			    d->any &&
				(class == WORDS_ALONE || before != class));
		before = class;
		p += n;
	}
}

static bool
begin(struct digest *d)
{
	d->failed = false;
	d->any = false;
	d->n = 0;
	if (d->hash == HASH_XXH3)
		return XXH3_128bits_reset(d->xxh3) == XXH_OK;
	return EVP_DigestInit_ex(d->sha256, NULL, NULL) == 1;
}

static bool
finish(struct digest *d, unsigned char *sum)
{
	XXH128_canonical_t canonical;
	unsigned n;

	flush(d);
	if (d->failed)
		return false;
	if (d->hash == HASH_SHA256)
		return EVP_DigestFinal_ex(d->sha256, sum, &n) == 1;
	XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(d->xxh3));
	memcpy(sum, canonical.digest, sizeof(canonical.digest));
	return true;
}

int
digest_text(struct digest *d, struct lavoir_str text, unsigned char *sum)
{
	if (!begin(d))
		return DIGEST_FAILED;
	if (d->normalise == NORMALISE_WHITESPACE)
		put_whitespace(d, text);
	else if (d->normalise == NORMALISE_WORDS)
		put_words(d, text);
	else if (text.len > 0)
		put(d, text.ptr, text.len);
	if (!d->any)
		return DIGEST_EMPTY;
	return finish(d, sum) ? DIGEST_OK : DIGEST_FAILED;
}
