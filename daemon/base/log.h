/* log.h - one line an event, on standard error, with a context that is set
 * where it is known and inherited by what is called.
 *
 * A line reads "<6>role[pid]: context: text": the number is the syslog priority
 * that journald understands.  Bytes below 0x20, DEL, C1 controls, U+2028/9 and
 * bidirectional controls are escaped, so that a file name cannot forge a line.
 * Levels: error = somebody must act, warn = may have to, info = an operator's
 * story of the day, debug = per document.
 * Without the number, local time stands in front.  A line is at most 4 KiB, one
 * write(2), and ends in " [...]" when it had to be cut.
 * Safe to use from several threads; context is per thread; errno is preserved.
 */
#ifndef LAVOIR_BASE_LOG_H
#define LAVOIR_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

enum log_level {
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_INFO,
	LOG_LEVEL_WARN,
	LOG_LEVEL_ERROR
};

/* role: "supervisor", "worker 3" ...; copied; per process (per thread once
 * log_thread_role was called).  prefix: print "<N>" priorities. */
void log_init(const char *role, enum log_level level, int prefix);
void log_thread_role(const char *role);
void log_set_level(enum log_level level);
enum log_level log_get_level(void);

void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line that another process wrote: printed under its own role, escaped, at
 * the level its "<N>" prefix says (info when it has none).  When it begins with
 * "role[pid]: " itself, that is not repeated. */
void log_relay(const char *role, long pid, const char *line, size_t len);

/* Context: text put before every line of this thread until the matching pop.
 * Nested up to 8 deep; what is deeper is not shown. */
void log_push(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_pop(void);

/* Does this event, named by a static string, still fit into its budget of
 * per_minute lines?  The first line after a pause tells how many were left out.
 */
int log_allow(const char *event, unsigned per_minute);
/* The same at a time that the caller tells. */
int log_allow_at(const char *event, unsigned per_minute, uint64_t now_ms);

/* The world is wrong: log at error level, exit with a sysexits code. */
noreturn void fatal(int exit_code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* We are wrong: log file and line, abort. */
noreturn void panic_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#define panic(...) panic_at(__FILE__, __LINE__, __VA_ARGS__)

/* Assertions stay in release builds. */
#define ensure(condition)                                                      \
	((condition) ? (void)0 : panic("ensure failed: %s", #condition))

/* Escape src as in a log line into dst (NUL-terminated, cut at dst_size - 1 on
 * a character boundary); returns bytes written. */
size_t log_escape(char *dst, size_t dst_size, const char *src, size_t len);

#endif
