/* properties.c - what a PDF says of itself, as attributes. */
#include "properties.h"

#include <ctype.h>
#include <string.h>

#include "lavoir/plugin_util.h"
#include "source.h"

enum { LIST_MAX = 64, PROPERTY_MAX = 4096, LANGUAGE_MAX = 35 };

struct setter {
	const struct lavoir_host *host;
	struct lavoir_doc *doc;
};

static struct lavoir_str
trimmed(const char *s, size_t len)
{
	while (len > 0 && isspace((unsigned char)s[len - 1]))
		len--;
	while (len > 0 && isspace((unsigned char)*s)) {
		s++;
		len--;
	}
	return (struct lavoir_str){ s, len };
}

/* A property as it may be set: valid, bounded, without controls; takes value.
 * NULL when nothing is left. */
static char *
tidy(char *value)
{
	char *valid, *end;

	if (value == NULL)
		return NULL;
	valid = g_utf8_make_valid(value, -1);
	g_free(value);
	for (char *p = valid; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	if (strlen(valid) > PROPERTY_MAX) {
		end = g_utf8_find_prev_char(valid, valid + PROPERTY_MAX + 1);
		*(end != NULL ? end : valid) = '\0';
	}
	g_strstrip(valid);
	if (*valid != '\0')
		return valid;
	g_free(valid);
	return NULL;
}

static void
set_text(const struct setter *s, const char *name, char *value)
{
	char *text = tidy(value);

	if (text != NULL)
		(void)lavoir_set_cstr(s->host, s->doc, name, text);
	g_free(text);
}

static void
set_list(const struct setter *s, const char *name, char *value,
    const char *dividers)
{
	struct lavoir_value item[LIST_MAX], v = { .type = LAVOIR_LIST };
	char *text = tidy(value);
	size_t n = 0, len;

	for (const char *p = text; p != NULL && *p != '\0' && n < LIST_MAX;
	     p += len + (p[len] != '\0')) {
		len = strcspn(p, dividers);
		item[n] = (struct lavoir_value){ .type = LAVOIR_STR };
		item[n].s = trimmed(p, len);
		n += item[n].s.len > 0;
	}
	v.list.item = item;
	v.list.n = n;
	if (n > 0)
		(void)s->host->doc_set(s->doc, name, &v);
	g_free(text);
}

/* Takes the time. */
static void
set_time(const struct setter *s, const char *name, GDateTime *time)
{
	char *text;

	if (time == NULL)
		return;
	text = g_date_time_format(time,
	    g_date_time_get_utc_offset(time) == 0 ? "%Y-%m-%dT%H:%M:%SZ"
						  : "%Y-%m-%dT%H:%M:%S%:z");
	set_text(s, name, text);
	g_date_time_unref(time);
}

static bool
starts(const char *p, const char *end, const char *prefix)
{
	size_t len = strlen(prefix);

	return (size_t)(end - p) >= len && memcmp(p, prefix, len) == 0;
}

static const char *
find(const char *p, const char *end, const char *what)
{
	return p < end ? memmem(p, (size_t)(end - p), what, strlen(what))
		       : NULL;
}

/* /Lang (fr-FR) of the catalog, where that is not compressed. */
static struct lavoir_str
catalog_language(struct lavoir_str raw)
{
	const char *end = raw.ptr + raw.len, *p = raw.ptr, *stop;

	while ((p = find(p, end, "/Catalog")) != NULL) {
		const char *object = p;

		p += strlen("/Catalog");
		stop = find(p, end, "endobj");
		while (object > raw.ptr && !starts(object, end, " obj") &&
		    p - object < 4096)
			object--;
		object = stop != NULL ? find(object, stop, "/Lang") : NULL;
		if (object == NULL)
			continue;
		object += strlen("/Lang");
		while (object < stop && isspace((unsigned char)*object))
			object++;
		if (object < stop && *object == '(')
			return (struct lavoir_str){ object + 1,
				(size_t)(stop - object - 1) };
	}
	return (struct lavoir_str){ "", 0 };
}

/* The first dc:language of the XMP packet. */
static struct lavoir_str
packet_language(const char *xmp)
{
	const char *end = xmp + strlen(xmp);
	const char *p = find(xmp, end, "<dc:language>");
	const char *stop = p != NULL ? find(p, end, "</dc:language>") : NULL;

	p = stop != NULL ? find(p, stop, "<rdf:li>") : NULL;
	if (p == NULL)
		return (struct lavoir_str){ "", 0 };
	p += strlen("<rdf:li>");
	return (struct lavoir_str){ p, (size_t)(stop - p) };
}

static bool
set_language(const struct setter *s, struct lavoir_str from)
{
	size_t len = 0;

	from = trimmed(from.ptr, from.len);
	while (len < from.len && len <= LANGUAGE_MAX &&
	    (isalnum((unsigned char)from.ptr[len]) || from.ptr[len] == '-'))
		len++;
	if (len < 2 || len > LANGUAGE_MAX || !isalpha((unsigned char)*from.ptr))
		return false;
	from.len = len;
	return lavoir_set_str(s->host, s->doc, "language", from) == LAVOIR_OK;
}

static void
set_permissions(const struct setter *s, PopplerDocument *d)
{
	static const struct {
		PopplerPermissions bit;
		const char *name;
	} known[] = {
		{ POPPLER_PERMISSIONS_OK_TO_PRINT, "print" },
		{ POPPLER_PERMISSIONS_OK_TO_MODIFY, "modify" },
		{ POPPLER_PERMISSIONS_OK_TO_COPY, "copy" },
		{ POPPLER_PERMISSIONS_OK_TO_ADD_NOTES, "annotate" },
		{ POPPLER_PERMISSIONS_OK_TO_FILL_FORM, "fill-forms" },
		{ POPPLER_PERMISSIONS_OK_TO_EXTRACT_CONTENTS, "extract" },
		{ POPPLER_PERMISSIONS_OK_TO_ASSEMBLE, "assemble" },
	};
	struct lavoir_value item[sizeof(known) / sizeof(*known)];
	struct lavoir_value v = { .type = LAVOIR_LIST };
	PopplerPermissions all = poppler_document_get_permissions(d);

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!(all & known[i].bit))
			continue;
		item[v.list.n] = (struct lavoir_value){ .type = LAVOIR_STR };
		item[v.list.n++].s = lavoir_str_from(known[i].name);
	}
	v.list.item = item;
	(void)s->host->doc_set(s->doc, "pdf.permissions", &v);
}

void
properties_set(struct pool *pool, PopplerDocument *d, struct lavoir_str raw)
{
	const struct setter s = { pool->host, pool->doc };
	bool encrypted = source_encrypted(raw);
	guint files = poppler_document_get_n_attachments(d);
	char *xmp = poppler_document_get_metadata(d);

	set_text(&s, "title", poppler_document_get_title(d));
	set_list(&s, "authors", poppler_document_get_author(d), ";");
	set_text(&s, "description", poppler_document_get_subject(d));
	set_list(&s, "keywords", poppler_document_get_keywords(d), ",;");
	set_time(&s, "created", poppler_document_get_creation_date_time(d));
	set_time(&s, "modified",
	    poppler_document_get_modification_date_time(d));
	set_text(&s, "pdf.producer", poppler_document_get_producer(d));
	set_text(&s, "pdf.creator", poppler_document_get_creator(d));
	set_text(&s, "pdf.version", poppler_document_get_pdf_version_string(d));
	if (!set_language(&s, catalog_language(raw)) && xmp != NULL)
		(void)set_language(&s, packet_language(xmp));
	g_free(xmp);
	(void)lavoir_set_bool(s.host, s.doc, "pdf.encrypted", encrypted);
	if (encrypted)
		set_permissions(&s, d);
	if (files > 0)
		(void)lavoir_set_int(s.host, s.doc, "pdf.attachments", files);
}
