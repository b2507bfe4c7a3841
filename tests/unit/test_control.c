/* test_control.c - the control socket, in a loop of its own. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "control/control_private.h"
#include "control/frame.h"

static const char request[] = "{\"version\":1,\"command\":\"version\"}";

struct fixture {
	char dir[40];
	char *path;
	uv_loop_t loop;
	struct config config;
	struct supervisor s;
	struct control *control;
};

static void
set_up(struct fixture *f)
{
	struct err e;

	memset(f, 0, sizeof *f);
	strcpy(f->dir, "/tmp/test_control.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->path = xasprintf("%s/run/sock", f->dir);
	f->config.control_socket = f->path;
	assert_int_equal(uv_loop_init(&f->loop), 0);
	f->s.loop = &f->loop;
	f->s.config = &f->config;
	f->control = control_new(&f->s, &e);
	assert_non_null(f->control);
}

static void
tear_down(struct fixture *f)
{
	char *run = xasprintf("%s/run", f->dir);

	f->s.at_finish(f->s.at_finish_arg);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&f->loop), 0);
	assert_int_not_equal(access(f->path, F_OK), 0);
	rmdir(run);
	assert_int_equal(rmdir(f->dir), 0);
	free(run);
	free(f->path);
}

/* Whatever there is to do now. */
static void
turn(struct fixture *f)
{
	for (int i = 0; i < 8; i++)
		uv_run(&f->loop, UV_RUN_NOWAIT);
}

static int
dial(struct fixture *f)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", f->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address,
			     sizeof address),
	    0);
	turn(f);
	return fd;
}

/* What came, as one text; "closed" at the end when it was closed. */
static const char *
receive(struct fixture *f, int fd, struct buf *b)
{
	ssize_t n;

	turn(f);
	b->len = 0;
	while ((n = read(fd, buf_reserve(b, 65536), 65536)) > 0)
		b->len += (size_t)n;
	for (size_t i = 0; i < b->len; i++)
		if (b->ptr[i] == '\0')
			b->ptr[i] = ' ';
	if (n == 0)
		buf_append_str(b, "closed");
	return buf_str(b);
}

static unsigned
count(const char *text, const char *word)
{
	unsigned n = 0;

	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

static void
a_request_may_come_byte_by_byte(void **state)
{
	struct fixture f;
	struct buf out = { 0 }, in = { 0 };
	int fd;

	(void)state;
	set_up(&f);
	fd = dial(&f);
	frame_put(&out, request, strlen(request));
	for (size_t i = 0; i < out.len; i++) {
		assert_string_equal(receive(&f, fd, &in), "");
		assert_int_equal(write(fd, out.ptr + i, 1), 1);
	}
	assert_non_null(strstr(receive(&f, fd, &in), "\"ok\":true"));
	close(fd);
	buf_fini(&out);
	buf_fini(&in);
	tear_down(&f);
}

static void
requests_in_one_go_are_served_one_by_one(void **state)
{
	struct fixture f;
	struct buf out = { 0 }, in = { 0 };
	int fd;

	(void)state;
	set_up(&f);
	fd = dial(&f);
	for (int i = 0; i < 3; i++)
		frame_put(&out, request, strlen(request));
	assert_int_equal(write(fd, out.ptr, out.len), out.len);
	assert_int_equal(count(receive(&f, fd, &in), "\"ok\":true"), 3);
	close(fd);
	buf_fini(&out);
	buf_fini(&in);
	tear_down(&f);
}

static void
what_is_no_request_ends_the_connection(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} bad[] = { { "\xff\xff\xff\xff", 4 }, { "\x01\x00\x10\x00", 4 },
		{ "\x02\x00\x00\x00{]", 6 }, { "\x00\x00\x00\x00", 4 } };
	struct fixture f;
	struct buf in = { 0 };

	(void)state;
	set_up(&f);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int fd = dial(&f);

		assert_int_equal(write(fd, bad[i].bytes, bad[i].len),
		    bad[i].len);
		receive(&f, fd, &in);
		assert_non_null(strstr(buf_str(&in), "\"code\":76"));
		assert_non_null(strstr(buf_str(&in), "closed"));
		close(fd);
	}
	turn(&f);
	assert_int_equal(f.control->n_clients, 0);
	buf_fini(&in);
	tear_down(&f);
}

static void
strangers_may_only_look(void **state)
{
	static const char pause[] = "{\"version\":1,\"command\":\"pause\"}";
	struct fixture f;
	struct buf out = { 0 }, in = { 0 };
	int fd[2];

	(void)state;
	set_up(&f);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
			     fd),
	    0);
	client_new(f.control, fd[1], false);
	frame_put(&out, pause, strlen(pause));
	frame_put(&out, request, strlen(request));
	assert_int_equal(write(fd[0], out.ptr, out.len), out.len);
	receive(&f, fd[0], &in);
	assert_non_null(strstr(buf_str(&in), "\"code\":77"));
	assert_non_null(strstr(buf_str(&in), "\"ok\":true"));
	assert_false(f.s.paused);
	close(fd[0]);
	buf_fini(&out);
	buf_fini(&in);
	tear_down(&f);
}

static void
too_many_clients_push_out_the_idle_ones(void **state)
{
	struct fixture f;
	struct buf out = { 0 }, in = { 0 };
	int fd[CONTROL_CLIENTS_MAX + 8];
	unsigned closed = 0;

	(void)state;
	set_up(&f);
	for (size_t i = 0; i < sizeof fd / sizeof *fd; i++)
		fd[i] = dial(&f);
	turn(&f);
	assert_int_equal(f.control->n_clients, CONTROL_CLIENTS_MAX);
	frame_put(&out, request, strlen(request));
	for (size_t i = 0; i < sizeof fd / sizeof *fd; i++) {
		if (send(fd[i], out.ptr, out.len, MSG_NOSIGNAL) < 0)
			closed++;
		else
			assert_non_null(
			    strstr(receive(&f, fd[i], &in), "\"ok\":true"));
		close(fd[i]);
	}
	assert_int_equal(closed, 8);
	buf_fini(&out);
	buf_fini(&in);
	tear_down(&f);
}

static void
a_slow_client_is_cut_off(void **state)
{
	struct fixture f;
	struct buf in = { 0 };
	struct client *c;
	int fd;

	(void)state;
	set_up(&f);
	fd = dial(&f);
	assert_int_equal(write(fd, "\x10\x00\x00\x00{", 5), 5);
	assert_string_equal(receive(&f, fd, &in), "");
	c = container_of(f.control->clients.next, struct client, link);
	client_look(c, c->in_since_ms + CLIENT_SLOW_MS);
	assert_int_equal(f.control->n_clients, 1);
	client_look(c, c->in_since_ms + CLIENT_SLOW_MS + 1);
	assert_int_equal(f.control->n_clients, 0);
	assert_string_equal(receive(&f, fd, &in), "closed");
	close(fd);
	buf_fini(&in);
	tear_down(&f);
}

/* One that nobody listens on; not one that somebody does, nor a file. */
static void
only_a_stale_socket_is_replaced(void **state)
{
	struct fixture f;
	struct supervisor other = { 0 };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct err e;
	int fd;

	(void)state;
	set_up(&f);
	other.loop = &f.loop;
	other.config = &f.config;
	assert_null(control_new(&other, &e));
	assert_int_equal(e.code, ERR_BUSY);
	tear_down(&f);

	set_up(&f);
	f.s.at_finish(f.s.at_finish_arg);
	uv_run(&f.loop, UV_RUN_DEFAULT);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%s", f.path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address),
	    0);
	close(fd);
	f.control = control_new(&f.s, &e);
	assert_non_null(f.control);
	f.s.at_finish(f.s.at_finish_arg);
	uv_run(&f.loop, UV_RUN_DEFAULT);
	fd = open(f.path, O_CREAT | O_WRONLY, 0600);
	close(fd);
	assert_null(control_new(&f.s, &e));
	assert_int_equal(e.code, ERR_INVAL);
	unlink(f.path);
	f.control = control_new(&f.s, &e);
	assert_non_null(f.control);
	tear_down(&f);
}

static void
the_socket_is_for_owner_and_group(void **state)
{
	struct fixture f;
	struct stat st;
	char *run;

	(void)state;
	umask(077);
	set_up(&f);
	assert_int_equal(stat(f.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
	run = xasprintf("%s/run", f.dir);
	assert_int_equal(stat(run, &st), 0);
	assert_int_equal(st.st_mode & 0027, 0);
	free(run);
	tear_down(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_may_come_byte_by_byte),
		cmocka_unit_test(requests_in_one_go_are_served_one_by_one),
		cmocka_unit_test(what_is_no_request_ends_the_connection),
		cmocka_unit_test(strangers_may_only_look),
		cmocka_unit_test(too_many_clients_push_out_the_idle_ones),
		cmocka_unit_test(a_slow_client_is_cut_off),
		cmocka_unit_test(only_a_stale_socket_is_replaced),
		cmocka_unit_test(the_socket_is_for_owner_and_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
