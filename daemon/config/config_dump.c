/* config_dump.c - the settings with every default filled in, as JSON text that
 * config_load() would read. */
#include <string.h>

#include "base/json_write.h"
#include "base/log.h"
#include "base/units.h"
#include "config/config.h"
#include "config/sections.h"

/* Names come from the tables, so that they cannot part. */
static void
key(struct buf *b, enum section_id id, size_t entry)
{
	json_write_key(b, section_get(id)->table[entry].name);
}

static void
put_str(struct buf *b, enum section_id id, size_t entry, const char *s)
{
	key(b, id, entry);
	if (s)
		json_write_lossy(b, s, strlen(s));
	else
		json_write_cstr(b, NULL);
}

static void
put_bool(struct buf *b, enum section_id id, size_t entry, bool v)
{
	key(b, id, entry);
	json_write_bool(b, v);
}

static void
put_choice(struct buf *b, enum section_id id, size_t entry, int32_t v)
{
	key(b, id, entry);
	json_write_cstr(b, section_get(id)->table[entry].choices[v]);
}

static void
put_number(struct buf *b, enum section_id id, size_t entry, int64_t v)
{
	char text[UNITS_SIZE];

	key(b, id, entry);
	switch (section_get(id)->table[entry].type) {
	case LAVOIR_OPT_SIZE:
		json_write_cstr(b, units_format_size(text, v));
		break;
	case LAVOIR_OPT_TIME:
		json_write_cstr(b, units_format_time(text, v));
		break;
	default:
		json_write_int(b, v);
		break;
	}
}

static void
put_list(struct buf *b, enum section_id id, size_t entry,
    const char *const *list)
{
	key(b, id, entry);
	buf_append_byte(b, '[');
	for (size_t i = 0; list && list[i]; i++) {
		if (i)
			buf_append_byte(b, ',');
		json_write_lossy(b, list[i], strlen(list[i]));
	}
	buf_append_byte(b, ']');
}

/* An object begins: "{" or "name":{ */
static void
open_section(struct buf *b, size_t entry)
{
	key(b, SECTION_TOP, entry);
	buf_append_byte(b, '{');
}

static void
dump_done(struct buf *b, const struct config_watch *w)
{
	if (w->done != CONFIG_DONE_MOVE) {
		put_str(b, SECTION_WATCH, WATCH_DONE,
		    w->done == CONFIG_DONE_DELETE ? "delete" : "keep");
		return;
	}
	key(b, SECTION_WATCH, WATCH_DONE);
	buf_append_byte(b, '{');
	json_write_key(b, "move");
	json_write_lossy(b, w->move, strlen(w->move));
	buf_append_byte(b, '}');
}

static void
dump_watch(struct buf *b, const struct config_watch *w)
{
	const enum section_id id = SECTION_WATCH;

	buf_append_byte(b, '{');
	put_str(b, id, WATCH_PATH, w->path);
	put_bool(b, id, WATCH_RECURSIVE, w->recursive);
	put_list(b, id, WATCH_INCLUDE, w->include);
	put_list(b, id, WATCH_EXCLUDE, w->exclude);
	put_bool(b, id, WATCH_HIDDEN, w->hidden);
	put_number(b, id, WATCH_SETTLE, w->settle_ms);
	put_number(b, id, WATCH_RESCAN, w->rescan_ms);
	put_choice(b, id, WATCH_POLL, w->poll);
	put_number(b, id, WATCH_POLL_INTERVAL, w->poll_ms);
	put_number(b, id, WATCH_SIZE_MAX, (int64_t)w->size_max);
	dump_done(b, w);
	put_str(b, id, WATCH_DONE_FILE, w->done_file);
	put_bool(b, id, WATCH_SHA256_SIDECAR, w->sha256_sidecar);
	buf_append_byte(b, '}');
}

static void
dump_step(struct buf *b, const struct config_step *s)
{
	buf_append_byte(b, '{');
	put_str(b, SECTION_STEP, STEP_PLUGIN, s->plugin);
	put_str(b, SECTION_STEP, STEP_NAME, s->instance);
	if (s->when) {
		key(b, SECTION_STEP, STEP_WHEN);
		buf_append_str(b, s->when);
	}
	key(b, SECTION_STEP, STEP_OPTIONS);
	buf_append_str(b, s->shown);
	buf_append_byte(b, '}');
}

static void
dump_pipeline(struct buf *b, const struct config_pipeline *p)
{
	json_write_key(b, p->name);
	buf_append_byte(b, '{');
	key(b, SECTION_PIPELINE, PIPELINE_WATCH);
	buf_append_byte(b, '[');
	for (size_t i = 0; i < p->n_watches; i++) {
		if (i)
			buf_append_byte(b, ',');
		dump_watch(b, &p->watch[i]);
	}
	buf_append_byte(b, ']');
	key(b, SECTION_PIPELINE, PIPELINE_CHAIN);
	buf_append_byte(b, '[');
	for (size_t i = 0; i < p->n_steps; i++) {
		if (i)
			buf_append_byte(b, ',');
		dump_step(b, &p->step[i]);
	}
	buf_append_byte(b, ']');
	put_bool(b, SECTION_PIPELINE, PIPELINE_DROP_EMPTY, p->empty_dropped);
	buf_append_byte(b, '}');
}

static void
dump_limits(struct buf *b, const struct config *c)
{
	const enum section_id id = SECTION_LIMITS;

	open_section(b, TOP_LIMITS);
	put_number(b, id, LIMIT_STALL, c->stall_ms);
	put_number(b, id, LIMIT_TOTAL, c->total_ms);
	put_number(b, id, LIMIT_TEXT_MAX, (int64_t)c->text_max);
	put_number(b, id, LIMIT_MEMORY_MAX, (int64_t)c->memory_max);
	put_number(b, id, LIMIT_DEPTH_MAX, c->depth_max);
	put_number(b, id, LIMIT_CHILDREN_MAX, c->children_max);
	put_number(b, id, LIMIT_UNPACK_RATIO, c->unpack_ratio);
	put_number(b, id, LIMIT_RECYCLE_DOCUMENTS, c->recycle_documents);
	put_number(b, id, LIMIT_RECYCLE_MEMORY, (int64_t)c->recycle_memory);
	buf_append_byte(b, '}');
}

static void
dump_flow(struct buf *b, const struct config *c)
{
	enum section_id id = SECTION_ADMISSION;

	open_section(b, TOP_ADMISSION);
	put_number(b, id, ADMISSION_DOCUMENTS, c->in_flight_documents);
	put_number(b, id, ADMISSION_BYTES, (int64_t)c->in_flight_bytes);
	put_number(b, id, ADMISSION_DISK_RESERVE, (int64_t)c->disk_reserve);
	put_number(b, id, ADMISSION_INODE_RESERVE, (int64_t)c->inode_reserve);
	buf_append_byte(b, '}');
	id = SECTION_BATCH;
	open_section(b, TOP_BATCH);
	put_number(b, id, BATCH_DOCUMENTS, c->batch_documents);
	put_number(b, id, BATCH_BYTES, (int64_t)c->batch_bytes);
	put_number(b, id, BATCH_DELAY, c->batch_delay_ms);
	buf_append_byte(b, '}');
}

void
config_dump(struct buf *b, const struct config *c)
{
	const enum section_id id = SECTION_TOP;

	buf_append_byte(b, '{');
	put_str(b, id, TOP_STATE, c->state);
	put_str(b, id, TOP_SITE, c->site);
	put_str(b, id, TOP_USER, c->user);
	put_number(b, id, TOP_WORKERS, c->workers);
	put_number(b, id, TOP_READERS, c->readers);
	put_list(b, id, TOP_PLUGIN_PATH, c->plugin_path);
	put_choice(b, id, TOP_SANDBOX, c->sandbox);
	put_bool(b, id, TOP_KEEP_LOG, c->keep_log);
	open_section(b, TOP_CONTROL);
	put_str(b, SECTION_CONTROL, CONTROL_SOCKET, c->control_socket);
	buf_append_byte(b, '}');
	open_section(b, TOP_LOG);
	put_choice(b, SECTION_LOG, LOG_SECTION_LEVEL, c->log_level);
	buf_append_byte(b, '}');
	dump_limits(b, c);
	dump_flow(b, c);
	open_section(b, TOP_PIPELINES);
	for (size_t i = 0; i < c->n_pipelines; i++)
		dump_pipeline(b, &c->pipeline[i]);
	buf_append_str(b, "}}");
}
