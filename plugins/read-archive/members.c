/* members.c - the members of an archive, one after the other. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "reader.h"

/* A ZIP file is opened anew behind a member whose damage libarchive does not
 * get over. */
enum { RESTARTS_MAX = 256 };

const char *
members_stream_error(const struct reader *r)
{
	if (r->over)
		return r->why;
	return r->unpacker && !unpacker_between(r->unpacker)
	    ? unpacker_error(r->unpacker)
	    : NULL;
}

/* libarchive asks for a piece of the decompressed stream. */
static la_ssize_t
read_piece(struct archive *a, void *arg, const void **buffer)
{
	struct reader *r = arg;
	enum unpacker_status status = UNPACKER_MORE;
	size_t n = r->piece_len;

	*buffer = r->piece;
	r->piece_len = 0;
	while (n == 0 && status == UNPACKER_MORE) {
		if (r->host->cancelled(r->host)) {
			archive_set_error(a, EINTR, "cancelled");
			return -1;
		}
		status = unpacker_read(r->unpacker, r->piece, PIECE, &n);
	}
	/* What follows the last whole member is none of it. */
	if (status == UNPACKER_ERROR && n == 0 &&
	    !unpacker_between(r->unpacker)) {
		archive_set_error(a, EIO, "%s", unpacker_error(r->unpacker));
		return -1;
	}
	if (!bounds_add(&r->bounds, n, unpacker_consumed(r->unpacker), r->why,
		sizeof(r->why))) {
		r->over = true;
		archive_set_error(a, EIO, "%s", r->why);
		return -1;
	}
	return (la_ssize_t)n;
}

static int
set_up(struct reader *r, struct archive *a)
{
	switch (r->format) {
	case FORMAT_ZIP:
		return archive_read_support_format_zip(a);
	case FORMAT_7ZIP:
		return archive_read_support_format_7zip(a);
	default:
		if (archive_read_support_format_tar(a) != ARCHIVE_OK)
			return ARCHIVE_FATAL;
		return archive_read_set_option(a, "tar",
		    "read_concatenated_archives", "1");
	}
}

static struct archive *
open_archive(struct reader *r)
{
	struct archive *a = archive_read_new();
	int rc;

	if (a == NULL)
		return NULL;
	rc = set_up(r, a);
	if (rc == ARCHIVE_OK && r->unpacker != NULL)
		rc = archive_read_open(a, r, NULL, read_piece, NULL);
	else if (rc == ARCHIVE_OK)
		rc = archive_read_open_memory(a, r->raw.ptr, r->raw.len);
	if (rc == ARCHIVE_OK)
		return a;
	message_clean(r->why, sizeof(r->why), archive_error_string(a));
	(void)archive_read_free(a);
	return NULL;
}

/* The archive ends here, before its time. */
static int
give_up(struct reader *r)
{
	char why[WHY_SIZE + 64];

	if (r->host->cancelled(r->host))
		return LAVOIR_ECANCELED;
	(void)snprintf(why, sizeof(why), "behind member %llu: %s",
	    (unsigned long long)r->children,
	    r->why[0] ? r->why : "it is damaged");
	return r->host->fail(r->host, LAVOIR_EINVAL, why);
}

static void
header_failed(struct reader *r, struct archive *a)
{
	const char *stream = members_stream_error(r);

	if (stream != r->why)
		message_clean(r->why, sizeof(r->why),
		    stream ? stream : archive_error_string(a));
	if (r->why[0] == '\0' && archive_read_has_encrypted_entries(a) > 0)
		(void)snprintf(r->why, sizeof(r->why), "it is encrypted");
}

/* All members of this handle.  LAVOIR_END: why it ends too early. */
static int
walk(struct reader *r, struct archive *a, uint64_t *damaged)
{
	struct archive_entry *e;
	uint64_t junk = 0; /* blocks; at the end they do no harm */
	int header, rc;

	for (;;) {
		if (r->host->cancelled(r->host))
			return LAVOIR_ECANCELED;
		header = archive_read_next_header(a, &e);
		if (header == ARCHIVE_EOF)
			return LAVOIR_OK;
		if (header == ARCHIVE_FATAL) {
			header_failed(r, a);
			r->restarts = RESTARTS_MAX;
			return LAVOIR_END;
		}
		if (header == ARCHIVE_RETRY) {
			junk++;
			continue;
		}
		*damaged += junk;
		junk = 0;
		if (++r->ordinal <= r->skip)
			continue;
		rc = member_hand_out(r, a, e, header);
		if (rc != LAVOIR_OK)
			return rc;
	}
}

static int
walk_all(struct reader *r)
{
	struct archive *a;
	uint64_t damaged = 0;
	int rc;

	do {
		r->skip = r->ordinal > r->skip ? r->ordinal : r->skip;
		r->ordinal = 0;
		a = open_archive(r);
		if (a == NULL)
			return give_up(r);
		rc = walk(r, a, &damaged);
		(void)archive_read_free(a);
	} while (rc == LAVOIR_END && r->format == FORMAT_ZIP && !r->over &&
	    (r->members_max == 0 || r->members <= r->members_max) &&
	    r->restarts++ < RESTARTS_MAX);
	if (rc == LAVOIR_END)
		return give_up(r);
	if (rc == LAVOIR_OK && damaged > 0) {
		(void)snprintf(r->why, sizeof(r->why),
		    "%llu blocks are no headers", (unsigned long long)damaged);
		return give_up(r);
	}
	return rc;
}

int
read_members(struct reader *r)
{
	const struct lavoir_host *host = r->host;
	uint64_t children = 0;
	locale_t before;
	int rc = host->doc_resume(r->doc, &r->skip, &children);

	if (rc != LAVOIR_OK)
		return rc;
	before = uselocale(r->locale);
	rc = walk_all(r);
	(void)uselocale(before);
	if (rc == LAVOIR_OK && r->children == 0 && r->skip == 0)
		return host->fail(host, LAVOIR_EINVAL,
		    "there is no file in it");
	return rc;
}
