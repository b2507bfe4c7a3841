/* sections.c - the daemon's own options, as tables like those of plugins. */
#include "config/sections.h"

#include "base/log.h"

static const char *const sandbox_choices[] = { "strict", "best-effort", NULL };
static const char *const level_choices[] = { "debug", "info", "warn", "error",
	NULL };
static const char *const poll_choices[] = { "auto", "always", "never", NULL };

/* clang-format off */

#define INT32	2147483647.0
#define MINUTE	60e3
#define HOUR	3600e3
#define KIB	1024.0
#define MIB	(1024 * KIB)
#define GIB	(1024 * MIB)
#define TIB	(1024 * GIB)

static const struct lavoir_option top[] = {
	[TOP_STATE] = { "state", LAVOIR_OPT_PATH, 0, "\"state\"", 0, 0, NULL,
		"folder of the commit log, the indexes and the ledger" },
	[TOP_SITE] = { "site", LAVOIR_OPT_STR, 0, NULL, 0, 0, NULL,
		"stands before the pipeline in every id, for several daemons whose "
		"output is put together: 1 to 32 of a-z, 0-9, - and _" },
	[TOP_USER] = { "user", LAVOIR_OPT_STR, 0, NULL, 0, 0, NULL,
		"unprivileged user that the daemon changes to when it is started as "
		"root" },
	[TOP_WORKERS] = { "workers", LAVOIR_OPT_INT, 0, NULL, 1, 256, NULL,
		"processes that work on documents side by side; the number of "
		"processors when null" },
	[TOP_READERS] = { "readers", LAVOIR_OPT_INT, 0, "4", 1, 64, NULL,
		"containers (archives, mailboxes, JSON lines) that are read at the "
		"same time, beside the workers" },
	[TOP_PLUGIN_PATH] = { "plugin_path", LAVOIR_OPT_PATH, LAVOIR_OPT_LIST,
		NULL, 0, 0, NULL,
		"folders that plugins are looked for in, the first that has NAME.so "
		"wins; when null: plugins beside the program, if there, and the "
		"folder plugins are installed in" },
	[TOP_SANDBOX] = { "sandbox", LAVOIR_OPT_ENUM, 0, "\"strict\"", 0, 0,
		sandbox_choices,
		"strict refuses plugins whose resources the kernel cannot fence in; "
		"best-effort runs them with the locks that there are" },
	[TOP_KEEP_LOG] = { "keep_log", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
		"keep all of the commit log, not only what recovery needs" },
	[TOP_CONTROL] = { "control", LAVOIR_OPT_JSON, 0, NULL, 0, 0, NULL,
		"an object: how the command line reaches the daemon" },
	[TOP_LOG] = { "log", LAVOIR_OPT_JSON, 0, NULL, 0, 0, NULL,
		"an object: what is logged" },
	[TOP_LIMITS] = { "limits", LAVOIR_OPT_JSON, 0, NULL, 0, 0, NULL,
		"an object: what one document may take" },
	[TOP_ADMISSION] = { "admission", LAVOIR_OPT_JSON, 0, NULL, 0, 0, NULL,
		"an object: when files are left waiting in their folder" },
	[TOP_BATCH] = { "batch", LAVOIR_OPT_JSON, 0, NULL, 0, 0, NULL,
		"an object: how many documents are made durable together" },
	[TOP_PIPELINES] = { "pipelines", LAVOIR_OPT_JSON, 0, NULL, 0, 0, NULL,
		"an object of pipelines by name (1 to 32 of a-z, 0-9, - and _); "
		"those in pipelines.d/*.json beside the file are added" },
	{ 0 }
};

static const struct lavoir_option control[] = {
	[CONTROL_SOCKET] = { "socket", LAVOIR_OPT_PATH, 0, NULL, 0, 0, NULL,
		"socket that lavoir status, pause and the like talk to; "
		"control.sock in the state folder when null" },
	{ 0 }
};

static const struct lavoir_option log_section[] = {
	[LOG_SECTION_LEVEL] = { "level", LAVOIR_OPT_ENUM, 0, "\"info\"", 0, 0,
		level_choices, "the least serious lines that are printed" },
	{ 0 }
};

static const struct lavoir_option limits[] = {
	[LIMIT_STALL] = { "stall", LAVOIR_OPT_TIME, 0, "\"60s\"", 100, 24 * HOUR,
		NULL, "a step that shows no sign of life for so long is killed" },
	[LIMIT_TOTAL] = { "total", LAVOIR_OPT_TIME, 0, "\"10m\"", 100,
		7 * 24 * HOUR, NULL,
		"all steps of a document together; does not hold for containers" },
	[LIMIT_TEXT_MAX] = { "text_max", LAVOIR_OPT_SIZE, 0, "\"64M\"", KIB, GIB,
		NULL, "text of one document; with more it fails" },
	[LIMIT_MEMORY_MAX] = { "memory_max", LAVOIR_OPT_SIZE, 0, "\"1G\"",
		32 * MIB, TIB, NULL, "data of one worker" },
	[LIMIT_DEPTH_MAX] = { "depth_max", LAVOIR_OPT_INT, 0, "8", 0, 16, NULL,
		"containers within containers: one nested deeper fails" },
	[LIMIT_CHILDREN_MAX] = { "children_max", LAVOIR_OPT_INT, 0, "0", 0, INT32,
		NULL, "documents of one container; 0: any number" },
	[LIMIT_UNPACK_RATIO] = { "unpack_ratio", LAVOIR_OPT_INT, 0, "1000", 0,
		INT32, NULL,
		"a file may unpack to so many times its size, containers within "
		"containers and all, or to 1 GiB if that is more; 0: any amount" },
	[LIMIT_RECYCLE_DOCUMENTS] = { "recycle_documents", LAVOIR_OPT_INT, 0,
		"10000", 0, INT32, NULL,
		"a worker is replaced after so many documents; 0: never" },
	[LIMIT_RECYCLE_MEMORY] = { "recycle_memory", LAVOIR_OPT_SIZE, 0,
		"\"512M\"", 0, TIB, NULL,
		"a worker that has grown to so much is replaced; 0: never" },
	{ 0 }
};

static const struct lavoir_option admission[] = {
	[ADMISSION_DOCUMENTS] = { "documents", LAVOIR_OPT_INT, 0, "1024", 1, 65536,
		NULL, "documents under way at once" },
	[ADMISSION_BYTES] = { "bytes", LAVOIR_OPT_SIZE, 0, "\"64M\"", MIB, TIB,
		NULL, "their bytes together; a larger one goes alone" },
	[ADMISSION_DISK_RESERVE] = { "disk_reserve", LAVOIR_OPT_SIZE, 0, "\"64M\"",
		0, 1024 * TIB, NULL,
		"nothing is taken when less is free where state and outputs are" },
	[ADMISSION_INODE_RESERVE] = { "inode_reserve", LAVOIR_OPT_INT, 0, "1000",
		0, INT32, NULL, "the same for inodes" },
	{ 0 }
};

static const struct lavoir_option batch[] = {
	[BATCH_DOCUMENTS] = { "documents", LAVOIR_OPT_INT, 0, "512", 1, 65536,
		NULL, "a batch closes at so many documents" },
	[BATCH_BYTES] = { "bytes", LAVOIR_OPT_SIZE, 0, "\"8M\"", 4 * KIB, GIB,
		NULL, "... or so many bytes of records" },
	[BATCH_DELAY] = { "delay", LAVOIR_OPT_TIME, 0, "\"5ms\"", 0, MINUTE, NULL,
		"... or when its first document has waited so long" },
	{ 0 }
};

static const struct lavoir_option pipeline[] = {
	[PIPELINE_WATCH] = { "watch", LAVOIR_OPT_JSON, 0, NULL, 0, 0, NULL,
		"the drop folders: a list of objects, or of paths" },
	[PIPELINE_CHAIN] = { "chain", LAVOIR_OPT_JSON, 0, NULL, 0, 0, NULL,
		"the steps, in order: a list of objects, or of plugin names" },
	[PIPELINE_DROP_EMPTY] = { "drop_empty", LAVOIR_OPT_BOOL, 0, "true", 0, 0,
		NULL, "empty files end as dropped, with the reason empty, before any "
		"step sees them" },
	{ 0 }
};

static const struct lavoir_option watch[] = {
	[WATCH_PATH] = { "path", LAVOIR_OPT_PATH, LAVOIR_OPT_REQUIRED, NULL, 0, 0,
		NULL, "the folder" },
	[WATCH_RECURSIVE] = { "recursive", LAVOIR_OPT_BOOL, 0, "true", 0, 0, NULL,
		"folders below it, too" },
	[WATCH_INCLUDE] = { "include", LAVOIR_OPT_STR, LAVOIR_OPT_LIST,
		"[\"*\"]", 0, 0, NULL,
		"patterns (*, ?, [a-z]) of files to take: of the name, or with a / in "
		"them of the path below the folder" },
	[WATCH_EXCLUDE] = { "exclude", LAVOIR_OPT_STR, LAVOIR_OPT_LIST, "[]", 0, 0,
		NULL, "patterns of files to leave" },
	[WATCH_HIDDEN] = { "hidden", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
		"take files whose names begin with a dot" },
	[WATCH_SETTLE] = { "settle", LAVOIR_OPT_TIME, 0, "\"500ms\"", 0, HOUR,
		NULL, "a file that is written in place is complete when it was quiet "
		"for so long" },
	[WATCH_RESCAN] = { "rescan", LAVOIR_OPT_TIME, 0, "\"60s\"", 100, 24 * HOUR,
		NULL, "look through the folder so often, whatever events say" },
	[WATCH_POLL] = { "poll", LAVOIR_OPT_ENUM, 0, "\"auto\"", 0, 0, poll_choices,
		"look for changes instead of waiting for events; auto: on file systems "
		"that send none (NFS, CIFS, FUSE)" },
	[WATCH_POLL_INTERVAL] = { "poll_interval", LAVOIR_OPT_TIME, 0, "\"2s\"", 50,
		HOUR, NULL, "how often, when polling" },
	[WATCH_SIZE_MAX] = { "size_max", LAVOIR_OPT_SIZE, 0, "\"2G\"", 1,
		1024 * TIB, NULL, "larger files stay where they are" },
	[WATCH_DONE] = { "done", LAVOIR_OPT_JSON, 0, "\"keep\"", 0, 0, NULL,
		"what becomes of a file that had its end: \"keep\" (moved to "
		".lavoir/done below the folder), \"delete\", or {\"move\": \"PATH\"} "
		"on the same file system" },
	[WATCH_DONE_FILE] = { "done_file", LAVOIR_OPT_STR, 0, NULL, 0, 0, NULL,
		"take NAME only when NAME and this ending exists, such as .done" },
	[WATCH_SHA256_SIDECAR] = { "sha256_sidecar", LAVOIR_OPT_BOOL, 0, "false",
		0, 0, NULL, "take NAME only when NAME.sha256 exists and is right" },
	{ 0 }
};

static const struct lavoir_option step[] = {
	[STEP_PLUGIN] = { "plugin", LAVOIR_OPT_STR, LAVOIR_OPT_REQUIRED, NULL, 0, 0,
		NULL, "name of the plugin" },
	[STEP_NAME] = { "name", LAVOIR_OPT_STR, 0, NULL, 0, 0, NULL,
		"name of the step in logs and records (1 to 64 of a-z, 0-9, - and _); "
		"that of the plugin when null" },
	[STEP_WHEN] = { "when", LAVOIR_OPT_JSON, 0, NULL, 0, 0, NULL,
		"an object, all entries of which must hold: attribute: value, list of "
		"values or {\">=\": n, \"<\": n}; \"tag\": name; \"media_type\": "
		"pattern" },
	[STEP_OPTIONS] = { "options", LAVOIR_OPT_JSON, 0, "{}", 0, 0, NULL,
		"an object: the plugin's own options" },
	[STEP_OPTIONAL] = { "optional", LAVOIR_OPT_BOOL, 0, "false", 0, 0, NULL,
		"leave the step out, with a warning, when there is no such plugin" },
	{ 0 }
};

static const struct section sections[SECTION_COUNT] = {
	[SECTION_TOP] = { "top level", "",
		"Paths are relative to the folder of lavoir.json.", top },
	[SECTION_CONTROL] = { "control", "/control", "The control socket.",
		control },
	[SECTION_LOG] = { "log", "/log", "Lines on standard error.", log_section },
	[SECTION_LIMITS] = { "limits", "/limits",
		"What one document may take before it fails, and when workers are "
		"replaced.", limits },
	[SECTION_ADMISSION] = { "admission", "/admission",
		"What must be free before another file is taken; until then it waits "
		"in its folder.", admission },
	[SECTION_BATCH] = { "batch", "/batch",
		"Documents that are made durable together.", batch },
	[SECTION_PIPELINE] = { "pipeline", "/pipelines/NAME",
		"Drop folders and the chain of steps for what is dropped there.",
		pipeline },
	[SECTION_WATCH] = { "watch", "/pipelines/NAME/watch/N",
		"One drop folder. A path alone stands for an object with that path.",
		watch },
	[SECTION_STEP] = { "step", "/pipelines/NAME/chain/N",
		"One step. A name alone stands for an object with that plugin.", step },
};

/* clang-format on */

const struct section *
section_get(enum section_id id)
{
	ensure(id < SECTION_COUNT);
	return &sections[id];
}
