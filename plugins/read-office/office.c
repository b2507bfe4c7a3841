/* office.c - errors and memory of one document being read. */
#include "office.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lavoir/plugin_util.h"

enum { TICKS = 64 };

int
office_fail(struct office *o, int rc, const char *format, ...)
{
	va_list ap;

	if (o->rc != LAVOIR_OK)
		return o->rc;
	o->rc = rc;
	va_start(ap, format);
	lavoir_format(o->message, sizeof(o->message), format, ap);
	va_end(ap);
	return rc;
}

void
office_forgive(struct office *o)
{
	if (o->rc != LAVOIR_EINVAL)
		return;
	o->host->log(o->host, LAVOIR_DEBUG, o->message);
	o->rc = LAVOIR_OK;
	o->message[0] = '\0';
}

void *
office_alloc(struct office *o, size_t n)
{
	void *p = o->rc == LAVOIR_OK ? o->host->doc_alloc(o->doc, n) : NULL;

	if (p != NULL)
		memset(p, 0, n);
	else
		(void)office_fail(o, LAVOIR_ENOMEM, "no memory");
	return p;
}

char *
office_copy(struct office *o, const char *s, size_t len)
{
	char *p = s != NULL ? office_alloc(o, len + 1) : NULL;

	if (p != NULL && len > 0)
		memcpy(p, s, len);
	return p;
}

void
office_comment(struct office *o)
{
	char label[32] = "comment";

	/* Footnotes of Markdown that are called the same are one. */
	o->n_comments++;
	if (o->opt->format == MARKUP_MARKDOWN)
		(void)snprintf(label, sizeof(label), "comment%zu",
		    o->n_comments);
	markup_note_begin(o->out, label);
}

void
office_image(struct office *o, const char *uri, const char *alt)
{
	struct lavoir_media media = { .uri = uri };

	/* Where it stands in the notes is not known yet. */
	if (!o->opt->images || uri == NULL || uri[0] == '\0' ||
	    o->out != &o->body)
		return;
	media.alt = lavoir_str_from(alt);
	media.offset = markup_length(o->out);
	(void)o->host->doc_media(o->doc, &media);
}

bool
office_stop(struct office *o)
{
	if (o->rc != LAVOIR_OK)
		return true;
	if (markup_failed(&o->body) || markup_failed(&o->notes)) {
		if (o->body.state == MARKUP_NO_MEMORY ||
		    o->notes.state == MARKUP_NO_MEMORY)
			(void)office_fail(o, LAVOIR_ENOMEM,
			    "no memory for the text");
		else
			(void)office_fail(o, LAVOIR_EINVAL,
			    "text_max: more than %zu bytes of text",
			    o->opt->text_max);
	} else if (++o->ticks % TICKS == 0 && o->host->cancelled(o->host)) {
		(void)office_fail(o, LAVOIR_ECANCELED, "cancelled");
	}
	return o->rc != LAVOIR_OK;
}
