/* render.c - Markdown to structured text, by md4c. */
#include "render.h"

#include <string.h>

#include <md4c.h>

#include "common/u8.h"
#include "entity.h"
#include "html.h"
#include "notes.h"

enum { TICKS = 256 };

struct render {
	const struct lavoir_host *host;
	struct lavoir_doc *doc;
	struct markup *m;
	struct notes notes;
	struct html_text html;
	bool images;
	size_t in_image; /* depth: what is within is its alternative text */
	size_t image_at;
	struct lavoir_media media;
	char alt[512];
	size_t alt_len;
	unsigned ticks;
	int rc;
};

static int
stop(struct render *r)
{
	if (r->rc == LAVOIR_OK && ++r->ticks % TICKS == 0 &&
	    r->host->cancelled(r->host))
		r->rc = LAVOIR_ECANCELED;
	return r->rc != LAVOIR_OK || markup_failed(r->m);
}

/* An attribute of md4c in the document's memory, with its entities decoded. */
static struct lavoir_str
attribute(struct render *r, const MD_ATTRIBUTE *a)
{
	char *buf = r->host->doc_alloc(r->doc, a->size + 1), *to = buf;
	char out[8];

	if (buf == NULL) {
		r->rc = LAVOIR_ENOMEM;
		return (struct lavoir_str){ "", 0 };
	}
	for (size_t i = 0; a->size > 0 && a->substr_offsets[i] < a->size; i++) {
		struct lavoir_str s = { a->text + a->substr_offsets[i],
			a->substr_offsets[i + 1] - a->substr_offsets[i] };
		size_t n = a->substr_types[i] == MD_TEXT_ENTITY
		    ? entity_decode(s, out)
		    : 0;

		memcpy(to, n > 0 ? out : s.ptr, n > 0 ? n : s.len);
		to += n > 0 ? n : s.len;
	}
	*to = '\0';
	return (struct lavoir_str){ buf, (size_t)(to - buf) };
}

static void
enter_item(struct render *r, const MD_BLOCK_LI_DETAIL *d)
{
	markup_item_begin(r->m, NULL);
	if (d->is_task)
		markup_check(r->m, d->task_mark != ' ');
}

static int
enter_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct render *r = arg;
	struct markup *m = r->m;

	switch (type) {
	case MD_BLOCK_QUOTE:
		markup_quote_begin(m);
		break;
	case MD_BLOCK_UL:
		markup_list_begin(m, false, 1);
		break;
	case MD_BLOCK_OL:
		markup_list_begin(m, true,
		    ((MD_BLOCK_OL_DETAIL *)detail)->start);
		break;
	case MD_BLOCK_LI:
		enter_item(r, detail);
		break;
	case MD_BLOCK_HR:
		markup_rule(m);
		break;
	case MD_BLOCK_H:
		markup_heading_begin(m,
		    (int)((MD_BLOCK_H_DETAIL *)detail)->level);
		break;
	case MD_BLOCK_CODE:
		markup_pre_begin(m,
		    attribute(r, &((MD_BLOCK_CODE_DETAIL *)detail)->lang).ptr);
		break;
	case MD_BLOCK_HTML:
		memset(&r->html, 0, sizeof(r->html));
		markup_paragraph(m);
		break;
	case MD_BLOCK_P:
		markup_paragraph(m);
		break;
	case MD_BLOCK_TABLE:
		markup_table_begin(m);
		break;
	case MD_BLOCK_TR:
		markup_row_begin(m);
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		markup_cell_begin(m, 1);
		break;
	default:
		break;
	}
	return stop(r);
}

static int
leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct render *r = arg;
	struct markup *m = r->m;

	(void)detail;
	switch (type) {
	case MD_BLOCK_QUOTE:
		markup_quote_end(m);
		break;
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		markup_list_end(m);
		break;
	case MD_BLOCK_LI:
		markup_item_end(m);
		break;
	case MD_BLOCK_H:
		markup_heading_end(m);
		break;
	case MD_BLOCK_CODE:
		markup_pre_end(m);
		break;
	case MD_BLOCK_HTML:
	case MD_BLOCK_P:
		markup_paragraph(m);
		break;
	case MD_BLOCK_TABLE:
		markup_table_end(m);
		break;
	case MD_BLOCK_TR:
		markup_row_end(m);
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		markup_cell_end(m);
		break;
	default:
		break;
	}
	return stop(r);
}

static void
enter_image(struct render *r, const MD_SPAN_IMG_DETAIL *d)
{
	if (r->in_image++ > 0)
		return;
	memset(&r->media, 0, sizeof(r->media));
	r->media.uri = attribute(r, &d->src).ptr;
	r->media.caption = attribute(r, &d->title);
	r->media.offset = markup_length(r->m);
	r->alt_len = 0;
}

static void
leave_image(struct render *r)
{
	if (--r->in_image > 0)
		return;
	r->media.alt.ptr = r->alt;
	r->media.alt.len = u8_valid(r->alt, r->alt_len);
	if (r->images && r->media.uri[0] != '\0')
		(void)r->host->doc_media(r->doc, &r->media);
}

static int
enter_span(MD_SPANTYPE type, void *detail, void *arg)
{
	static const enum markup_mark marks[] = {
		[MD_SPAN_EM] = MARKUP_EM,
		[MD_SPAN_STRONG] = MARKUP_STRONG,
		[MD_SPAN_CODE] = MARKUP_CODE,
		[MD_SPAN_DEL] = MARKUP_STRIKE,
	};
	struct render *r = arg;

	if (type == MD_SPAN_IMG)
		enter_image(r, detail);
	else if (type == MD_SPAN_A)
		markup_link_begin(r->m,
		    attribute(r, &((MD_SPAN_A_DETAIL *)detail)->href));
	else
		markup_mark_begin(r->m, marks[type]);
	return stop(r);
}

static int
leave_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct render *r = arg;

	(void)detail;
	if (type == MD_SPAN_IMG)
		leave_image(r);
	else
		markup_mark_end(r->m);
	return stop(r);
}

static void
put(struct render *r, const char *s, size_t len)
{
	if (r->in_image == 0) {
		markup_text(r->m, s, len);
		return;
	}
	if (len > sizeof(r->alt) - r->alt_len)
		len = sizeof(r->alt) - r->alt_len;
	memcpy(r->alt + r->alt_len, s, len);
	r->alt_len += len;
}

/* Text, with the references to notes in it. */
static void
put_normal(struct render *r, const char *s, size_t len)
{
	const char *end = s + len, *p = s;
	struct note *note;

	while (r->notes.n > 0 && r->in_image == 0 &&
	    (p = memmem(p, (size_t)(end - p), "[^", 2)) != NULL) {
		size_t n = notes_reference(&r->notes,
		    (struct lavoir_str){ p, (size_t)(end - p) }, &note);

		if (n == 0) {
			p += 2;
			continue;
		}
		put(r, s, (size_t)(p - s));
		markup_note_mark(r->m, note->label);
		s = p += n;
	}
	put(r, s, (size_t)(end - s));
}

static int
on_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *arg)
{
	struct render *r = arg;
	struct lavoir_str s = { text, size };
	char out[8];
	size_t n;

	switch (type) {
	case MD_TEXT_NULLCHAR:
		put(r, "\xef\xbf\xbd", 3);
		break;
	case MD_TEXT_BR:
		if (r->in_image == 0)
			markup_break(r->m);
		break;
	case MD_TEXT_SOFTBR:
		put(r, " ", 1);
		break;
	case MD_TEXT_ENTITY:
		n = entity_decode(s, out);
		put(r, n > 0 ? out : text, n > 0 ? n : size);
		break;
	case MD_TEXT_HTML:
		html_text(&r->html, r->m, s);
		break;
	case MD_TEXT_CODE:
		put(r, text, size);
		break;
	default:
		put_normal(r, text, size);
	}
	return stop(r);
}

static void
parse(struct render *r, struct lavoir_str text)
{
	static const MD_PARSER parser = {
		.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH |
		    MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEAUTOLINKS,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = enter_span,
		.leave_span = leave_span,
		.text = on_text,
	};
	/* MD4C takes a length, and yet searches to a NUL in places. */
	char *ended = r->host->doc_alloc(r->doc, text.len + 1);

	if (ended == NULL) {
		r->rc = LAVOIR_ENOMEM;
		return;
	}
	memcpy(ended, text.ptr, text.len);
	ended[text.len] = '\0';
	if (md_parse(ended, (MD_SIZE)text.len, &parser, r) == -1 &&
	    r->rc == LAVOIR_OK)
		r->rc = LAVOIR_ENOMEM;
}

int
render_markdown(const struct lavoir_host *host, struct lavoir_doc *doc,
    struct lavoir_str text, struct markup *m, bool images)
{
	struct render r = { .host = host,
		.doc = doc,
		.m = m,
		.images = images };

	if (text.len > INT32_MAX)
		return host->fail(host, LAVOIR_EINVAL, "longer than 2 GiB");
	if (!notes_split(host, doc, text, &r.notes))
		return host->fail(host, LAVOIR_ENOMEM, "no memory");
	parse(&r, r.notes.text);
	for (struct note *n = r.notes.first; n != NULL && r.rc == LAVOIR_OK;
	     n = n->next) {
		markup_note_begin(m, n->label);
		parse(&r, n->text);
		markup_note_end(m);
	}
	if (r.rc == LAVOIR_ENOMEM)
		return host->fail(host, r.rc, "no memory");
	return r.rc;
}
