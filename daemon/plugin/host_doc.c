/* host_doc.c - the calls on a document and on an instance that both roles have.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/utf8.h"
#include "plugin/host_inside.h"
#include "plugin/table.h"

enum { LOG_PER_MINUTE = 600, LOG_TEXT_MAX = 2048 };

struct host_instance *
host_instance_of(const struct lavoir_host *host)
{
	/* The first member of an instance of ours, which is not constant. */
	return host_ours(host);
}

int
host_status(int code)
{
	if (code >= ERR_FATAL)
		return code;
	return code == ERR_LIMIT ? LAVOIR_ENOMEM : LAVOIR_EFATAL;
}

int
host_keep_message(struct host_instance *i, int status, const char *message)
{
	size_t len = message ? strnlen(message, DOC_DETAIL_MAX) : 0;

	if (len)
		memcpy(i->message, message, len);
	/* Cut between characters; other foreign bytes are the log's and the
	 * document's business. */
	if (len == DOC_DETAIL_MAX)
		while (len > 0 && ((uint8_t)i->message[len - 1] & 0xc0) == 0x80)
			len--;
	i->message[len] = '\0';
	return status;
}

struct host_doc *
host_doc_of(const struct lavoir_doc *doc)
{
	struct host_doc *h = host_ours(doc);

	return h && h->magic == HOST_MAGIC && h->running ? h : NULL;
}

int
host_misuse(struct host_doc *h, const char *format, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return doc_error(h->doc, ERR_FATAL, text);
}

int
host_doc_begin(const struct lavoir_doc *doc, int32_t role, const char *call,
    struct host_doc **h_r)
{
	struct host_doc *h = host_doc_of(doc);

	*h_r = h;
	if (!h)
		return LAVOIR_EFATAL;
	if (h->doc->error < 0)
		return host_status(h->doc->error);
	if (role && h->running->host.role != role)
		return host_status(host_misuse(h, "%s() called in %s()", call,
		    role == LAVOIR_WORKER ? "commit" : "process"));
	return 0;
}

static void
call_log(const struct lavoir_host *host, int level, const char *message)
{
	int len;

	(void)host;
	if (!message || !log_allow("lines of plugins", LOG_PER_MINUTE))
		return;
	len = (int)strnlen(message, LOG_TEXT_MAX);
	switch (level) {
	case LAVOIR_DEBUG:
		log_debug("%.*s", len, message);
		break;
	case LAVOIR_INFO:
		log_info("%.*s", len, message);
		break;
	case LAVOIR_WARN:
		log_warn("%.*s", len, message);
		break;
	default:
		log_error("%.*s", len, message);
	}
}

static int
call_fail(const struct lavoir_host *host, int status, const char *message)
{
	return host_keep_message(host_instance_of(host), status, message);
}

static void
call_count(const struct lavoir_host *host, uint32_t counter, int64_t n)
{
	struct host_instance *i = host_instance_of(host);
	const struct lavoir_name *list = i->config.plugin->counters;
	const struct host_role *role = &i->chain->role;
	struct host_doc *h = &i->chain->doc;
	uint32_t k = 0;

	while (list && list[k].name && k < counter)
		k++;
	if (list && list[k].name && n >= 0) {
		if (role->count)
			role->count(role->arg, host->instance, list[k].name, n);
	} else if (h->running == i) {
		host_misuse(h, "count() of %lld for the counter %u",
		    (long long)n, counter);
	}
}

static bool
call_cancelled(const struct lavoir_host *host)
{
	const struct host_role *role = &host_instance_of(host)->chain->role;

	return role->cancelled && role->cancelled(role->arg);
}

static struct lavoir_str
call_doc_raw(const struct lavoir_doc *doc)
{
	struct host_doc *h = host_doc_of(doc);

	return h ? h->doc->raw : (struct lavoir_str){ .ptr = "" };
}

static struct lavoir_str
call_doc_text(const struct lavoir_doc *doc)
{
	struct host_doc *h = host_doc_of(doc);

	return h ? h->doc->text : (struct lavoir_str){ .ptr = "" };
}

static int
call_doc_get(const struct lavoir_doc *doc, const char *attr,
    struct lavoir_value *out)
{
	struct host_doc *h;
	int rc = host_doc_begin(doc, 0, "doc_get", &h);

	if (out)
		*out = (struct lavoir_value){ .type = LAVOIR_NULL };
	if (rc < 0)
		return rc;
	if (!attr || !out)
		return host_status(host_misuse(h, "doc_get() of nothing"));
	return doc_get(h->doc, attr, out) < 0 ? LAVOIR_ENOENT : LAVOIR_OK;
}

static bool
call_doc_tagged(const struct lavoir_doc *doc, const char *tag)
{
	struct host_doc *h = host_doc_of(doc);

	return h && tag && doc_tagged(h->doc, tag);
}

static bool
call_doc_attr_at(const struct lavoir_doc *doc, size_t i,
    struct lavoir_attr *out)
{
	struct host_doc *h = host_doc_of(doc);

	if (!h || !out || i >= h->doc->n_attrs)
		return false;
	*out = h->doc->attr[i];
	return true;
}

static bool
call_doc_tag_at(const struct lavoir_doc *doc, size_t i, const char **out)
{
	struct host_doc *h = host_doc_of(doc);

	if (!h || !out || i >= h->doc->n_tags)
		return false;
	*out = h->doc->tag[i];
	return true;
}

static bool
call_doc_media_at(const struct lavoir_doc *doc, size_t i,
    struct lavoir_media *out)
{
	struct host_doc *h = host_doc_of(doc);

	if (!h || !out || i >= h->doc->n_media)
		return false;
	*out = h->doc->media[i];
	return true;
}

static int
call_doc_set_text(struct lavoir_doc *doc, struct lavoir_str text)
{
	struct host_doc *h;
	int rc = host_doc_begin(doc, LAVOIR_WORKER, "doc_set_text", &h);

	if (rc < 0)
		return rc;
	rc = doc_set_text(h->doc, text);
	h->text_set |= rc == 0;
	return host_status(rc);
}

static int
call_doc_set(struct lavoir_doc *doc, const char *attr,
    const struct lavoir_value *value)
{
	struct host_doc *h;
	int rc = host_doc_begin(doc, 0, "doc_set", &h);

	if (rc < 0)
		return rc;
	if (!attr)
		return host_status(host_misuse(h, "doc_set() of nothing"));
	if (strncmp(attr, "lavoir.", 7) == 0)
		return host_status(host_misuse(h,
		    "doc_set() of \"%.64s\": lavoir.* is the host's", attr));
	return host_status(doc_set(h->doc, attr, value));
}

static int
call_doc_tag(struct lavoir_doc *doc, const char *tag, bool on)
{
	struct host_doc *h;
	int rc = host_doc_begin(doc, 0, "doc_tag", &h);

	if (rc < 0)
		return rc;
	if (!tag)
		return host_status(host_misuse(h, "doc_tag() of nothing"));
	return host_status(doc_tag(h->doc, tag, on));
}

static int
call_doc_media(struct lavoir_doc *doc, const struct lavoir_media *media)
{
	struct host_doc *h;
	int rc = host_doc_begin(doc, 0, "doc_media", &h);

	if (rc < 0)
		return rc;
	if (!media)
		return host_status(host_misuse(h, "doc_media() of nothing"));
	return host_status(doc_add_media(h->doc, media));
}

static int
call_measure(struct lavoir_doc *doc, const struct lavoir_measure *m)
{
	struct host_doc *h;
	int rc = host_doc_begin(doc, 0, "measure", &h);

	if (rc < 0)
		return rc;
	if (!m || m->size < sizeof(*m))
		return host_status(host_misuse(h,
		    "measure() of a struct lavoir_measure without its size"));
	return host_status(
	    doc_add_measure(h->doc, h->running->config.plugin->name, m));
}

static int
call_drop(struct lavoir_doc *doc, const char *reason, const char *detail)
{
	const struct lavoir_plugin *p;
	struct host_doc *h;
	int rc = host_doc_begin(doc, 0, "drop", &h);

	if (rc < 0)
		return rc;
	p = h->running->config.plugin;
	if (!reason || !table_lists(p->reasons, reason))
		return host_status(host_misuse(h, "undeclared reason \"%.64s\"",
		    reason ? reason : ""));
	rc = doc_drop(h->doc, p->name, reason, detail);
	return rc < 0 ? host_status(rc) : LAVOIR_END;
}

static void *
call_doc_alloc(struct lavoir_doc *doc, size_t size)
{
	struct host_doc *h;
	void *ptr;

	if (host_doc_begin(doc, 0, "doc_alloc", &h) < 0)
		return NULL;
	ptr = arena_raw(h->doc->arena, size ? size : 1);
	if (!ptr)
		doc_error(h->doc, ERR_NOMEM,
		    "the memory that a document may have is used up");
	return ptr;
}

static const void *
call_extension(const struct lavoir_host *host, const char *id)
{
	(void)host;
	(void)id;
	return NULL;
}

const struct lavoir_host host_calls = {
	.size = sizeof(struct lavoir_host),
	.abi = LAVOIR_ABI,
	.log = call_log,
	.fail = call_fail,
	.count = call_count,
	.cancelled = call_cancelled,
	.doc_raw = call_doc_raw,
	.doc_text = call_doc_text,
	.doc_get = call_doc_get,
	.doc_tagged = call_doc_tagged,
	.doc_attr_at = call_doc_attr_at,
	.doc_tag_at = call_doc_tag_at,
	.doc_media_at = call_doc_media_at,
	.doc_set_text = call_doc_set_text,
	.doc_set = call_doc_set,
	.doc_tag = call_doc_tag,
	.doc_media = call_doc_media,
	.measure = call_measure,
	.drop = call_drop,
	.doc_alloc = call_doc_alloc,
	.doc_child = host_child,
	.doc_child_write = host_child_write,
	.doc_resume = host_resume,
	.index = host_index_declare,
	.series = host_series_declare,
	.keys = host_keys,
	.doc_id = host_doc_id,
	.sketch = host_sketch,
	.hits = host_hits,
	.duplicate = host_duplicate,
	.append = host_append,
	.extension = call_extension,
	.doc_child_fail = host_child_fail,
};
