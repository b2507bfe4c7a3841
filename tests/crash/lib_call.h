/* lib_call.h - the file-system calls that change something, and one of them
 * caught before it happens.
 */
#ifndef CRASH_LIB_CALL_H
#define CRASH_LIB_CALL_H

#include <limits.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum call_family {
	CALL_WRITE,
	CALL_SIZE,
	CALL_OPEN,
	CALL_NAME,
	CALL_META,
	CALL_SYNC
};

enum call_bytes { BYTES_NONE, BYTES_ARG, BYTES_IOV };

/* Positions of arguments; -1: the call has none. */
struct call_kind {
	const char *name;
	int nr;
	enum call_family family;
	signed char fd;
	signed char dir, path;
	signed char dir2, path2;
	signed char flags; /* open flags, looked at by the filter */
	enum call_bytes bytes;
	signed char bytes_arg;
};

struct call {
	const struct call_kind *kind;
	pid_t tid;
	uint64_t id;
	uint64_t args[6];
	uint64_t bytes;
	char role[64];
	char title[256];
	char comm[32];
	char path[PATH_MAX];
	char path2[PATH_MAX]; /* second name of rename and link, else "" */
};

enum call_verdict { CALL_PASSES, CALL_COUNTS, CALL_BLIND };

#define CALL_KINDS_MAX 64

extern const struct call_kind call_kinds[];
extern const size_t call_kind_count;

/* NULL: not one of the table. */
const struct call_kind *call_kind_find(int nr);

/* Does the call `spec` names ("NAME" or "@FAMILY") include `kind`? */
bool call_kind_is(const struct call_kind *kind, const char *spec);

/* Fills `c_r` with what costs nothing and decides whether the call may change a
 * file, or with `all_opens` open one: CALL_BLIND if the kernel does not let us
 * look.
 */
enum call_verdict call_judge(struct call *c_r, const struct seccomp_notif *n,
    bool all_opens);

/* Fills in paths, bytes, role; "?" for what cannot be read. */
void call_describe(struct call *c);

/* Memory of another process: number of bytes read before the first that is not
 * there, -1 with errno if none.
 */
ssize_t call_peek(pid_t tid, uint64_t from, void *to, size_t len);

/* Executes the first `limit` bytes of a write for its process, through the
 * process's own open file.  Number of bytes written, -1 with errno.
 */
ssize_t call_write_part(const struct call *c, size_t limit);

/* One line: number, role, call, path, bytes, pid and the second path, separated
 * by tabs; bytes of names that are no printable ASCII as \xNN.
 */
void call_print(FILE *f, uint64_t number, const struct call *c);
void call_print_name(FILE *f, const char *name);

#endif
