/* entity.c - character references. */
#include "entity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/HTMLparser.h>

#include "common/u8.h"

enum { NAME_MAX_LENGTH = 32 };

static uint32_t
numeric(const char *s)
{
	bool hex = *s == 'x' || *s == 'X';
	char *end;
	unsigned long cp = strtoul(s + hex, &end, hex ? 16 : 10);

	if (*end != '\0' || end == s + hex)
		return 0;
	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		return U8_REPLACEMENT;
	return (uint32_t)cp;
}

size_t
entity_decode(struct lavoir_str s, char out[8])
{
	char name[NAME_MAX_LENGTH];
	const htmlEntityDesc *e;
	uint32_t cp;

	if (s.len < 4 || s.len - 2 >= sizeof(name) || s.ptr[0] != '&' ||
	    s.ptr[s.len - 1] != ';')
		return 0;
	memcpy(name, s.ptr + 1, s.len - 2);
	name[s.len - 2] = '\0';
	if (name[0] == '#') {
		cp = numeric(name + 1);
	} else {
		e = htmlEntityLookup((const xmlChar *)name);
		cp = e != NULL			? e->value
		    : strcmp(name, "apos") == 0 ? '\''
						: 0;
	}
	return cp != 0 ? u8_encode((unsigned char *)out, cp) : 0;
}
