/* err.c - an error as a code and a sentence, built up while returning. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A cut text ends with a whole character: it may go into a record. */
static void
trim_text(char *text, size_t size, int wanted)
{
	size_t at = size - 1;

	if (wanted >= 0 && (size_t)wanted < size)
		return;
	if (wanted < 0) {
		text[0] = '\0';
		return;
	}
	while (at > 0 && ((unsigned char)text[at - 1] & 0xC0) == 0x80)
		at--;
	if (at > 0 && (unsigned char)text[at - 1] >= 0xC0)
		at--;
	text[at] = '\0';
}

/* Arguments may point into e->text, so the new text is made beside it. */
static __attribute__((format(printf, 4, 0))) void
format_text(char *dst, size_t size, const char *tail, const char *format,
    va_list args)
{
	int len = vsnprintf(dst, size, format, args);

	if (len >= 0 && (size_t)len < size && *tail)
		len += snprintf(dst + len, size - (size_t)len, ": %s", tail);
	trim_text(dst, size, len);
}

int
err_set(struct err *e, int code, const char *format, ...)
{
	char text[sizeof(e->text)];
	va_list args;

	if (!e)
		return code;
	va_start(args, format);
	format_text(text, sizeof(text), "", format, args);
	va_end(args);
	e->code = code;
	memcpy(e->text, text, sizeof(text));
	return code;
}

int
err_sys(struct err *e, const char *format, ...)
{
	int error = errno, code = err_from_errno(error);
	char text[sizeof(e->text)], space[64];
	va_list args;

	if (!e)
		return code;
	va_start(args, format);
	format_text(text, sizeof(text), strerror_r(error, space, sizeof(space)),
	    format, args);
	va_end(args);
	e->code = code;
	memcpy(e->text, text, sizeof(text));
	errno = error;
	return code;
}

int
err_wrap(struct err *e, const char *format, ...)
{
	char text[sizeof(e->text)];
	va_list args;

	if (!e)
		return ERR_IO;
	va_start(args, format);
	format_text(text, sizeof(text), e->text, format, args);
	va_end(args);
	memcpy(e->text, text, sizeof(text));
	return e->code;
}

int
err_from_errno(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
	case ESRCH:
		return ERR_NOENT;
	case EINVAL:
	case EISDIR:
	case ELOOP:
	case ENAMETOOLONG:
	case EEXIST:
	case ENOTEMPTY:
	case EXDEV:
		return ERR_INVAL;
	case ECANCELED:
	case ETIMEDOUT:
	case EINTR:
		return ERR_CANCELED;
	case ENOSPC:
	case EDQUOT:
		return ERR_NOSPACE;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case EAGAIN:
	case ENOBUFS:
		return ERR_LIMIT;
	case EBUSY:
	case ETXTBSY:
	case EADDRINUSE:
		return ERR_BUSY;
	case EUCLEAN:
		return ERR_CORRUPT;
	case EPROTO:
	case EBADMSG:
	case EMSGSIZE:
		return ERR_PROTO;
	case EACCES:
	case EPERM:
	case EROFS:
		return ERR_PERM;
	case EPIPE:
	case ECONNRESET:
	case ECONNREFUSED:
	case ENOTCONN:
		return ERR_CLOSED;
	case ENOSYS:
	case EOPNOTSUPP:
	case EPROTONOSUPPORT:
		return ERR_UNSUPPORTED;
	default:
		return ERR_IO;
	}
}

const char *
err_name(int code)
{
	switch (code) {
	case 0:
		return "ok";
	case ERR_NOENT:
		return "not found";
	case ERR_INVAL:
		return "invalid";
	case ERR_NOMEM:
		return "memory limit";
	case ERR_CANCELED:
		return "cancelled";
	case ERR_FATAL:
		return "fatal";
	case ERR_IO:
		return "io";
	case ERR_NOSPACE:
		return "no space";
	case ERR_LIMIT:
		return "system limit";
	case ERR_BUSY:
		return "busy";
	case ERR_CORRUPT:
		return "corrupt";
	case ERR_PROTO:
		return "protocol";
	case ERR_CONFIG:
		return "configuration";
	case ERR_PERM:
		return "permission";
	case ERR_CLOSED:
		return "closed";
	case ERR_UNSUPPORTED:
		return "unsupported";
	default:
		return "unknown";
	}
}
