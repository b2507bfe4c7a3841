/* err.h - an error as a code and a sentence, built up while returning.
 *
 * Functions that can fail for reasons outside the program return 0 or one of
 * the negative codes below and describe the failure in the caller's struct err
 * (their last parameter).  They return or report, never both: the text grows on
 * its way up and is logged once, where it is acted upon.
 */
#ifndef LAVOIR_BASE_ERR_H
#define LAVOIR_BASE_ERR_H

/* The first five are the codes of lavoir/plugin.h. */
enum {
	ERR_NOENT = -1,	      /* there is no such thing */
	ERR_INVAL = -2,	      /* the input is wrong */
	ERR_NOMEM = -3,	      /* a limit on memory was met */
	ERR_CANCELED = -4,    /* a deadline or a shutdown ended it */
	ERR_FATAL = -5,	      /* the instance cannot go on */
	ERR_IO = -16,	      /* the disk, or another device, failed */
	ERR_NOSPACE = -17,    /* ENOSPC, EDQUOT: may pass by itself */
	ERR_LIMIT = -18,      /* EMFILE, ENFILE, ENOMEM: may pass by itself */
	ERR_BUSY = -19,	      /* somebody else holds it */
	ERR_CORRUPT = -20,    /* a checksum or a structure is wrong */
	ERR_PROTO = -21,      /* a peer broke the protocol */
	ERR_CONFIG = -22,     /* the configuration is wrong */
	ERR_PERM = -23,	      /* not allowed */
	ERR_CLOSED = -24,     /* the peer is gone */
	ERR_UNSUPPORTED = -25 /* this kernel or file system cannot do it */
};

struct err {
	int code;
	char text[480];
};

/* Set code and text; returns code.  Here and below e may be NULL when the text
 * is not wanted, and arguments may point into e->text. */
int err_set(struct err *e, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Like err_set, with the code that fits errno (ENOSPC: ERR_NOSPACE ...) and
 * ": " and its message at the end; returns the code.  errno is preserved. */
int err_sys(struct err *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Put "format: " before the text that is there; returns the code in e
 * (ERR_IO when e is NULL: return your own then). */
int err_wrap(struct err *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The code that fits an errno value. */
int err_from_errno(int error);

/* "no space", "corrupt" ...: a name for a code, for logs; static storage. */
const char *err_name(int code);

#endif
