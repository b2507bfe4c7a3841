/* sections.h - the daemon's own options, as tables like those of plugins.
 *
 * Checked by the same code, printed by the same code: what is not in a table
 * does not exist.  The enums number the entries.
 */
#ifndef LAVOIR_CONFIG_SECTIONS_H
#define LAVOIR_CONFIG_SECTIONS_H

#include "lavoir/plugin.h"

enum section_id {
	SECTION_TOP,
	SECTION_CONTROL,
	SECTION_LOG,
	SECTION_LIMITS,
	SECTION_ADMISSION,
	SECTION_BATCH,
	SECTION_PIPELINE,
	SECTION_WATCH,
	SECTION_STEP,
	SECTION_COUNT
};

enum {
	TOP_STATE,
	TOP_SITE,
	TOP_USER,
	TOP_WORKERS,
	TOP_READERS,
	TOP_PLUGIN_PATH,
	TOP_SANDBOX,
	TOP_KEEP_LOG,
	TOP_CONTROL,
	TOP_LOG,
	TOP_LIMITS,
	TOP_ADMISSION,
	TOP_BATCH,
	TOP_PIPELINES
};
enum { CONTROL_SOCKET };
enum { LOG_SECTION_LEVEL };
enum {
	LIMIT_STALL,
	LIMIT_TOTAL,
	LIMIT_TEXT_MAX,
	LIMIT_MEMORY_MAX,
	LIMIT_DEPTH_MAX,
	LIMIT_CHILDREN_MAX,
	LIMIT_UNPACK_RATIO,
	LIMIT_RECYCLE_DOCUMENTS,
	LIMIT_RECYCLE_MEMORY
};
enum {
	ADMISSION_DOCUMENTS,
	ADMISSION_BYTES,
	ADMISSION_DISK_RESERVE,
	ADMISSION_INODE_RESERVE
};
enum { BATCH_DOCUMENTS, BATCH_BYTES, BATCH_DELAY };
enum { PIPELINE_WATCH, PIPELINE_CHAIN, PIPELINE_DROP_EMPTY };
enum {
	WATCH_PATH,
	WATCH_RECURSIVE,
	WATCH_INCLUDE,
	WATCH_EXCLUDE,
	WATCH_HIDDEN,
	WATCH_SETTLE,
	WATCH_RESCAN,
	WATCH_POLL,
	WATCH_POLL_INTERVAL,
	WATCH_SIZE_MAX,
	WATCH_DONE,
	WATCH_DONE_FILE,
	WATCH_SHA256_SIDECAR
};
enum { STEP_PLUGIN, STEP_NAME, STEP_WHEN, STEP_OPTIONS, STEP_OPTIONAL };

struct section {
	const char *name;    /* "limits" */
	const char *pointer; /* where it stands: "/limits" */
	const char *help;    /* a paragraph */
	const struct lavoir_option *table;
};

/* Constant; id < SECTION_COUNT. */
const struct section *section_get(enum section_id id);

#endif
