/* output.c - what people and programs get to read. */
#include "control/output.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "base/xalloc.h"

enum { NAME_WIDTH = 14 };

void
output_escaped(FILE *f, const char *text)
{
	size_t len = strlen(text), size = len * 6 + 1;
	char *safe = xcalloc(size, 1);

	log_escape(safe, size, text, len);
	fputs(safe, f);
	free(safe);
}

void
output_field(const char *name, const char *text)
{
	if (!text)
		return;
	printf("%-*s ", NAME_WIDTH, name);
	output_escaped(stdout, text);
	putchar('\n');
}

void
output_fieldf(const char *name, const char *format, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	output_field(name, text);
}

static bool
is_unseen(uint32_t c)
{
	return (c >= 0x7f && c <= 0x9f) || (c >= 0x200b && c <= 0x200f) ||
	    (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	    c == 0xfeff;
}

void
output_json(const struct buf *json)
{
	size_t at = 0, n;
	uint32_t c;

	if (!isatty(STDOUT_FILENO)) {
		fwrite(json->ptr, 1, json->len, stdout);
		putchar('\n');
		return;
	}
	for (; at < json->len; at += n) {
		n = utf8_decode(json->ptr + at, json->len - at, &c);
		if (n == 0)
			n = 1;
		else if (is_unseen(c)) {
			printf("\\u%04x", (unsigned)c);
			continue;
		}
		fwrite(json->ptr + at, 1, n, stdout);
	}
	putchar('\n');
}

void
output_json_value(const json_t *value)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	struct buf b = { 0 };

	buf_append_str(&b, text ? text : "null");
	output_json(&b);
	buf_fini(&b);
	free(text);
}

unsigned long long
output_uint(const json_t *object, const char *key)
{
	json_int_t v = json_integer_value(json_object_get(object, key));

	return v > 0 ? (unsigned long long)v : 0;
}

const char *
output_str(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

int
output_end(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return EX_OK;
	/* Whoever read has had enough: no news. */
	if (errno != EPIPE)
		fprintf(stderr, "lavoir: standard output: %s\n",
		    strerror(errno));
	return EX_IOERR;
}
