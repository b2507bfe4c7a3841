/* pipe_output.c - a document as a line of output. */
#include <string.h>

#include "base/json_write.h"
#include "control/pipe.h"
#include "model/doc_pack.h"
#include "model/value.h"

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
put_id(struct buf *b, const json_t *id)
{
	char *text = id ? json_dumps(id, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

	json_write_key(b, "id");
	buf_append_str(b, text ? text : "null");
	free(text);
}

/* What the host knows of a file or a clock is no part of an answer that only
 * depends on the input. */
static bool
is_shown(const char *name)
{
	return name[0] != '_' && strcmp(name, "lavoir.added") != 0 &&
	    strcmp(name, "lavoir.path") != 0 &&
	    strcmp(name, "lavoir.pipeline") != 0;
}

static void
put_attributes(struct buf *b, const struct doc *d)
{
	json_write_key(b, "attributes");
	buf_append_byte(b, '{');
	for (size_t i = 0; i < d->n_attrs; i++) {
		if (!is_shown(d->attr[i].name))
			continue;
		json_write_key(b, d->attr[i].name);
		value_write_json(b, &d->attr[i].value);
	}
	buf_append_byte(b, '}');
	json_write_key(b, "tags");
	buf_append_byte(b, '[');
	for (size_t i = 0; i < d->n_tags; i++) {
		if (i)
			buf_append_byte(b, ',');
		json_write_cstr(b, d->tag[i]);
	}
	buf_append_byte(b, ']');
}

static void
put_end(struct buf *b, const char *verdict, const char *plugin,
    const char *reason, const char *detail)
{
	put_text(b, "verdict", verdict);
	put_text(b, "plugin", plugin);
	put_text(b, "reason", reason);
	put_text(b, "detail", detail);
}

static const char *
verdict_of(const struct doc *d)
{
	return d->verdict == DOC_KEEP ? "keep"
	    : d->verdict == DOC_FAIL  ? "fail"
				      : "drop";
}

static void
write_line(struct pipe_doc *d, struct doc *doc)
{
	struct buf *b = &d->line;
	const char *measures;

	buf_append_byte(b, '{');
	put_id(b, d->id);
	json_write_key(b, "text");
	if (doc->verdict == DOC_KEEP)
		json_write_string(b, doc->text.ptr, doc->text.len);
	else
		json_write_cstr(b, NULL);
	put_attributes(b, doc);
	put_end(b, verdict_of(doc), doc->plugin, doc->reason, doc->detail);
	measures = doc_measures_json(doc);
	json_write_key(b, "measurements");
	buf_append_str(b, measures ? measures : "[]");
	buf_append_str(b, "}\n");
	d->state = PIPE_ENDED;
}

bool
pipe_end(struct pipe *p, struct pipe_doc *d, struct unpack *answer)
{
	struct doc doc;
	struct err e;
	bool sound;

	doc_init(&doc, p->arena, p->config->text_max);
	sound = doc_unpack(answer, &doc, &e) == 0 && unpack_end(answer);
	if (sound)
		write_line(d, &doc);
	arena_reset(p->arena, 1 << 20);
	return sound;
}

void
pipe_end_failed(struct pipe_doc *d, const char *plugin, const char *reason,
    const char *detail)
{
	struct buf *b = &d->line;

	buf_append_byte(b, '{');
	put_id(b, d->id);
	buf_append_str(b, ",\"text\":null,\"attributes\":{},\"tags\":[]");
	put_end(b, "fail", plugin, reason, detail);
	buf_append_str(b, ",\"measurements\":[]}\n");
	d->state = PIPE_ENDED;
}
