/* failed.h - what lies in .lavoir/failed/ of the watched folders.
 *
 * Whoever may write into a drop folder may plant links there: nothing here
 * follows one below the folder itself.
 */
#ifndef LAVOIR_CONTROL_FAILED_H
#define LAVOIR_CONTROL_FAILED_H

#include <jansson.h>
#include <limits.h>

#include "base/err.h"
#include "config/config.h"

enum { FAILED_REASON_MAX = 16 << 20 };

/* One folder failed/ID. Valid during the call. */
struct failed {
	const struct config_watch *watch;
	const char *pipeline;
	int folder_fd; /* the watched folder */
	int failed_fd; /* .lavoir/failed */
	int fd;	       /* .lavoir/failed/ID */
	const char *id;
	json_t *reason;		 /* NULL: missing, or no JSON */
	char name[NAME_MAX + 1]; /* of the original; "": it is not there */
};

/* Something but 0 ends the walk and is returned. */
typedef int failed_fn(void *arg, const struct failed *f);

/* Those of a pipeline (NULL: of all), or one id (NULL: all), in byte order of
 * the ids in each folder.  0, fn's, or an error: ERR_PERM ...; a folder without
 * .lavoir/failed has none. */
int failed_each(const struct config *c, const char *pipeline, const char *id,
    failed_fn *fn, void *arg, struct err *e);

/* Where it came from, below the watched folder: for a child its container's
 * folder and the child's own name.  Caller frees; NULL: its reason does not
 * say. */
char *failed_path(const struct failed *f);

/* Move the original back to that path and remove failed/ID. ERR_BUSY: the name
 * is in use; ERR_NOENT: the original is not there. */
int failed_retry(const struct failed *f, struct err *e);

#endif
