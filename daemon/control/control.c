/* control.c - the control socket in the supervisor's loop. */
#include "control/control.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/log.h"
#include "base/pack.h"
#include "base/xalloc.h"
#include "control/control_private.h"

enum { USER_ENTRY_MAX = 16384 };

/* ---- the socket ---- */

/* Started as root with a user to change to: its group may look. */
static void
give_to_group(const struct config *c, const char *path)
{
	struct passwd passwd, *found = NULL;
	char *space;

	if (geteuid() != 0 || !c->user)
		return;
	space = xcalloc(USER_ENTRY_MAX, 1);
	getpwnam_r(c->user, &passwd, space, USER_ENTRY_MAX, &found);
	if (found && lchown(path, (uid_t)-1, found->pw_gid) < 0)
		log_warn("%s: cannot be given to the group of \"%s\"", path,
		    c->user);
	free(space);
}

static int
make_folder(const struct config *c, struct err *e)
{
	const char *path = c->control_socket;
	char *folder = xstrdup(path);
	int rc = 0;

	*strrchr(folder, '/') = '\0';
	if (*folder && access(folder, F_OK) < 0) {
		rc = fs_mkdirs(AT_FDCWD, folder, 0750, e);
		if (rc == 0)
			give_to_group(c, folder);
	}
	free(folder);
	return rc;
}

/* A socket that nobody listens on is what a crash left. */
static int
remove_stale(const struct sockaddr_un *address, struct err *e)
{
	struct stat st;
	int fd, rc;

	if (lstat(address->sun_path, &st) < 0)
		return errno == ENOENT ? 0
				       : err_sys(e, "%s", address->sun_path);
	if (!S_ISSOCK(st.st_mode))
		return err_set(e, ERR_INVAL, "%s is there and no socket",
		    address->sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_sys(e, "socket");
	rc = connect(fd, (const struct sockaddr *)address, sizeof *address);
	if (rc == 0 || errno == EAGAIN)
		rc = err_set(e, ERR_BUSY, "%s: another daemon listens there",
		    address->sun_path);
	else if (errno == ECONNREFUSED && unlink(address->sun_path) == 0)
		rc = 0;
	else
		rc = err_sys(e, "%s", address->sun_path);
	close(fd);
	return rc;
}

static int
bind_socket(struct control *c, struct err *e)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(c->path);
	struct stat st;
	int rc;

	if (len >= sizeof address.sun_path)
		return err_set(e, ERR_INVAL,
		    "%s: too long for a socket: %zu bytes, at most %zu",
		    c->path, len, sizeof address.sun_path - 1);
	memcpy(address.sun_path, c->path, len);
	rc = remove_stale(&address, e);
	if (rc < 0)
		return rc;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* Its mode before anybody can connect; the mask may only narrow it. */
	if (c->fd < 0 || fchmod(c->fd, 0660) < 0 ||
	    bind(c->fd, (struct sockaddr *)&address, sizeof address) < 0)
		return err_sys(e, "%s", c->path);
	give_to_group(c->supervisor->config, c->path);
	if (chmod(c->path, 0660) < 0 || lstat(c->path, &st) < 0 ||
	    listen(c->fd, CONTROL_BACKLOG) < 0) {
		rc = err_sys(e, "%s", c->path);
		unlink(c->path);
		return rc;
	}
	c->dev = st.st_dev;
	c->ino = st.st_ino;
	return 0;
}

/* ---- clients ---- */

/* When there are too many: the one that has said nothing for longest. */
static void
make_room(struct control *c)
{
	struct client *idle = NULL;

	if (c->n_clients < CONTROL_CLIENTS_MAX)
		return;
	list_each (l, &c->clients) {
		struct client *k = container_of(l, struct client, link);

		if (!idle ||
		    (k->wait == CLIENT_WAITS_NOT) >
			(idle->wait == CLIENT_WAITS_NOT) ||
		    ((k->wait == CLIENT_WAITS_NOT) ==
			    (idle->wait == CLIENT_WAITS_NOT) &&
			k->active_ms < idle->active_ms))
			idle = k;
	}
	client_close(idle);
}

static void
on_connection(uv_poll_t *h, int status, int events)
{
	struct control *c = h->data;
	struct ucred peer;
	socklen_t len = sizeof peer;
	int fd;

	(void)status;
	(void)events;
	fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0) {
		if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED)
			return;
		/* No descriptors left: not at once again. */
		if (log_allow("control.accept", 1))
			log_warn("control socket: %s", strerror(errno));
		uv_poll_stop(&c->listener);
		control_arm(c);
		return;
	}
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0) {
		close(fd);
		return;
	}
	make_room(c);
	client_new(c, fd, peer.uid == 0 || peer.uid == geteuid());
}

/* ---- whom requests wait for ---- */

static void
on_committer_reply(void *arg, const struct frame *f)
{
	struct control *c = arg;
	struct unpack u;
	uint64_t cookie;

	unpack_init(&u, f->ptr, f->len);
	cookie = unpack_u64(&u);
	list_each (l, &c->clients) {
		struct client *k = container_of(l, struct client, link);

		if (k->wait != CLIENT_WAITS_COMMITTER || k->cookie != cookie)
			continue;
		k->wait = CLIENT_WAITS_NOT;
		k->answer(k, f);
		return;
	}
}

static void
on_reload_done(void *arg, const char *error)
{
	struct control *c = arg;
	struct supervisor *s = c->supervisor;
	struct list *next;

	if (!error) {
		c->generation++;
		/* The folders are new, and watched only later. */
		for (size_t i = 0; i < c->n_paused; i++)
			control_set_paused(c, c->paused[i], true);
	}
	for (struct list *l = c->clients.next; l != &c->clients; l = next) {
		struct client *k = container_of(l, struct client, link);

		next = l->next;
		if (k->wait != CLIENT_WAITS_RELOAD)
			continue;
		k->wait = CLIENT_WAITS_NOT;
		if (error) {
			client_fail(k, 78, "%s", error);
		} else {
			struct buf b = { 0 };

			buf_printf(&b,
			    "{\"generation\":%llu,\"pipelines\":%zu}",
			    (unsigned long long)c->generation,
			    s->config->n_pipelines);
			client_result(k, &b);
			buf_fini(&b);
		}
	}
}

static void
on_tick(uv_timer_t *h)
{
	struct control *c = h->data;
	struct supervisor *s = c->supervisor;
	uint64_t now = clock_monotonic_ms();
	struct list *next;
	bool quiet = s->n_under_way == 0 && s->n_retiring == 0;

	uv_timer_stop(h);
	if (!uv_is_active((uv_handle_t *)&c->listener))
		uv_poll_start(&c->listener, UV_READABLE, on_connection);
	for (struct list *l = c->clients.next; l != &c->clients; l = next) {
		struct client *k = container_of(l, struct client, link);

		next = l->next;
		if (k->wait == CLIENT_WAITS_QUIET && quiet) {
			k->wait = CLIENT_WAITS_NOT;
			client_done(k);
		} else {
			client_look(k, now);
		}
	}
	control_arm(c);
}

static bool
somebody_waits(const struct control *c)
{
	if (!uv_is_active((const uv_handle_t *)&c->listener))
		return true;
	list_each (l, &c->clients) {
		const struct client *k = container_of(l, struct client, link);

		if (k->wait != CLIENT_WAITS_NOT || k->in_since_ms ||
		    k->out_since_ms)
			return true;
	}
	return false;
}

void
control_arm(struct control *c)
{
	if (c->fd >= 0 && !uv_is_active((uv_handle_t *)&c->tick) &&
	    somebody_waits(c))
		uv_timer_start(&c->tick, on_tick, CONTROL_TICK_MS, 0);
}

/* ---- paused pipelines ---- */

bool
control_is_paused(const struct control *c, const char *pipeline)
{
	for (size_t i = 0; i < c->n_paused; i++)
		if (strcmp(c->paused[i], pipeline) == 0)
			return true;
	return false;
}

void
control_set_paused(struct control *c, const char *pipeline, bool paused)
{
	struct supervisor *s = c->supervisor;
	int number = set_pipeline(s->set, pipeline);
	size_t i = 0;

	while (i < c->n_paused && strcmp(c->paused[i], pipeline) != 0)
		i++;
	if (paused && i == c->n_paused) {
		c->paused =
		    xrealloc(c->paused, c->n_paused + 1, sizeof *c->paused);
		c->paused[c->n_paused++] = xstrdup(pipeline);
	} else if (!paused && i < c->n_paused) {
		free(c->paused[i]);
		c->paused[i] = c->paused[--c->n_paused];
	}
	for (size_t k = 0; number >= 0 && k < s->n_folders; k++)
		if (s->folder[k].pipeline == (uint32_t)number)
			s->folder[k].held = paused;
	if (number >= 0 && s->arrival)
		arrival_pause(s->arrival, (uint32_t)number, paused);
}

/* ---- life ---- */

static void
on_handle_closed(uv_handle_t *h)
{
	struct control *c = h->data;

	if (--c->handles > 0)
		return;
	for (size_t i = 0; i < c->n_paused; i++)
		free(c->paused[i]);
	free(c->paused);
	free(c->path);
	free(c);
}

/* A newer daemon's socket may stand there by now. */
static void
remove_socket(struct control *c)
{
	struct stat st;

	if (lstat(c->path, &st) == 0 && st.st_dev == c->dev &&
	    st.st_ino == c->ino)
		unlink(c->path);
}

static void
on_finish(void *arg)
{
	struct control *c = arg;

	while (!list_empty(&c->clients))
		client_close(
		    container_of(c->clients.next, struct client, link));
	remove_socket(c);
	c->supervisor->committer_reply = NULL;
	c->supervisor->reload_done = NULL;
	uv_close((uv_handle_t *)&c->listener, on_handle_closed);
	fs_close(&c->fd);
	uv_close((uv_handle_t *)&c->tick, on_handle_closed);
}

struct control *
control_new(struct supervisor *s, struct err *e)
{
	struct control *c = xcalloc(1, sizeof *c);

	c->supervisor = s;
	c->fd = -1;
	c->generation = 1;
	c->path = xstrdup(s->config->control_socket);
	list_init(&c->clients);
	if (make_folder(s->config, e) < 0 || bind_socket(c, e) < 0) {
		fs_close(&c->fd);
		free(c->path);
		free(c);
		return NULL;
	}
	ensure(uv_poll_init(s->loop, &c->listener, c->fd) == 0);
	ensure(uv_timer_init(s->loop, &c->tick) == 0);
	c->handles = 2;
	c->listener.data = c->tick.data = c;
	uv_poll_start(&c->listener, UV_READABLE, on_connection);
	s->committer_reply = on_committer_reply;
	s->reload_done = on_reload_done;
	s->at_finish = on_finish;
	s->committer_reply_arg = s->reload_done_arg = s->at_finish_arg = c;
	return c;
}
