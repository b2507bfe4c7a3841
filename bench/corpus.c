/* corpus.c - text files to measure with: the same on every machine.
 *
 * corpus FOLDER COUNT [FIRST]: COUNT files of 2-8 KiB, words and sentences of
 * an invented language.  Every 50th is a copy of an earlier one.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS = 4096, WORD_MAX = 24, SIZE_MIN = 2048, SIZE_MAX_ = 8192 };
enum { REST = 18, PLAIN = 16 }; /* the last two have accents */

static uint64_t
next(uint64_t *state)
{
	uint64_t x = (*state += 0x9e3779b97f4a7c15U);

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
	return x ^ (x >> 31);
}

static void
make_words(char word[][WORD_MAX], bool accents)
{
	static const char *const onset[] = { "b", "d", "f", "g", "l", "m", "n",
		"p", "r", "s", "t", "v", "ch", "tr", "st", "pl" };
	static const char *const rest[REST] = { "a", "e", "i", "o", "u", "an",
		"en", "is", "or", "ul", "ai", "ent", "ir", "es", "on", "al",
		"\xc3\xa9", "\xc3\xb4" };
	uint64_t state = 1;

	for (int i = 0; i < WORDS; i++) {
		uint64_t r = next(&state);
		int syllables = 1 + (int)(r & 3) % 3;

		word[i][0] = '\0';
		for (int k = 0; k < syllables; k++) {
			size_t len = strlen(word[i]);

			r = next(&state);
			(void)snprintf(word[i] + len, WORD_MAX - len, "%s%s",
			    onset[r & 15],
			    rest[(r >> 4) % (accents ? REST : PLAIN)]);
		}
	}
}

/* Frequent words come first: the smaller of two draws, twice. */
static const char *
draw(char word[][WORD_MAX], uint64_t *state)
{
	uint64_t r = next(state), least = WORDS;

	for (int i = 0; i < 3; i++, r >>= 12)
		if (r % WORDS < least)
			least = r % WORDS;
	return word[least];
}

static size_t
write_text(char *dst, char word[][WORD_MAX], uint64_t number)
{
	uint64_t state = number * 1000003 + 17;
	size_t size = SIZE_MIN + next(&state) % (SIZE_MAX_ - SIZE_MIN);
	size_t at = 0, sentence = 0;

	while (at < size) {
		const char *w = draw(word, &state);
		size_t len = strlen(w);

		memcpy(dst + at, w, len);
		if (sentence == 0 && w[0] >= 'a')
			dst[at] = (char)(w[0] - 'a' + 'A');
		at += len;
		sentence++;
		if (sentence > 4 && next(&state) % 10 == 0) {
			dst[at++] = '.';
			sentence = 0;
		}
		dst[at++] = next(&state) % 80 == 0 ? '\n' : ' ';
	}
	dst[at++] = '\n';
	return at;
}

int
main(int argc, char **argv)
{
	static char word[2][WORDS][WORD_MAX];
	static char text[SIZE_MAX_ + 2 * WORD_MAX];
	uint64_t count, first;

	if (argc < 3 || chdir(argv[1]) != 0) {
		(void)fputs("usage: corpus FOLDER COUNT [FIRST]\n", stderr);
		return 64;
	}
	count = strtoull(argv[2], NULL, 10);
	first = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
	make_words(word[0], false);
	make_words(word[1], true);
	for (uint64_t i = first; i < first + count; i++) {
		char name[64];
		size_t len;
		int fd;

		uint64_t number = i % 50 == 49 ? i / 100 * 50 : i;

		len = write_text(text, word[number % 4 == 3], number);
		(void)snprintf(name, sizeof name, "doc-%08" PRIu64 ".txt", i);
		fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		if (fd < 0 || write(fd, text, len) != (ssize_t)len ||
		    close(fd) != 0) {
			perror(name);
			return 74;
		}
	}
	return 0;
}
