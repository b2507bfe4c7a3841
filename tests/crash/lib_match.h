/* lib_match.h - which calls are meant: "syscall=A+B,role=R,path=GLOB". */
#ifndef CRASH_LIB_MATCH_H
#define CRASH_LIB_MATCH_H

#include "lib_call.h"

#define MATCH_MAX 16

/* A list of conditions, of which one must hold. */
struct match_list {
	struct match {
		char *syscalls; /* names or @families, separated by + */
		char *role;
		char *path;
	} item[MATCH_MAX];
	size_t n;
};

/* Adds one; `text` is copied.  False if it is malformed. */
bool match_add(struct match_list *list, const char *text);

/* Sees `c` described?  With an empty list: no. */
bool match_any(const struct match_list *list, const struct call *c);

/* Could a call of this kind match at all? */
bool match_kind(const struct match_list *list, const struct call_kind *k);

void match_fini(struct match_list *list);

#endif
