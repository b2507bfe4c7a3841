/* row.c - an entry of the ledger as JSON. */
#include "control/row.h"

#include <string.h>

#include "base/clock.h"
#include "base/json_write.h"
#include "control/names.h"

static void
put_text(struct buf *b, const char *key, const char *text)
{
	json_write_key(b, key);
	if (text)
		json_write_lossy(b, text, strlen(text));
	else
		json_write_cstr(b, NULL);
}

static void
put_number(struct buf *b, const char *key, bool has, double v)
{
	json_write_key(b, key);
	if (has)
		json_write_real(b, v);
	else
		json_write_cstr(b, NULL);
}

static void
put_sha256(struct buf *b, const uint8_t sha256[32])
{
	static const uint8_t none[32];
	char hex[65];

	for (size_t i = 0; i < 32; i++) {
		hex[2 * i] = "0123456789abcdef"[sha256[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[sha256[i] & 15];
	}
	hex[64] = '\0';
	put_text(b, "sha256", memcmp(sha256, none, 32) == 0 ? NULL : hex);
}

static void
put_fields(struct buf *b, const struct ledger_row *row)
{
	const struct outcome *o = &row->o;

	put_text(b, "id", row->id);
	names_write(b, "path", o->path);
	put_text(b, "member", o->member);
	put_sha256(b, o->sha256);
	put_text(b, "outcome", outcome_kind_name(o->kind));
	put_text(b, "plugin", o->plugin);
	put_text(b, "reason", o->reason);
	put_text(b, "detail", o->detail);
	put_number(b, "value", o->has_value, o->value);
	put_number(b, "threshold", o->has_value, o->threshold);
	json_write_key(b, "measurements");
	buf_append_str(b, o->measurements ? o->measurements : "[]");
	put_text(b, "duplicate_of", o->duplicate_of);
	put_number(b, "similarity", o->duplicate_of != NULL, o->similarity);
	json_write_key(b, "attempts");
	json_write_int(b, o->attempts);
	json_write_key(b, "batch");
	json_write_int(b, (int64_t)row->batch);
}

void
row_write(struct buf *b, const struct ledger_row *row)
{
	buf_append_byte(b, '{');
	put_fields(b, row);
	buf_append_byte(b, '}');
}

void
row_write_all(struct buf *b, const struct ledger_row *row)
{
	const struct outcome *o = &row->o;
	char time[CLOCK_RFC3339_SIZE];

	buf_append_byte(b, '{');
	put_fields(b, row);
	put_text(b, "pipeline", o->pipeline);
	names_write(b, "folder", o->folder ? o->folder : "");
	put_text(b, "media_type", o->media_type);
	json_write_key(b, "bytes_in");
	json_write_int(b, (int64_t)o->bytes_in);
	json_write_key(b, "bytes_out");
	json_write_int(b, (int64_t)o->bytes_out);
	put_text(b, "added", clock_rfc3339(time, o->added_ns));
	put_text(b, "ended", clock_rfc3339(time, row->ended_ns));
	put_text(b, "modified", clock_rfc3339(time, o->witness.mtime_ns));
	buf_append_byte(b, '}');
}

int
row_kind(const char *name)
{
	for (int kind = OUTCOME_EXPORTED; kind <= OUTCOME_CONTAINER; kind++)
		if (strcmp(outcome_kind_name(kind), name) == 0)
			return kind;
	return 0;
}
