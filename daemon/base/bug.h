/* bug.h - mistakes made on purpose, to see that the crash tests notice them.
 *
 * BUG(name) is constant false, and its branch is compiled away, unless the
 * program is built with -DLAVOIR_BUG_name:
 *
 *	retire_early	sources are retired before the commit
 *	no_truncate	shards are not cut to their committed length
 *	no_shard_sync	shards and tails are not synced
 *	no_log_sync	the log is not synced
 *	no_folder_sync	the folders of retired sources are not synced
 *	no_witness	any file at a committed path is the committed one
 *	no_retire_log	retirements are not logged
 *	trust_cache	recovery believes what only the page cache holds
 *	any_order	the sequencer takes results as they come
 *	tail_early	the tail of a frame goes before the frame is committed
 *
 * "tests/crash/run.sh bugs" builds and tries each.
 */
#ifndef LAVOIR_BASE_BUG_H
#define LAVOIR_BASE_BUG_H

/* -DNAME makes NAME 1, and that makes a list of two of BUG_IS_1. */
#define BUG_IS_1 0,
#define BUG_SECOND(a, b, ...) b
#define BUG_PICK(list) BUG_SECOND(list 1, 0, 0)
#define BUG_JOIN(value) BUG_PICK(BUG_IS_##value)
#define BUG_VALUE(value) BUG_JOIN(value)
#define BUG(name) BUG_VALUE(LAVOIR_BUG_##name)

#endif
