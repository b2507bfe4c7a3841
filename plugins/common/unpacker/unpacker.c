/* unpacker.c - members one after the other, whatever their format. */
#include "common/unpacker/unpacker.h"

#include <stdlib.h>
#include <string.h>

#include "common/unpacker/unpacker_kind.h"

enum { STEP_MAX = 1 << 30 };

struct unpacker *
unpacker_new(enum unpacker_type type)
{
	struct unpacker *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return NULL;
	u->type = type;
	u->kind = &unpacker_kinds[type];
	if (!u->kind->begin(u)) {
		unpacker_free(u);
		return NULL;
	}
	return u;
}

void
unpacker_free(struct unpacker *u)
{
	if (u == NULL)
		return;
	if (u->ready)
		u->kind->free(u);
	free(u);
}

static enum unpacker_status
broken(struct unpacker *u, const char *error)
{
	u->error = error;
	return UNPACKER_ERROR;
}

void
unpacker_start(struct unpacker *u, struct lavoir_str in)
{
	u->in = in;
	u->at = 0;
	u->between = false;
	u->error = u->kind->begin(u) ? NULL : "no memory to decompress";
}

const char *
unpacker_error(const struct unpacker *u)
{
	return u->error;
}

size_t
unpacker_consumed(const struct unpacker *u)
{
	return u->at;
}

bool
unpacker_between(const struct unpacker *u)
{
	return u->between;
}

/* Frames that hold no data begin with sixteen magics. */
static bool
zstd_skippable(const char *p, size_t n)
{
	return n >= 4 && ((unsigned char)p[0] & 0xf0) == 0x50 &&
	    memcmp(p + 1, "\x2a\x4d\x18", 3) == 0;
}

static bool
begins_member(const struct unpacker *u, const char *p, size_t n)
{
	const struct unpacker_kind *kind = u->kind;

	if (u->type == UNPACKER_ZSTD && zstd_skippable(p, n))
		return true;
	return kind->magic_len > 0 && n >= kind->magic_len &&
	    memcmp(p, kind->magic, kind->magic_len) == 0;
}

const char *
unpacker_find_member(enum unpacker_type type, const char *p, size_t n)
{
	const struct unpacker_kind *kind = &unpacker_kinds[type];

	return kind->magic_len > 0 ? memmem(p, n, kind->magic, kind->magic_len)
				   : NULL;
}

/* Padding with zeros is common (tape blocks, xz), before the next member or the
 * end. */
static enum unpacker_status
next_member(struct unpacker *u)
{
	size_t at = u->at;

	while (at < u->in.len && u->in.ptr[at] == '\0')
		at++;
	if (at == u->in.len) {
		u->at = at;
		return UNPACKER_END;
	}
	if (!begins_member(u, u->in.ptr + at, u->in.len - at))
		return broken(u, "something else behind the last member");
	u->at = at;
	u->between = false;
	return u->kind->begin(u) ? UNPACKER_MORE
				 : broken(u, "no memory to decompress");
}

enum unpacker_status
unpacker_read(struct unpacker *u, char *out, size_t room, size_t *len_r)
{
	size_t left = u->in.len - u->at;
	struct step_io io = { .in = u->in.ptr + u->at,
		.in_len = left < STEP_MAX ? left : STEP_MAX,
		.out = out,
		.room = room < STEP_MAX ? room : STEP_MAX };
	enum step step;

	*len_r = 0;
	if (u->error != NULL)
		return UNPACKER_ERROR;
	if (u->between)
		return next_member(u);
	step = u->kind->step(u, &io);
	u->at += io.used;
	*len_r = io.made;
	if (step == STEP_ERROR)
		return UNPACKER_ERROR;
	if (step == STEP_MEMBER)
		u->between = true;
	else if (u->at == u->in.len && io.made < io.room)
		return broken(u, "the stream is cut off");
	return UNPACKER_MORE;
}
