/* log.c - one line an event, on standard error. */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"

enum {
	LINE_SIZE = 4096, /* at most PIPE_BUF: one write is one line */
	ROLE_SIZE = 64,
	CONTEXT_SIZE = 1024,
	CONTEXT_DEPTH = 8
};

static const char cut_mark[] = " [...]\n";

/* Escaped text up to the room that is left for the mark. */
struct line {
	char text[LINE_SIZE];
	size_t len;
	bool cut;
};

/* Written once, by log_init, before there are threads; level at any time. */
static struct {
	char role[ROLE_SIZE];
	bool prefix;
	_Atomic int level;
} process = { .role = "lavoir", .level = LOG_LEVEL_INFO };

static _Thread_local struct {
	char role[ROLE_SIZE];
	char context[CONTEXT_SIZE];
	size_t start[CONTEXT_DEPTH]; /* where each piece begins */
	size_t len;
	unsigned depth;
} thread;

void
log_init(const char *role, enum log_level level, int prefix)
{
	snprintf(process.role, sizeof(process.role), "%s", role);
	process.prefix = prefix != 0;
	atomic_store(&process.level, (int)level);
}

void
log_thread_role(const char *role)
{
	snprintf(thread.role, sizeof(thread.role), "%s", role);
}

void
log_set_level(enum log_level level)
{
	atomic_store(&process.level, (int)level);
}

enum log_level
log_get_level(void)
{
	return (enum log_level)atomic_load(&process.level);
}

static bool
is_bidi_control(uint32_t c)
{
	return c == 0x061C || c == 0x200E || c == 0x200F ||
	    (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/* How one character, or one invalid byte, is written: the length of unit. A
 * backslash stays as it is, so that escaping twice, as for a relayed line, is
 * escaping once. */
static size_t
escape_one(char unit[8], const uint8_t *p, size_t step, uint32_t c)
{
	if (!step)
		return (size_t)snprintf(unit, 8, "\\x%02x", (unsigned)*p);
	if (c == '\n' || c == '\r' || c == '\t')
		return (size_t)snprintf(unit, 8, "\\%c",
		    c == '\n'	    ? 'n'
			: c == '\r' ? 'r'
				    : 't');
	if (c < 0x20 || c == 0x7F)
		return (size_t)snprintf(unit, 8, "\\x%02x", (unsigned)c);
	if ((c >= 0x80 && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
	    is_bidi_control(c))
		return (size_t)snprintf(unit, 8, "\\u%04x", (unsigned)c);
	memcpy(unit, p, step);
	return step;
}

/* Escape what fits whole into size bytes; *used_r: how much of src that was. */
static size_t
escape(char *dst, size_t size, const char *src, size_t len, size_t *used_r)
{
	const uint8_t *p = (const uint8_t *)src;
	size_t at = 0, out = 0;

	while (at < len) {
		char unit[8];
		uint32_t c = 0;
		size_t step = utf8_decode(p + at, len - at, &c);
		size_t n = escape_one(unit, p + at, step, c);

		if (n > size - out)
			break;
		memcpy(dst + out, unit, n);
		out += n;
		at += step ? step : 1;
	}
	*used_r = at;
	return out;
}

size_t
log_escape(char *dst, size_t dst_size, const char *src, size_t len)
{
	size_t used, out;

	if (!dst_size)
		return 0;
	out = escape(dst, dst_size - 1, src, len, &used);
	dst[out] = '\0';
	return out;
}

static void
line_add(struct line *l, const char *src, size_t len)
{
	size_t room = sizeof(l->text) - sizeof(cut_mark) - l->len, used;

	if (l->cut)
		return;
	l->len += escape(l->text + l->len, room, src, len, &used);
	l->cut = used < len;
}

static void
line_add_str(struct line *l, const char *s)
{
	line_add(l, s, strlen(s));
}

static int
priority_of(enum log_level level)
{
	static const int priorities[] = { [LOG_LEVEL_DEBUG] = 7,
		[LOG_LEVEL_INFO] = 6,
		[LOG_LEVEL_WARN] = 4,
		[LOG_LEVEL_ERROR] = 3 };

	return priorities[level];
}

static void
line_begin(struct line *l, enum log_level level, const char *role, long pid)
{
	char text[64];

	l->len = 0;
	l->cut = false;
	if (process.prefix) {
		snprintf(text, sizeof(text), "<%d>", priority_of(level));
	} else {
		int64_t now = clock_wall_ns();
		time_t seconds = (time_t)(now / 1000000000);
		struct tm tm;

		localtime_r(&seconds, &tm);
		snprintf(text, sizeof(text), "%02d:%02d:%02d.%03d ", tm.tm_hour,
		    tm.tm_min, tm.tm_sec, (int)(now / 1000000 % 1000));
	}
	line_add_str(l, text);
	line_add_str(l, role);
	snprintf(text, sizeof(text), "[%ld]: ", pid);
	line_add_str(l, text);
}

/* A full or broken standard error loses the line: there is nowhere to tell. */
static void
line_write(struct line *l)
{
	const char *end = l->cut ? cut_mark : "\n";
	size_t done = 0;

	memcpy(l->text + l->len, end, strlen(end));
	l->len += strlen(end);
	while (done < l->len) {
		ssize_t n = write(STDERR_FILENO, l->text + done, l->len - done);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0)
			done += (size_t)n;
	}
}

static __attribute__((format(printf, 3, 0))) void
log_line(enum log_level level, const char *before, const char *format,
    va_list args)
{
	char raw[LINE_SIZE];
	struct line l;
	int len, error = errno;

	if ((int)level < atomic_load(&process.level))
		return;
	line_begin(&l, level, thread.role[0] ? thread.role : process.role,
	    (long)getpid());
	line_add(&l, thread.context, thread.len);
	line_add_str(&l, before);
	errno = error;
	len = vsnprintf(raw, sizeof(raw), format, args);
	if (len > 0) /* a raw text that was cut is longer than any line */
		line_add(&l, raw, strlen(raw));
	line_write(&l);
	errno = error;
}

void
log_debug(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(LOG_LEVEL_DEBUG, "", format, args);
	va_end(args);
}

void
log_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(LOG_LEVEL_INFO, "", format, args);
	va_end(args);
}

void
log_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(LOG_LEVEL_WARN, "", format, args);
	va_end(args);
}

void
log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(LOG_LEVEL_ERROR, "", format, args);
	va_end(args);
}

static enum log_level
level_of(char priority)
{
	if (priority <= '3')
		return LOG_LEVEL_ERROR;
	if (priority == '4')
		return LOG_LEVEL_WARN;
	return priority == '7' ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
}

void
log_relay(const char *role, long pid, const char *line, size_t len)
{
	enum log_level level = LOG_LEVEL_INFO;
	char own[ROLE_SIZE + 32];
	struct line l;
	size_t own_len;
	int error = errno;

	while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
		len--;
	if (len >= 3 && line[0] == '<' && line[1] >= '0' && line[1] <= '7' &&
	    line[2] == '>') {
		level = level_of(line[1]);
		line += 3;
		len -= 3;
	}
	if ((int)level < atomic_load(&process.level))
		return;
	/* Its own log has written its name already. */
	snprintf(own, sizeof(own), "%.*s[%ld]: ", ROLE_SIZE - 1, role, pid);
	own_len = strlen(own);
	if (len >= own_len && !memcmp(line, own, own_len)) {
		line += own_len;
		len -= own_len;
	}
	line_begin(&l, level, role, pid);
	line_add(&l, line, len);
	line_write(&l);
	errno = error;
}

/* snprintf() for formats that have only %s in them, as far as room goes: it is
 * called for every step of every document.  -1: another format. */
static int
put_strings(char *dst, size_t room, const char *format, va_list args)
{
	size_t at = 0;

	for (const char *p = format; *p; p++)
		if (*p == '%' && *++p != 's')
			return -1;
	for (const char *p = format; *p; p++) {
		const char *piece = p;
		size_t len = 1;

		if (*p == '%') {
			piece = va_arg(args, const char *);
			piece = piece ? piece : "?";
			len = strlen(piece);
			p++;
		}
		if (at + len >= room)
			len = room > at + 1 ? room - at - 1 : 0;
		memcpy(dst + at, piece, len);
		at += len;
	}
	return (int)at;
}

/* What is nested too deep, or too long, is counted but not shown. */
void
log_push(const char *format, ...)
{
	size_t room = sizeof(thread.context) - thread.len;
	va_list args;
	int len;

	if (thread.depth++ >= CONTEXT_DEPTH)
		return;
	thread.start[thread.depth - 1] = thread.len;
	va_start(args, format);
	len = put_strings(thread.context + thread.len, room, format, args);
	va_end(args);
	if (len < 0) {
		va_start(args, format);
		len =
		    vsnprintf(thread.context + thread.len, room, format, args);
		va_end(args);
	}
	if (len < 0)
		return;
	if ((size_t)len + 2 >= room) /* leaves room for the ": " */
		len = room > 3 ? (int)room - 3 : -2;
	thread.len += (size_t)(len + 2);
	if (len >= 0)
		memcpy(thread.context + thread.len - 2, ": ", 2);
}

void
log_pop(void)
{
	ensure(thread.depth > 0);
	if (--thread.depth < CONTEXT_DEPTH)
		thread.len = thread.start[thread.depth];
}

noreturn void
fatal(int exit_code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	log_line(LOG_LEVEL_ERROR, "fatal: ", format, args);
	va_end(args);
	exit(exit_code);
}

noreturn void
panic_at(const char *file, int line, const char *format, ...)
{
	char before[256];
	va_list args;

	snprintf(before, sizeof(before), "panic: %s:%d: ", file, line);
	va_start(args, format);
	log_line(LOG_LEVEL_ERROR, before, format, args);
	va_end(args);
	abort();
}
