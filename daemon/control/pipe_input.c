/* pipe_input.c - a line of input as a document. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json_read.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "control/json_value.h"
#include "control/names.h"
#include "control/pipe.h"
#include "model/doc_pack.h"

enum { LINE_DEPTH = 20 };

/* ---- bytes ---- */

static int
from_bytes(struct pipe_doc *d, uint32_t kind, const void *ptr, size_t len,
    struct err *e)
{
	int fd = memfd_create("lavoir-document", MFD_CLOEXEC);

	if (fd < 0)
		return err_sys(e, "memfd");
	d->file = pipe_file_new(fd);
	d->kind = kind;
	d->length = len;
	return fs_write_full(fd, ptr, len, e);
}

static int
from_path(struct pipe_doc *d, const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return err_sys(e, "%s", path);
	d->file = pipe_file_new(fd);
	if (fstat(fd, &st) < 0)
		return err_sys(e, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INVAL, "%s: no regular file", path);
	d->kind = TICKET_FILE;
	d->length = (uint64_t)st.st_size;
	d->mtime_ns =
	    (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	d->path = xstrdup(path);
	return 0;
}

static int
from_base64(struct pipe_doc *d, const char *text, struct err *e)
{
	size_t len;
	void *bytes = names_decode(text, &len);
	int rc;

	if (!bytes)
		return err_set(e, ERR_INVAL, "\"raw_base64\" is no base64");
	rc = from_bytes(d, TICKET_RAW, bytes, len, e);
	free(bytes);
	return rc;
}

/* ---- attributes ---- */

static int
take_attributes(struct pipe *p, struct pipe_doc *d, json_t *object,
    struct err *e)
{
	struct buf b = { 0 };
	struct doc doc;
	const char *key;
	json_t *json;
	int rc = 0;

	if (!object)
		return 0;
	if (!json_is_object(object))
		return err_set(e, ERR_INVAL, "\"attributes\" is no object");
	doc_init(&doc, p->arena, p->config->text_max);
	json_object_foreach(object, key, json)
	{
		struct lavoir_value v;

		if (strncmp(key, "lavoir.", 7) == 0)
			continue; /* the host's own: as "lavoir pipe" wrote */
		rc = json_value(json, p->arena, &v);
		if (rc == 0)
			rc = doc_set(&doc, key, &v);
		if (rc < 0) {
			rc = err_set(e, ERR_INVAL, "attribute \"%.80s\": %s",
			    key,
			    doc.error_text ? doc.error_text
					   : "no value of an attribute");
			break;
		}
	}
	if (rc == 0 && doc.n_attrs > 0) {
		doc_pack_attrs(&b, doc.attr, doc.n_attrs);
		d->attrs = b.ptr;
		d->attrs_len = b.len;
	}
	arena_reset(p->arena, 1 << 20);
	return rc;
}

/* ---- whole ---- */

static int
take_object(struct pipe *p, struct pipe_doc *d, json_t *root, struct err *e)
{
	json_t *text = json_object_get(root, "text");
	const char *path = json_string_value(json_object_get(root, "path"));
	const char *raw =
	    json_string_value(json_object_get(root, "raw_base64"));
	const char *type =
	    json_string_value(json_object_get(root, "media_type"));

	if (type)
		d->media_type = xstrdup(type);
	if (take_attributes(p, d, json_object_get(root, "attributes"), e) < 0)
		return e->code;
	if (json_is_string(text) + (path != NULL) + (raw != NULL) != 1)
		return err_set(e, ERR_INVAL,
		    "one of \"text\", \"path\" and \"raw_base64\" is needed");
	if (path)
		return from_path(d, path, e);
	if (raw)
		return from_base64(d, raw, e);
	return from_bytes(d, TICKET_TEXT, json_string_value(text),
	    json_string_length(text), e);
}

void
pipe_take_line(struct pipe *p, const char *line, size_t len)
{
	struct pipe_doc *d = pipe_doc_new(NULL);
	json_t *root = NULL;
	struct err e = { 0 };
	char where[600];
	int rc = json_read(&root, line, len, NULL, LINE_DEPTH, &e);

	if (rc == 0 && !json_is_object(root))
		rc = err_set(&e, ERR_INVAL, "no object");
	if (rc < 0)
		p->bad_lines++;
	else
		d->id = json_incref(json_object_get(root, "id"));
	if (rc == 0)
		rc = take_object(p, d, root, &e);
	if (rc < 0) {
		snprintf(where, sizeof where, "line %llu: %s",
		    (unsigned long long)p->lines, e.text);
		pipe_end_failed(d, NULL, "input", where);
	}
	json_decref(root);
	list_append(&p->docs, &d->link);
	p->n_docs++;
}
