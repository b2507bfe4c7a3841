/* member.c - hand out one member.
 *
 * What lies plain in the file is handed out where it is.  Anything else is
 * written as it is decompressed: whether it is whole shows at its end.
 */
#include <stdio.h>
#include <string.h>

#include <fnmatch.h>

#include "reader.h"

struct output {
	struct reader *r;
	struct archive *a;
	struct lavoir_child child;
	struct lavoir_attr attr[2];
	char name[NAME_SIZE], original[NAME_SIZE];
	uint64_t size; /* declared */
	bool sized;
	bool begun;
	uint64_t written;
};

static int
failed(struct output *o, const char *why)
{
	struct reader *r = o->r;

	r->host->count(r->host, COUNT_DAMAGED, 1);
	r->children++;
	if (o->begun)
		return r->host->doc_child_fail(r->doc, why);
	o->child.fail = why;
	return r->host->doc_child(r->doc, &o->child);
}

static bool
matches(struct lavoir_str pattern, const char *name)
{
	const char *last = strrchr(name, '/');

	/* Strings of options end in NUL. */
	if (strchr(pattern.ptr, '/') == NULL && last != NULL)
		name = last + 1;
	return fnmatch(pattern.ptr, name, 0) == 0;
}

static bool
excluded(const struct reader *r, const char *name)
{
	for (size_t i = 0; i < r->excluded.n; i++)
		if (matches(r->excluded.item[i].s, name))
			return true;
	return false;
}

/* What is no file, counted. */
static bool
passed_over(struct reader *r, struct archive_entry *e, const char *name)
{
	__LA_MODE_T type = archive_entry_filetype(e);
	size_t len = name ? strlen(name) : 0;

	if (type == AE_IFDIR || (type == 0 && len > 0 && name[len - 1] == '/'))
		r->host->count(r->host, COUNT_DIRECTORIES, 1);
	else if (type == AE_IFLNK || archive_entry_hardlink(e) != NULL)
		r->host->count(r->host, COUNT_LINKS, 1);
	else if (type != AE_IFREG && type != 0)
		r->host->count(r->host, COUNT_DEVICES, 1);
	else
		return false;
	return true;
}

static uint64_t
bytes_in(const struct reader *r)
{
	return r->unpacker ? unpacker_consumed(r->unpacker) : r->raw.len;
}

static void
put_level(struct output *o, uint64_t n)
{
	struct lavoir_attr *attr = &o->attr[o->child.attrs.n];
	double level = bounds_level(&o->r->bounds, n, bytes_in(o->r));

	if (level <= 1)
		return;
	*attr = (struct lavoir_attr){ BOUNDS_ATTRIBUTE,
		{ .type = LAVOIR_REAL, .r = level } };
	o->child.attrs.n++;
}

static void
describe(struct output *o, const char *bytes)
{
	bool changed = false;

	o->child = (struct lavoir_child){ .size = sizeof(o->child),
		.attrs = { o->attr, 0 },
		.position = o->r->ordinal };
	o->name[0] = '\0';
	if (bytes != NULL)
		name_make(o->name, o->original, &changed, bytes, o->r->format);
	if (o->name[0] != '\0')
		o->child.name = o->name;
	if (!changed)
		return;
	o->attr[0] = (struct lavoir_attr){ "archive.name",
		{ .type = LAVOIR_STR,
		    .s = { o->original, strlen(o->original) } } };
	o->child.attrs.n = 1;
}

/* Counts what comes out; false: too much, and why. */
static bool
within_limits(struct output *o, uint64_t n)
{
	struct reader *r = o->r;

	o->written += n;
	if (o->written > r->member_size_max) {
		(void)snprintf(r->why, sizeof(r->why),
		    "longer than %llu bytes (member_size_max)",
		    (unsigned long long)r->member_size_max);
		return false;
	}
	/* A stream was counted when it was decompressed. */
	if (r->unpacker == NULL &&
	    !bounds_add(&r->bounds, n, r->raw.len, r->why, sizeof(r->why)))
		r->over = true;
	return !r->over;
}

static int
write_zeros(struct output *o, uint64_t n)
{
	static const char zeros[PIECE];
	int rc = LAVOIR_OK;

	while (rc == LAVOIR_OK && n > 0) {
		size_t len = n < PIECE ? (size_t)n : PIECE;

		rc = o->r->host->doc_child_write(o->r->doc,
		    (struct lavoir_str){ zeros, len });
		n -= len;
	}
	return rc;
}

/* LAVOIR_EINVAL: beyond a limit. */
static int
write_block(struct output *o, struct lavoir_str block, uint64_t offset)
{
	struct reader *r = o->r;
	uint64_t hole = offset > o->written ? offset - o->written : 0;
	int rc = LAVOIR_OK;

	if (!within_limits(o, hole + block.len))
		return LAVOIR_EINVAL;
	if (!o->begun) {
		put_level(o,
		    o->sized && o->size > block.len ? o->size - block.len : 0);
		o->child.flags = LAVOIR_CHILD_STREAM;
		rc = r->host->doc_child(r->doc, &o->child);
		o->begun = rc == LAVOIR_OK;
	}
	if (rc == LAVOIR_OK)
		rc = write_zeros(o, hole);
	if (rc == LAVOIR_OK && block.len > 0)
		rc = r->host->doc_child_write(r->doc, block);
	return rc;
}

/* libarchive has said something that is not ARCHIVE_OK.  LAVOIR_END: nothing
 * more can be read. */
static int
archive_failed(struct output *o, int rc)
{
	struct reader *r = o->r;
	char why[WHY_SIZE];
	const char *stream = members_stream_error(r);

	if (r->host->cancelled(r->host))
		return LAVOIR_ECANCELED;
	message_clean(why, sizeof(why),
	    stream ? stream : archive_error_string(o->a));
	if (why[0] == '\0')
		(void)snprintf(why, sizeof(why), "it is damaged");
	memcpy(r->why, why, sizeof(why));
	if (r->over)
		rc = ARCHIVE_FATAL;
	if (failed(o, why) != LAVOIR_OK)
		return LAVOIR_EINVAL;
	return rc == ARCHIVE_FATAL ? LAVOIR_END : LAVOIR_OK;
}

static bool
in_file(const struct reader *r, const char *p, size_t n)
{
	return r->unpacker == NULL && p >= r->raw.ptr && n <= r->raw.len &&
	    (size_t)(p - r->raw.ptr) <= r->raw.len - n;
}

/* The first block is the whole member, as it lies in the file. */
static int
hand_out_range(struct output *o, struct lavoir_str block)
{
	struct reader *r = o->r;
	const void *p;
	size_t n;
	la_int64_t offset;
	int rc;

	o->child.raw = block;
	do
		rc = archive_read_data_block(o->a, &p, &n, &offset);
	while (rc == ARCHIVE_OK && n == 0);
	if (rc != ARCHIVE_EOF)
		return archive_failed(o, rc == ARCHIVE_OK ? ARCHIVE_WARN : rc);
	put_level(o, 0);
	r->children++;
	return r->host->doc_child(r->doc, &o->child);
}

static int
finish(struct output *o)
{
	struct reader *r = o->r;

	r->children++;
	if (o->begun)
		return r->host->doc_child_write(r->doc,
		    (struct lavoir_str){ "", 0 });
	o->child.raw = (struct lavoir_str){ "", 0 };
	return r->host->doc_child(r->doc, &o->child);
}

static int
copy(struct output *o)
{
	struct reader *r = o->r;
	struct lavoir_str block;
	const void *p;
	la_int64_t offset;
	int rc;

	for (;;) {
		if (r->host->cancelled(r->host))
			return LAVOIR_ECANCELED;
		rc = archive_read_data_block(o->a, &p, &block.len, &offset);
		if (rc == ARCHIVE_EOF)
			return finish(o);
		if (rc != ARCHIVE_OK)
			return archive_failed(o, rc);
		block.ptr = p;
		if (!o->begun && offset == 0 && o->sized &&
		    block.len == o->size && in_file(r, block.ptr, block.len))
			return hand_out_range(o, block);
		rc = write_block(o, block, (uint64_t)offset);
		if (rc == LAVOIR_EINVAL) {
			/* An error of the host's sticks: this fails alike. */
			rc = failed(o, r->why);
			return rc == LAVOIR_OK && r->over ? LAVOIR_END : rc;
		}
		if (rc != LAVOIR_OK)
			return rc;
	}
}

static int
hand_out(struct output *o, struct archive_entry *e, int header)
{
	struct reader *r = o->r;
	char why[WHY_SIZE];

	if (archive_entry_is_encrypted(e)) {
		r->host->count(r->host, COUNT_ENCRYPTED, 1);
		return failed(o, "it is encrypted");
	}
	if (header == ARCHIVE_FAILED) {
		message_clean(why, sizeof(why), archive_error_string(o->a));
		return failed(o, why);
	}
	if (o->sized && o->size > r->member_size_max) {
		(void)snprintf(why, sizeof(why),
		    "it says to be %llu bytes, longer than %llu "
		    "(member_size_max)",
		    (unsigned long long)o->size,
		    (unsigned long long)r->member_size_max);
		return failed(o, why);
	}
	return copy(o);
}

int
member_hand_out(struct reader *r, struct archive *a, struct archive_entry *e,
    int header)
{
	struct output o = { .r = r, .a = a };
	const char *name = archive_entry_pathname(e);

	if (passed_over(r, e, name))
		return LAVOIR_OK;
	describe(&o, name);
	if (excluded(r, o.name)) {
		r->host->count(r->host, COUNT_EXCLUDED, 1);
		return LAVOIR_OK;
	}
	r->host->count(r->host, COUNT_MEMBERS, 1);
	if (r->members_max > 0 && ++r->members > r->members_max) {
		(void)snprintf(r->why, sizeof(r->why),
		    "more than %llu files (members_max)",
		    (unsigned long long)r->members_max);
		return LAVOIR_END;
	}
	o.sized = archive_entry_size_is_set(e) && archive_entry_size(e) >= 0;
	o.size = o.sized ? (uint64_t)archive_entry_size(e) : 0;
	return hand_out(&o, e, header);
}
