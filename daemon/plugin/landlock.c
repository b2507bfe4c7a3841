/* landlock.c - files, network and signals taken away.
 *
 * The kernel that runs is often newer than the header that we are built with:
 * rights and structures are written down here.
 */
#include "plugin/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum { CREATE_VERSION = 1, RULE_PATH_BENEATH = 1 };

struct ruleset {
	uint64_t fs;
	uint64_t net;	 /* ABI 4 */
	uint64_t scoped; /* ABI 6 */
};

struct path_beneath {
	uint64_t allowed;
	int32_t folder;
} __attribute__((packed));

/* Rights on files: bits 0 to 12 in ABI 1, then one at a time. */
enum { READ_FILE = 1 << 2, READ_DIR = 1 << 3 };

static uint64_t
file_rights(int abi)
{
	unsigned bits = 13;

	if (abi >= 2) /* link and rename between folders */
		bits = 14;
	if (abi >= 3) /* truncate */
		bits = 15;
	if (abi >= 5) /* ioctl of devices */
		bits = 16;
	if (abi >= 9) /* connect to a socket by its path */
		bits = 17;
	return (UINT64_C(1) << bits) - 1;
}

int
landlock_abi(void)
{
	long abi =
	    syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);

	return abi > 0 ? (int)abi : 0;
}

static int
create_ruleset(int abi, struct err *e)
{
	struct ruleset r = {
		.fs = file_rights(abi),
		.net = 3,    /* bind and connect, TCP */
		.scoped = 3, /* abstract sockets and signals */
	};
	size_t size = abi >= 6 ? sizeof(r)
	    : abi >= 4	       ? offsetof(struct ruleset, scoped)
			       : offsetof(struct ruleset, net);
	long fd = syscall(SYS_landlock_create_ruleset, &r, size, 0);

	/* Should a later ABI not have the right that we expect of it. */
	if (fd < 0 && errno == EINVAL && abi >= 9) {
		r.fs = file_rights(8);
		fd = syscall(SYS_landlock_create_ruleset, &r, size, 0);
	}
	return fd < 0 ? err_sys(e, "landlock_create_ruleset") : (int)fd;
}

static int
allow_reading(int ruleset, const char *folder, struct err *e)
{
	struct path_beneath rule = { .allowed = READ_FILE | READ_DIR };
	int rc = 0;

	rule.folder = open(folder, O_PATH | O_CLOEXEC | O_DIRECTORY);
	if (rule.folder < 0)
		return err_sys(e, "open resource folder %s", folder);
	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule,
		0) != 0)
		rc = err_sys(e, "landlock_add_rule %s", folder);
	close(rule.folder);
	return rc;
}

int
landlock_enter(int abi, const char *const *folders, struct err *e)
{
	int ruleset = create_ruleset(abi, e);
	int rc = 0;

	if (ruleset < 0)
		return e->code;
	for (; folders && *folders && rc == 0; folders++)
		rc = allow_reading(ruleset, *folders, e);
	if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		rc = err_sys(e, "no new privileges");
	if (rc == 0 && syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		rc = err_sys(e, "landlock_restrict_self");
	close(ruleset);
	return rc;
}
