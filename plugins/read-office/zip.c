/* zip.c - members of a ZIP file that is in memory. */
#include "zip.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "office.h"

enum {
	END_SIGNATURE = 0x06054b50,
	END64_SIGNATURE = 0x06064b50,
	LOCATOR_SIGNATURE = 0x07064b50,
	CENTRAL_SIGNATURE = 0x02014b50,
	LOCAL_SIGNATURE = 0x04034b50,
	END_SIZE = 22,
	LOCATOR_SIZE = 20,
	END64_SIZE = 56,
	CENTRAL_SIZE = 46,
	LOCAL_SIZE = 30,
	FLAG_ENCRYPTED = 1,
	METHOD_STORED = 0,
	METHOD_DEFLATED = 8,
	METHOD_AES = 99,
	RATIO_FROM = 1 << 20,
	NAME_MAX_LENGTH = 1024,
};

static uint16_t
u16(const unsigned char *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static uint32_t
u32(const unsigned char *p)
{
	return u16(p) | (uint32_t)u16(p + 2) << 16;
}

static uint64_t
u64(const unsigned char *p)
{
	return u32(p) | (uint64_t)u32(p + 4) << 32;
}

struct directory {
	uint64_t offset, size, entries;
	uint64_t shift; /* bytes before what calls itself offset 0 */
};

/* The directory's place by the ZIP64 record before the end record. */
static void
read_end64(const unsigned char *raw, size_t end, struct directory *d)
{
	uint64_t at;

	if (end < LOCATOR_SIZE ||
	    u32(raw + end - LOCATOR_SIZE) != LOCATOR_SIGNATURE)
		return;
	at = u64(raw + end - LOCATOR_SIZE + 8);
	if (at > end || end - at < END64_SIZE ||
	    u32(raw + at) != END64_SIGNATURE)
		return;
	d->entries = u64(raw + at + 32);
	d->size = u64(raw + at + 40);
	d->offset = u64(raw + at + 48);
}

static bool
find_directory(struct lavoir_str text, struct directory *d)
{
	const unsigned char *raw = (const unsigned char *)text.ptr;
	size_t at, lowest;

	if (text.len < END_SIZE)
		return false;
	lowest = text.len > END_SIZE + 65535 ? text.len - END_SIZE - 65535 : 0;
	for (at = text.len - END_SIZE; u32(raw + at) != END_SIGNATURE; at--)
		if (at == lowest)
			return false;
	d->entries = u16(raw + at + 10);
	d->size = u32(raw + at + 12);
	d->offset = u32(raw + at + 16);
	d->shift = 0;
	if (d->entries == 0xffff || d->size == 0xffffffff ||
	    d->offset == 0xffffffff)
		read_end64(raw, at, d);
	/* Something may stand before the file; the directory ends here. */
	if (d->size <= at && d->offset < at - d->size &&
	    u32(raw + (at - d->size)) == CENTRAL_SIGNATURE)
		d->shift = at - d->size - d->offset;
	return d->offset <= at && d->shift <= at - d->offset;
}

/* Sizes and offset that do not fit 32 bits. */
static void
read_extra64(const unsigned char *p, size_t len, struct zip_member *m)
{
	const unsigned char *end = p + len, *next;

	while (end - p >= 4) {
		next = p + 4 + u16(p + 2);
		if (next > end)
			return;
		if (u16(p) == 1)
			break;
		p = next;
	}
	if (end - p < 4)
		return;
	p += 4;
	if (m->size == 0xffffffff && next - p >= 8) {
		m->size = u64(p);
		p += 8;
	}
	if (m->packed_size == 0xffffffff && next - p >= 8) {
		m->packed_size = u64(p);
		p += 8;
	}
	if (m->offset == 0xffffffff && next - p >= 8)
		m->offset = u64(p);
}

static char *
fold(struct office *o, const char *name)
{
	char *s = office_copy(o, name, strlen(name));

	for (char *p = s; p != NULL && *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return s;
}

static void
add_member(struct office *o, const unsigned char *p, uint64_t shift)
{
	struct zip *z = &o->zip;
	struct zip_member *m;
	size_t name_len = u16(p + 28);
	char *name, *folded;

	if (name_len == 0 || name_len > NAME_MAX_LENGTH)
		return;
	m = office_alloc(o, sizeof(*m));
	name = office_copy(o, (const char *)p + CENTRAL_SIZE, name_len);
	if (m == NULL || name == NULL)
		return;
	for (char *c = name; *c != '\0'; c++)
		if (*c == '\\')
			*c = '/';
	m->name = name;
	m->flags = u16(p + 8);
	m->method = u16(p + 10);
	m->crc = u32(p + 16);
	m->packed_size = u32(p + 20);
	m->size = u32(p + 24);
	m->offset = u32(p + 42);
	read_extra64(p + CENTRAL_SIZE + name_len, u16(p + 30), m);
	m->offset += shift;
	folded = fold(o, name);
	if (folded == NULL)
		return;
	map_put(o, &z->names, name, m);
	map_put(o, &z->folded, folded, m);
	z->n++;
}

bool
zip_open(struct office *o)
{
	struct zip *z = &o->zip;
	const unsigned char *raw = (const unsigned char *)z->raw.ptr;
	struct directory d;
	uint64_t at;

	if (!find_directory(z->raw, &d)) {
		(void)office_fail(o, LAVOIR_EINVAL,
		    "truncated: the ZIP file has no directory");
		return false;
	}
	at = d.offset + d.shift;
	for (uint64_t i = 0; i < d.entries && o->rc == LAVOIR_OK; i++) {
		const unsigned char *p = raw + at;
		size_t n;

		if (z->raw.len - at < CENTRAL_SIZE ||
		    u32(p) != CENTRAL_SIGNATURE)
			break;
		n = (size_t)CENTRAL_SIZE + u16(p + 28) + u16(p + 30) +
		    u16(p + 32);
		if (z->raw.len - at < n)
			break;
		if (z->n == z->limits->members_max) {
			(void)office_fail(o, LAVOIR_EINVAL,
			    "more than %zu members", z->limits->members_max);
			break;
		}
		add_member(o, p, d.shift);
		at += n;
	}
	if (o->rc == LAVOIR_OK && z->n == 0)
		(void)office_fail(o, LAVOIR_EINVAL,
		    "corrupt: the ZIP file's directory is empty or damaged");
	return o->rc == LAVOIR_OK;
}

const struct zip_member *
zip_find(struct office *o, const char *name)
{
	const struct zip_member *m = map_get(&o->zip.names, name);
	const char *folded;

	if (m != NULL)
		return m;
	folded = fold(o, name);
	return folded != NULL ? map_get(&o->zip.folded, folded) : NULL;
}

static bool
find_data(struct office *o, const struct zip_member *m,
    const unsigned char **p_r)
{
	const unsigned char *raw = (const unsigned char *)o->zip.raw.ptr;
	size_t len = o->zip.raw.len, head;

	if (m->offset > len || len - m->offset < LOCAL_SIZE ||
	    u32(raw + m->offset) != LOCAL_SIGNATURE)
		return false;
	head = (size_t)LOCAL_SIZE + u16(raw + m->offset + 26) +
	    u16(raw + m->offset + 28);
	if (len - m->offset < head || len - m->offset - head < m->packed_size)
		return false;
	*p_r = raw + m->offset + head;
	return true;
}

static bool
check_member(struct office *o, const struct zip_member *m)
{
	if (m->flags & FLAG_ENCRYPTED || m->method == METHOD_AES)
		(void)office_fail(o, LAVOIR_EINVAL, "encrypted: %s", m->name);
	else if (m->method != METHOD_STORED && m->method != METHOD_DEFLATED)
		(void)office_fail(o, LAVOIR_EINVAL, "compression method %u: %s",
		    m->method, m->name);
	else if (m->size > o->zip.limits->member_size_max)
		(void)office_fail(o, LAVOIR_EINVAL,
		    "member_size_max: %s has %llu bytes", m->name,
		    (unsigned long long)m->size);
	return o->rc == LAVOIR_OK;
}

bool
zip_begin(struct office *o, struct zip_stream *s,
    const struct zip_member *member)
{
	const unsigned char *p;

	memset(s, 0, sizeof(*s));
	s->o = o;
	s->member = member;
	if (!check_member(o, member))
		return false;
	if (!find_data(o, member, &p)) {
		(void)office_fail(o, LAVOIR_EINVAL,
		    "truncated: the bytes of %s are missing", member->name);
		return false;
	}
	s->next = p;
	s->left = member->packed_size;
	if (member->method != METHOD_DEFLATED)
		return true;
	if (inflateInit2(&s->z, -MAX_WBITS) != Z_OK) {
		(void)office_fail(o, LAVOIR_ENOMEM, "no memory to inflate");
		return false;
	}
	s->inflating = true;
	return true;
}

static int
copy_stored(struct zip_stream *s, void *buf, size_t size)
{
	if (size > s->left)
		size = (size_t)s->left;
	if (size > 0)
		memcpy(buf, s->next, size);
	s->next += size;
	s->left -= size;
	s->ended = s->left == 0;
	return (int)size;
}

static int
inflate_some(struct zip_stream *s, void *buf, size_t size)
{
	z_stream *z = &s->z;
	int rc;

	z->next_out = buf;
	z->avail_out = (uInt)size;
	do {
		uInt n = s->left > 1 << 20 ? 1 << 20 : (uInt)s->left;

		/* zlib's pointer is not const, but it does not write. */
		z->next_in = (Bytef *)(uintptr_t)s->next;
		z->avail_in = n;
		rc = inflate(z, Z_NO_FLUSH);
		s->next += n - z->avail_in;
		s->left -= n - z->avail_in;
	} while (rc == Z_OK && z->avail_out > 0 && s->left > 0);
	if (rc == Z_STREAM_END) {
		s->ended = true;
	} else if (rc != Z_OK || (z->avail_out > 0 && s->left == 0)) {
		(void)office_fail(s->o, LAVOIR_EINVAL, "corrupt: %s",
		    s->member->name);
		return -1;
	}
	return (int)(size - z->avail_out);
}

static bool
within_limits(struct zip_stream *s)
{
	const struct zip_limits *l = s->o->zip.limits;
	double packed = (double)s->member->packed_size;
	const char *limit = NULL;

	if (s->done > l->member_size_max)
		limit = "member_size_max";
	else if (s->o->zip.total > l->total_size_max)
		limit = "total_size_max";
	else if (s->done > RATIO_FROM &&
	    (double)s->done > packed * l->ratio_max)
		limit = "ratio_max";
	if (limit != NULL)
		(void)office_fail(s->o, LAVOIR_EINVAL,
		    "%s: %s inflates to %llu bytes or more", limit,
		    s->member->name, (unsigned long long)s->done);
	return limit == NULL;
}

int
zip_read(struct zip_stream *s, void *buf, size_t size)
{
	int n;

	if (s->ended || size == 0 || office_stop(s->o))
		return s->o->rc == LAVOIR_OK ? 0 : -1;
	n = s->inflating ? inflate_some(s, buf, size)
			 : copy_stored(s, buf, size);
	if (n < 0)
		return -1;
	s->crc = (uint32_t)crc32(s->crc, buf, (uInt)n);
	s->done += (uint64_t)n;
	s->o->zip.total += (uint64_t)n;
	if (!within_limits(s))
		return -1;
	if (s->ended && s->crc != s->member->crc) {
		(void)office_fail(s->o, LAVOIR_EINVAL,
		    "corrupt: checksum of %s", s->member->name);
		return -1;
	}
	return n;
}

void
zip_close(struct zip_stream *s)
{
	if (s->inflating)
		(void)inflateEnd(&s->z);
	s->inflating = false;
}

struct lavoir_str
zip_load(struct office *o, const struct zip_member *member)
{
	struct lavoir_str none = { NULL, 0 };
	size_t cap = 65536, len = 0;
	char *buf = NULL, *larger;
	struct zip_stream s;
	int n = 0;

	if (zip_begin(o, &s, member))
		buf = office_alloc(o, cap);
	while (buf != NULL && (n = zip_read(&s, buf + len, cap - len)) > 0) {
		len += (size_t)n;
		if (len < cap)
			continue;
		larger = office_alloc(o, cap * 2);
		if (larger != NULL)
			memcpy(larger, buf, len);
		buf = larger;
		cap *= 2;
	}
	zip_close(&s);
	if (buf == NULL || n < 0)
		return none;
	return (struct lavoir_str){ buf, len };
}
