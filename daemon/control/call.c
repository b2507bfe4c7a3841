/* call.c - the client's side: the configuration, a running daemon, answers. */
#include "control/call.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json_read.h"
#include "base/log.h"
#include "config/report.h"
#include "control/frame.h"
#include "control/output.h"

enum { REPLY_DEPTH = 64, READ_SIZE = 65536 };

int
call_exit_code(const struct err *e)
{
	switch (e->code) {
	case ERR_NOENT:
		return EX_NOINPUT;
	case ERR_PERM:
		return EX_NOPERM;
	case ERR_CONFIG:
		return EX_CONFIG;
	case ERR_BUSY:
	case ERR_LIMIT:
		return EX_TEMPFAIL;
	case ERR_CORRUPT:
		return EX_DATAERR;
	case ERR_IO:
	case ERR_NOSPACE:
		return EX_IOERR;
	default:
		return EX_SOFTWARE;
	}
}

int
call_fail(const struct invocation *v, int code, const char *format, ...)
{
	struct buf b = { 0 };
	char text[2048];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	buf_printf(&b, "lavoir %s: ", v->command->name);
	buf_append_str(&b, text);
	output_escaped(stderr, buf_str(&b));
	fputc('\n', stderr);
	buf_fini(&b);
	return code;
}

/* ---- configuration ---- */

static int
load(const struct invocation *v, bool settings_only, struct config **c_r)
{
	struct config_load_options o = { .file = v->config,
		.program = v->program,
		.settings_only = settings_only,
		.problem = report_print,
		.arg = stderr };
	struct err e = { 0 };

	if (command_has_option(v->command, "state"))
		o.state = command_option(v, "state");
	/* One of "lavoir run", which needs no folders to watch. */
	o.run = o.state != NULL;
	if (config_load(c_r, &o, &e) == 0)
		return EX_OK;
	call_fail(v, EX_CONFIG, "%s", e.text);
	return e.code == ERR_NOENT ? EX_NOINPUT
	    : e.code == ERR_PERM   ? EX_NOPERM
				   : EX_CONFIG;
}

int
call_settings(const struct invocation *v, struct config **c_r)
{
	return load(v, true, c_r);
}

int
call_config(const struct invocation *v, struct config **c_r)
{
	return load(v, false, c_r);
}

char *
call_ledger_path(const struct config *c)
{
	return fs_join(c->state, "ledger.sqlite");
}

/* ---- the daemon ---- */

static int
connect_daemon(const struct config *c, int *code_r, struct err *e)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(c->control_socket);
	int fd;

	*code_r = EX_UNAVAILABLE;
	if (len >= sizeof address.sun_path) {
		*code_r = EX_CONFIG;
		return err_set(e, ERR_CONFIG, "%s: too long for a socket",
		    c->control_socket);
	}
	memcpy(address.sun_path, c->control_socket, len);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_sys(e, "socket");
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	if (errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR) {
		err_set(e, ERR_NOENT,
		    "no daemon is running (nobody listens on %s)",
		    c->control_socket);
	} else {
		*code_r =
		    errno == EACCES || errno == EPERM ? EX_NOPERM : EX_OSERR;
		err_sys(e, "%s", c->control_socket);
	}
	close(fd);
	return e->code;
}

static int
send_all(int fd, const struct buf *b, struct err *e)
{
	size_t at = 0;

	while (at < b->len) {
		ssize_t n = send(fd, b->ptr + at, b->len - at, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "the daemon");
		at += (size_t)n;
	}
	return 0;
}

static int
receive_frame(int fd, struct buf *in, const void **ptr_r, size_t *len_r,
    struct err *e)
{
	size_t size;
	int rc;

	while ((rc = frame_get(in, FRAME_REPLY_MAX, ptr_r, len_r, &size, e)) ==
	    0) {
		ssize_t n = recv(fd, buf_reserve(in, READ_SIZE), READ_SIZE, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "the daemon");
		if (n == 0)
			return err_set(e, ERR_CLOSED,
			    "the daemon went away before it answered");
		in->len += (size_t)n;
	}
	return rc;
}

static int
take_reply(json_t *root, json_t **result_r, struct err *e)
{
	const char *text = json_string_value(json_object_get(root, "error"));
	json_int_t code = json_integer_value(json_object_get(root, "code"));

	if (json_is_true(json_object_get(root, "ok"))) {
		if (result_r)
			*result_r =
			    json_incref(json_object_get(root, "result"));
		return EX_OK;
	}
	err_set(e, ERR_INVAL, "%s", text ? text : "no answer that makes sense");
	return code > 0 && code < 256 ? (int)code : EX_PROTOCOL;
}

int
call_daemon(const struct config *c, const char *command,
    const char *arguments_json, json_t **result_r, struct err *e)
{
	struct buf out = { 0 }, in = { 0 };
	json_t *root = NULL;
	const void *ptr;
	size_t len;
	int code, fd = connect_daemon(c, &code, e);

	if (result_r)
		*result_r = NULL;
	if (fd < 0)
		return code;
	frame_put_request(&out, command, arguments_json);
	code = EX_UNAVAILABLE;
	if (send_all(fd, &out, e) == 0 &&
	    receive_frame(fd, &in, &ptr, &len, e) > 0) {
		code = EX_PROTOCOL;
		if (json_read(&root, ptr, len, NULL, REPLY_DEPTH, e) == 0)
			code = take_reply(root, result_r, e);
	}
	json_decref(root);
	buf_fini(&out);
	buf_fini(&in);
	close(fd);
	return code;
}

int
call_or_say(const struct invocation *v, const struct config *c,
    const char *arguments_json, json_t **result_r)
{
	struct err e = { 0 };
	int code =
	    call_daemon(c, v->command->name, arguments_json, result_r, &e);

	return code == EX_OK ? EX_OK : call_fail(v, code, "%s", e.text);
}

bool
call_sync(const struct invocation *v, const struct config *c)
{
	struct err e = { 0 };
	int code = call_daemon(c, "sync", NULL, NULL, &e);

	if (code == EX_OK || code == EX_UNAVAILABLE)
		return true;
	call_fail(v, code, "%s", e.text);
	return false;
}
