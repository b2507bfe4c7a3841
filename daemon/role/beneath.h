/* beneath.h - open paths that strangers may rename while we look: never outside
 * the folder, never through a link. */
#ifndef LAVOIR_ROLE_BENEATH_H
#define LAVOIR_ROLE_BENEATH_H

/* Open a relative path below dirfd; O_CLOEXEC is added, flags may not create.
 * "" is dirfd itself.  A descriptor, or -1 and errno: ELOOP for a link on the
 * way, EXDEV for "..". */
int beneath_open(int dirfd, const char *path, int flags);

/* The folder that path lies in, O_PATH not set; *name_r is the last part. */
int beneath_open_parent(int dirfd, const char *path, const char **name_r);

/* The same without openat2, part by part: for kernels that lack it. */
int beneath_open_steps(int dirfd, const char *path, int flags);

#endif
