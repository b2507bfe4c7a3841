/* source.c - a PDF opened with poppler, and what poppler complains of. */
#include "source.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "lavoir/plugin_util.h"
#include "rebuild.h"

enum { LOGGED_MAX = 5 };

static void
complain(const gchar *domain, GLogLevelFlags level, const gchar *message,
    gpointer arg)
{
	struct complaints *c = arg;

	(void)level;
	/* "Syntax error at position 12: ..."; warnings are not counted. */
	if (message == NULL || strstr(message, "warning") == NULL)
		c->errors++;
	if (c->logged++ < LOGGED_MAX)
		lavoir_logf(c->host, LAVOIR_DEBUG, "%s: %s",
		    domain != NULL ? domain : "poppler",
		    message != NULL ? message : "?");
}

void
complaints_begin(struct complaints *c, const struct lavoir_host *host)
{
	*c = (struct complaints){ .host = host };
	c->before = g_log_set_default_handler(complain, c);
}

void
complaints_end(struct complaints *c)
{
	(void)g_log_set_default_handler(c->before, NULL);
	if (c->logged > LOGGED_MAX)
		lavoir_logf(c->host, LAVOIR_DEBUG, "%zu more messages",
		    c->logged - LOGGED_MAX);
}

/* Poppler's document over bytes crashes when a password is wrong; the one over
 * a stream does not. */
static PopplerDocument *
open_with(struct lavoir_str raw, const char *password, GError **e)
{
	/* Freed with poppler's last reference; nothing is copied. */
	GBytes *bytes = g_bytes_new_static(raw.ptr, raw.len);
	GInputStream *stream;
	PopplerDocument *d;

	if (password == NULL) {
		d = poppler_document_new_from_bytes(bytes, NULL, e);
	} else {
		stream = g_memory_input_stream_new_from_bytes(bytes);
		d = poppler_document_new_from_stream(stream, (goffset)raw.len,
		    password, NULL, e);
		g_object_unref(stream);
	}
	g_bytes_unref(bytes);
	return d;
}

static bool
needs_password(const GError *e)
{
	return e != NULL &&
	    g_error_matches(e, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED);
}

static const char *
reason(const GError *e)
{
	if (needs_password(e))
		return "encrypted: a password is needed to read it";
	if (e != NULL &&
	    g_error_matches(e, POPPLER_ERROR, POPPLER_ERROR_DAMAGED))
		return "damaged: no cross-reference table, and none could be "
		       "rebuilt";
	if (e != NULL &&
	    g_error_matches(e, POPPLER_ERROR, POPPLER_ERROR_BAD_CATALOG))
		return "damaged: the document catalog cannot be read";
	return NULL;
}

/* With no password, then, if one is needed, with that given. */
static PopplerDocument *
open_either(struct lavoir_str raw, const char *password, GError **e)
{
	PopplerDocument *d = open_with(raw, NULL, e);

	if (d == NULL && needs_password(*e) && *password != '\0') {
		g_clear_error(e);
		d = open_with(raw, password, e);
	}
	return d;
}

static bool
has_pages(PopplerDocument *d)
{
	return d != NULL && poppler_document_get_n_pages(d) > 0;
}

/* Once more with an end that we give it; NULL: that does not help. */
static PopplerDocument *
open_rebuilt(struct pool *pool, struct lavoir_str raw)
{
	PopplerDocument *d = NULL;

	for (int what = REBUILD_TRAILER; what <= REBUILD_PAGES; what++) {
		struct lavoir_str whole =
		    rebuild(pool, raw, (enum rebuild)what);

		if (whole.len > 0 && whole.len <= INT_MAX)
			d = open_with(whole, NULL, NULL);
		if (has_pages(d))
			return d;
		g_clear_object(&d);
	}
	return NULL;
}

PopplerDocument *
source_open(struct pool *pool, struct lavoir_str raw, const char *password,
    bool *rebuilt_r, int *rc_r)
{
	const struct lavoir_host *host = pool->host;
	PopplerDocument *d = NULL, *other = NULL;
	GError *e = NULL;
	const char *why;

	*rebuilt_r = false;
	if (raw.len > INT_MAX) {
		*rc_r = host->fail(host, LAVOIR_EINVAL, "larger than 2 GiB");
		return NULL;
	}
	d = open_either(raw, password, &e);
	if (!has_pages(d) && !needs_password(e))
		other = open_rebuilt(pool, raw);
	if (other != NULL) {
		g_clear_object(&d);
		g_clear_error(&e);
		*rebuilt_r = true;
		return other;
	}
	if (d != NULL)
		return d;
	why = reason(e);
	if (why != NULL)
		*rc_r = host->fail(host, LAVOIR_EINVAL, why);
	else
		*rc_r =
		    lavoir_failf(host, LAVOIR_EINVAL, "not a readable PDF: %s",
			e != NULL ? e->message : "poppler does not say why");
	g_clear_error(&e);
	return NULL;
}

bool
source_encrypted(struct lavoir_str raw)
{
	static const char name[] = "/Encrypt";
	const char *p = raw.ptr, *end = raw.ptr + raw.len;

	while ((p = memmem(p, (size_t)(end - p), name, sizeof(name) - 1)) !=
	    NULL) {
		p += sizeof(name) - 1;
		if (p == end || !isalpha((unsigned char)*p))
			return true;
	}
	return false;
}
