/* reader.h - what the parts of read-archive share. */
#ifndef LAVOIR_PLUGINS_READ_ARCHIVE_READER_H
#define LAVOIR_PLUGINS_READ_ARCHIVE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <locale.h>

#include <archive.h>
#include <archive_entry.h>

#include "common/bounds.h"
#include "common/unpacker/unpacker.h"
#include "lavoir/plugin.h"

enum {
	COUNT_MEMBERS,
	COUNT_DIRECTORIES,
	COUNT_LINKS,
	COUNT_DEVICES,
	COUNT_EXCLUDED,
	COUNT_ENCRYPTED,
	COUNT_DAMAGED,
	COUNT_BYTES
};

enum archive_format { FORMAT_NONE, FORMAT_ZIP, FORMAT_TAR, FORMAT_7ZIP };

enum { PIECE = 1 << 16, WHY_SIZE = 240, NAME_SIZE = 4096 };

struct reader {
	const struct lavoir_host *host;
	locale_t locale; /* UTF-8: names pass through libarchive unchanged */
	struct lavoir_list excluded; /* options */
	uint64_t members_max, member_size_max, output_max, ratio_max;

	/* The document that is being read. */
	struct lavoir_doc *doc;
	struct lavoir_str raw;
	enum archive_format format;
	struct unpacker *unpacker; /* NULL: not compressed as a whole */
	struct bounds bounds;
	uint64_t ordinal; /* of the member, from 1, all kinds counted */
	uint64_t skip;	  /* members that are behind us since before */
	uint64_t members; /* files among them */
	uint64_t children;
	uint64_t restarts; /* of libarchive, behind a damaged member */
	bool over;	   /* a limit of the whole file was hit */
	char *piece;	   /* of PIECE bytes */
	size_t piece_len;  /* decompressed to look at, not yet read */
	char why[WHY_SIZE];
};

/* members.c: hand out the members of an archive. */
int read_members(struct reader *r);

/* single.c: hand out what is in a compressed file that is no archive. */
int read_single(struct reader *r, enum unpacker_type type);

/* member.c: the file that libarchive stands at.  LAVOIR_OK: go on (also if this
 * member has failed); LAVOIR_END: the archive cannot be read on, why says so;
 * else an error of the host. */
int member_hand_out(struct reader *r, struct archive *a,
    struct archive_entry *e, int header);

/* A member's name as UTF-8 without what leads out of the archive: "" if nothing
 * is left. *changed_r: that is not what it is called in the archive; original
 * (of NAME_SIZE, too) gets this. */
void name_make(char name[NAME_SIZE], char original[NAME_SIZE], bool *changed_r,
    const char *bytes, enum archive_format format);

/* Text of a library as a message: ASCII. */
void message_clean(char *dst, size_t size, const char *text);

/* How the decompressed stream ended, if it did badly; NULL: well. */
const char *members_stream_error(const struct reader *r);

#endif
