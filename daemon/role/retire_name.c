/* retire_name.c - names for files whose own is taken. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "role/retire_private.h"

/* At most max bytes of name, not ending inside a character. */
static size_t
shorten(const char *name, size_t len, size_t max)
{
	if (len <= max)
		return len;
	/* The tail of a character belongs to it, where it is UTF-8 at all. */
	if (utf8_valid(name, len))
		while (max > 0 && ((unsigned char)name[max] & 0xc0) == 0x80)
			max--;
	return max;
}

static void
join(char dst[NAME_MAX + 1], const char *name, size_t stem, const char *id)
{
	const char *end = name + stem;
	size_t id_len = strlen(id), end_len = strlen(end), room;

	if (id_len > NAME_MAX / 2)
		id_len = NAME_MAX / 2;
	if (end_len + id_len + 1 > NAME_MAX) {
		stem += end_len;
		end_len = 0;
	}
	room = NAME_MAX - 1 - id_len - end_len;
	stem = shorten(name, stem, room);
	memcpy(dst, name, stem);
	dst[stem++] = '~';
	memcpy(dst + stem, id, id_len);
	memcpy(dst + stem + id_len, end, end_len);
	dst[stem + id_len + end_len] = '\0';
}

void
retire_name_taken(char dst[NAME_MAX + 1], const char *name, const char *id)
{
	join(dst, name, strlen(name), id);
}

void
retire_name_beside(char dst[NAME_MAX + 1], const char *name, const char *id)
{
	const char *dot = name[0] ? strchr(name + 1, '.') : NULL;

	join(dst, name, dot ? (size_t)(dot - name) : strlen(name), id);
}
