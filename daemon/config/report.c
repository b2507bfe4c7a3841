/* report.c - configuration problems as text for people and as JSON. */
#include "config/report.h"

#include <stdio.h>
#include <string.h>

#include "base/json_write.h"
#include "base/log.h"

/* Texts quote what stands in the file, whatever that is. */
static void
append_escaped(struct buf *b, const char *s)
{
	size_t len = strlen(s), size = len * 6 + 1;
	uint8_t *dst = buf_reserve(b, size);

	b->len += log_escape((char *)dst, size, s, len);
}

static void
append_part(struct buf *b, const char *before, const char *s)
{
	if (!s)
		return;
	buf_append_str(b, before);
	append_escaped(b, s);
}

void
report_text(struct buf *b, const struct config_problem *p)
{
	if (p->file) {
		append_escaped(b, p->file);
		if (p->line)
			buf_printf(b, ":%u:%u", p->line, p->column);
		buf_append_str(b, ": ");
	}
	if (p->path && *p->path) {
		append_escaped(b, p->path);
		buf_append_str(b, ": ");
	}
	append_part(b, p->warning ? "warning: " : "", p->problem);
	append_part(b, ": found ", p->found);
	append_part(b, p->found ? ", expected " : ": expected ", p->expected);
	append_part(b, "; did you mean \"", p->nearest);
	if (p->nearest)
		buf_append_str(b, "\"?");
}

static void
write_lossy(struct buf *b, const char *key, const char *s)
{
	json_write_key(b, key);
	if (s)
		json_write_lossy(b, s, strlen(s));
	else
		json_write_cstr(b, NULL);
}

void
report_json(struct buf *b, const struct config_problem *p)
{
	buf_append_byte(b, '{');
	json_write_key(b, "severity");
	json_write_cstr(b, p->warning ? "warning" : "error");
	write_lossy(b, "file", p->file);
	json_write_key(b, "line");
	if (p->line)
		json_write_int(b, p->line);
	else
		json_write_cstr(b, NULL);
	json_write_key(b, "column");
	if (p->line)
		json_write_int(b, p->column);
	else
		json_write_cstr(b, NULL);
	write_lossy(b, "path", p->path);
	write_lossy(b, "problem", p->problem);
	write_lossy(b, "found", p->found);
	write_lossy(b, "expected", p->expected);
	write_lossy(b, "nearest", p->nearest);
	buf_append_byte(b, '}');
}

void
report_log(void *unused, const struct config_problem *p)
{
	struct buf b = { 0 };

	(void)unused;
	report_text(&b, p);
	if (p->warning)
		log_warn("%s", buf_str(&b));
	else
		log_error("%s", buf_str(&b));
	buf_fini(&b);
}

void
report_print(void *file, const struct config_problem *p)
{
	struct buf b = { 0 };

	report_text(&b, p);
	fprintf((FILE *)file, "%s\n", buf_str(&b));
	buf_fini(&b);
}
