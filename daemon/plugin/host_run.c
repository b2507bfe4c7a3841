/* host_run.c - one document through a chain's steps, and what their answers
 * mean.
 *
 * What a call left on the document counts before what it returns: first an
 * error that stuck, then a verdict, then the code.
 */
#include <stdio.h>

#include "base/log.h"
#include "model/media_type.h"
#include "model/when.h"
#include "plugin/host_inside.h"

enum answer { ANSWER_NEXT, ANSWER_DONE, ANSWER_RETRY, ANSWER_FATAL };

static enum answer
fatal_answer(const struct host_instance *i, int code, const char *message,
    struct err *e)
{
	err_set(e, code, "step \"%s\", plugin %s %s: %s", i->host.instance,
	    i->config.plugin->name, i->config.plugin->version, message);
	return ANSWER_FATAL;
}

/* The document cannot be handled, whatever verdict came before the error. */
static enum answer
failed(struct host_instance *i, struct doc *d, const char *message)
{
	d->verdict = DOC_KEEP;
	d->has_value = false;
	doc_fail(d, i->config.plugin->name, "invalid", message);
	return ANSWER_DONE;
}

static enum answer
judge_code(struct host_instance *i, struct doc *d, int code,
    const char *message, struct err *e)
{
	switch (code) {
	case LAVOIR_EINVAL:
		return failed(i, d, message);
	case LAVOIR_ENOMEM:
	case ERR_LIMIT:
		err_set(e, ERR_NOMEM, "step \"%s\": %s", i->host.instance,
		    message);
		return ANSWER_RETRY;
	case LAVOIR_ECANCELED:
		err_set(e, ERR_CANCELED, "step \"%s\": %s", i->host.instance,
		    message);
		return ANSWER_RETRY;
	default:
		/* What stuck is a rule that was broken. */
		return fatal_answer(i, d->error == code ? ERR_PROTO : ERR_FATAL,
		    message, e);
	}
}

static enum answer
unknown_code(struct host_instance *i, const char *call, int rc, struct err *e)
{
	char text[80];

	snprintf(text, sizeof(text), "%s returned %d, which means nothing",
	    call, rc);
	return fatal_answer(i, ERR_PROTO, text, e);
}

/* The call said that all went well: did it?  A reader has to leave a text or
 * children behind. */
static enum answer
judge_ok(struct host_instance *i, struct host_doc *h, struct err *e)
{
	struct doc *d = h->doc;

	if (h->streaming)
		return fatal_answer(i, ERR_PROTO,
		    "a streamed child was not ended", e);
	if (h->children > 0) {
		d->verdict = DOC_CONTAINER;
		d->plugin = i->config.plugin->name;
		return ANSWER_DONE;
	}
	if (i->config.plugin->accepts && !h->text_set &&
	    i->host.role == LAVOIR_WORKER) {
		doc_fail(d, i->config.plugin->name, "nothing_read",
		    "the reader gave neither text nor children");
		return ANSWER_DONE;
	}
	return ANSWER_NEXT;
}

static enum answer
judge_pass(struct host_instance *i, struct host_doc *h, struct err *e)
{
	if (i->host.role != LAVOIR_WORKER || !i->config.plugin->accepts)
		return fatal_answer(i, ERR_PROTO,
		    "LAVOIR_PASS from a call that is not a reader's process()",
		    e);
	if (h->text_set || h->children > 0 || h->streaming)
		return fatal_answer(i, ERR_PROTO,
		    "LAVOIR_PASS after text or children were given", e);
	return ANSWER_NEXT;
}

static enum answer
judge(struct host_instance *i, struct host_doc *h, int rc, struct err *e)
{
	struct doc *d = h->doc;
	const char *message = *i->message ? i->message : "no reason given";

	if (d->error < 0)
		return judge_code(i, d, d->error, d->error_text, e);
	if (d->verdict != DOC_KEEP)
		return ANSWER_DONE;
	switch (rc) {
	case LAVOIR_OK:
		return judge_ok(i, h, e);
	case LAVOIR_PASS:
		return judge_pass(i, h, e);
	case LAVOIR_END:
		return fatal_answer(i, ERR_PROTO,
		    "LAVOIR_END without a verdict", e);
	case LAVOIR_EINVAL:
	case LAVOIR_ENOMEM:
	case LAVOIR_ECANCELED:
	case LAVOIR_EFATAL:
		return judge_code(i, d, rc, message, e);
	default:
		return unknown_code(i,
		    i->host.role == LAVOIR_WORKER ? "process()" : "commit()",
		    rc, e);
	}
}

static enum answer
run_step(struct host_instance *i, struct doc *d, struct err *e)
{
	struct host_chain *c = i->chain;
	const struct lavoir_plugin *p = i->config.plugin;
	struct host_doc *h = &c->doc;
	struct lavoir_doc *doc = (void *)h;
	enum answer answer;
	int rc;

	c->step = i->step;
	if (c->role.enter)
		c->role.enter(c->role.arg, i->step);
	i->message[0] = '\0';
	*h = (struct host_doc){ .magic = HOST_MAGIC, .doc = d, .running = i };
	log_push("chain %s step %s", c->pipeline, i->host.instance);
	rc = c->role.role == LAVOIR_WORKER ? p->process(i->self, doc)
					   : p->commit(i->self, doc);
	log_pop();
	h->running = NULL;
	answer = judge(i, h, rc, e);
	if (answer == ANSWER_RETRY || answer == ANSWER_FATAL)
		d->plugin = p->name;
	h->doc = NULL;
	return answer;
}

static bool
accepts(const struct lavoir_plugin *p, const struct doc *d)
{
	const char *type = doc_get_str(d, "lavoir.media_type");
	const struct lavoir_name *pattern;

	if (!type)
		type = "application/octet-stream";
	for (pattern = p->accepts; pattern->name; pattern++)
		if (media_type_match(pattern->name, type))
			return true;
	return false;
}

/* Readers are for what is not decoded yet, all others for what is. */
static bool
applies(const struct host_instance *i, const struct doc *d)
{
	const struct lavoir_plugin *p = i->config.plugin;

	if (i->host.role == LAVOIR_WORKER) {
		if (d->decoded == (p->accepts != NULL))
			return false;
		if (p->accepts && !accepts(p, d))
			return false;
	}
	return when_holds(i->config.when, d);
}

/* What a document that is not exported has staged goes. */
static enum host_result
finish(struct doc *d, enum answer answer)
{
	if (answer == ANSWER_RETRY)
		return HOST_RETRY;
	if (answer == ANSWER_FATAL)
		return HOST_FATAL;
	if (d->verdict != DOC_KEEP) {
		d->n_records = 0;
		d->n_keys = 0;
	}
	return HOST_DONE;
}

int
host_process(struct host_chain *c, struct doc *d, uint32_t first, struct err *e)
{
	enum answer answer = ANSWER_NEXT;
	struct host_instance *i;
	const char *type;

	ensure(c->role.role == LAVOIR_WORKER);
	for (size_t n = first; n < c->n_steps && answer == ANSWER_NEXT; n++) {
		i = c->instance[n];
		if (i && applies(i, d))
			answer = run_step(i, d, e);
	}
	if (answer == ANSWER_NEXT && !d->decoded) {
		type = doc_get_str(d, "lavoir.media_type");
		doc_fail(d, NULL, "no_reader", type);
	}
	return finish(d, answer);
}

int
host_commit(struct host_chain *c, struct doc *d, struct err *e)
{
	enum answer answer = ANSWER_NEXT;
	struct host_instance *i;

	ensure(c->role.role == LAVOIR_SEQUENCER);
	d->text_fixed = true;
	d->raw = (struct lavoir_str){ .ptr = "" };
	for (size_t n = 0; n < c->n_steps && answer == ANSWER_NEXT; n++) {
		i = c->instance[n];
		if (i && applies(i, d))
			answer = run_step(i, d, e);
	}
	return finish(d, answer);
}
