/* alphabet.h - which characters above ASCII a language writes, the most
 * frequent ones first. */
#ifndef LAVOIR_PLUGINS_COMMON_ENCODING_ALPHABET_H
#define LAVOIR_PLUGINS_COMMON_ENCODING_ALPHABET_H

#include <stddef.h>

enum script {
	SCRIPT_LATIN,
	SCRIPT_CYRILLIC,
	SCRIPT_GREEK,
	SCRIPT_HEBREW,
	SCRIPT_ARABIC,
	SCRIPT_THAI
};

struct alphabet {
	enum script script;
	const char *letters; /* UTF-8, lower case where there is case */
};

/* By number; NULL past the last. */
const struct alphabet *alphabet_at(size_t i);

#endif
