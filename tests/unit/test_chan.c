/* test_chan.c - frames and descriptors over a socket pair. */
#include "proc/chan.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/pack.h"
#include "base/xalloc.h"

#include <cmocka.h>

struct pair {
	struct chan a, b;
};

static void
open_pair(struct pair *p)
{
	int fd[2];
	struct err e;

	assert_int_equal(chan_pair(fd, &e), 0);
	chan_init(&p->a, fd[0]);
	chan_init(&p->b, fd[1]);
}

static void
close_pair(struct pair *p)
{
	chan_fini(&p->a);
	chan_fini(&p->b);
}

static void
send_text(struct chan *c, uint16_t type, const char *text)
{
	buf_append_str(chan_begin(c, type), text);
	chan_end(c);
}

static void
expect_text(struct chan *c, uint16_t type, const char *text)
{
	struct frame f;
	struct err e;

	assert_int_equal(chan_receive(c, &f, &e), 1);
	assert_int_equal(f.type, type);
	assert_int_equal(f.len, strlen(text));
	assert_memory_equal(f.ptr, text, f.len);
}

static void
test_frames_arrive_in_order_and_whole(void **state)
{
	struct pair p;
	struct err e;

	(void)state;
	open_pair(&p);
	send_text(&p.a, 7, "one");
	send_text(&p.a, 8, "");
	send_text(&p.a, 9, "three");
	assert_int_equal(chan_flush_all(&p.a, &e), 0);
	expect_text(&p.b, 7, "one");
	expect_text(&p.b, 8, "");
	expect_text(&p.b, 9, "three");
	close_pair(&p);
}

static void
test_a_frame_larger_than_the_socket_takes_several_turns(void **state)
{
	size_t size = (size_t)8 * 1024 * 1024;
	struct pair p;
	struct frame f;
	struct err e;
	char *big = xcalloc(1, size);

	(void)state;
	open_pair(&p);
	memset(big, 'x', size);
	buf_append(chan_begin(&p.a, 1), big, size);
	chan_end(&p.a);
	while (chan_pending(&p.a) || chan_next(&p.b, &f, &e) == 0) {
		assert_true(chan_flush(&p.a, &e) >= 0);
		assert_true(chan_fill(&p.b, &e) >= 0);
	}
	assert_int_equal(f.len, size);
	assert_memory_equal(f.ptr, big, size);
	free(big);
	close_pair(&p);
}

static void
test_descriptors_come_with_their_frames(void **state)
{
	struct pair p;
	struct err e;
	int fd[2];

	(void)state;
	open_pair(&p);
	assert_int_equal(pipe(fd), 0);
	send_text(&p.a, 1, "none");
	for (int i = 0; i < 100; i++) {
		pack_u32(chan_begin(&p.a, 2), (uint32_t)i);
		chan_attach(&p.a, fd[0], false);
		chan_attach(&p.a, fcntl(fd[1], F_DUPFD_CLOEXEC, 0), true);
		chan_end(&p.a);
	}
	assert_int_equal(chan_flush_all(&p.a, &e), 0);
	expect_text(&p.b, 1, "none");
	for (int i = 0; i < 100; i++) {
		struct frame f;
		char c = 0;

		assert_int_equal(chan_receive(&p.b, &f, &e), 1);
		assert_int_equal(f.n_fds, 2);
		assert_int_equal(write(f.fd[1], "z", 1), 1);
		assert_int_equal(read(f.fd[0], &c, 1), 1);
		assert_int_equal(c, 'z');
		close(f.fd[0]);
		close(f.fd[1]);
	}
	close(fd[0]);
	close(fd[1]);
	close_pair(&p);
}

static void
test_an_owned_copy_outlives_its_descriptor(void **state)
{
	struct pair p;
	struct frame f;
	struct err e;
	int fd[2];
	char c = 0;

	(void)state;
	open_pair(&p);
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], "z", 1), 1);
	chan_begin(&p.a, 1);
	chan_attach(&p.a, fd[0], false);
	chan_end(&p.a);
	chan_own(&p.a);
	chan_own(&p.a); /* has nothing left to do */
	close(fd[0]);
	assert_int_equal(chan_flush_all(&p.a, &e), 0);
	assert_int_equal(chan_receive(&p.b, &f, &e), 1);
	assert_int_equal(f.n_fds, 1);
	assert_int_equal(read(f.fd[0], &c, 1), 1);
	assert_int_equal(c, 'z');
	close(f.fd[0]);
	/* The sender has closed its copy: nobody can read any more. */
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(write(fd[1], "z", 1), -1);
	close(fd[1]);
	close_pair(&p);
}

static void
test_descriptors_never_taken_are_closed(void **state)
{
	struct pair p;
	struct err e;
	int fd[2];
	char c;

	(void)state;
	open_pair(&p);
	assert_int_equal(pipe(fd), 0);
	chan_begin(&p.a, 1);
	chan_attach(&p.a, fd[1], true);
	chan_end(&p.a);
	assert_int_equal(chan_flush_all(&p.a, &e), 0);
	assert_true(chan_fill(&p.b, &e) > 0);
	close_pair(&p);
	/* No writer is left. */
	assert_int_equal(read(fd[0], &c, 1), 0);
	close(fd[0]);
}

static void
test_broken_bytes_are_told(void **state)
{
	struct {
		uint32_t length;
		uint16_t type, n_fds;
		uint32_t checksum;
		char text[8];
	} raw = { 8, 1, 0, 12345, "garbage" };
	struct pair p;
	struct frame f;
	struct err e;

	(void)state;
	open_pair(&p);
	assert_int_equal(write(p.a.fd, &raw, 20), 20);
	assert_true(chan_fill(&p.b, &e) > 0);
	assert_int_equal(chan_next(&p.b, &f, &e), ERR_PROTO);
	assert_non_null(strstr(e.text, "checksum"));
	close_pair(&p);
	open_pair(&p);
	raw.length = UINT32_MAX;
	assert_int_equal(write(p.a.fd, &raw, 20), 20);
	assert_true(chan_fill(&p.b, &e) > 0);
	assert_int_equal(chan_next(&p.b, &f, &e), ERR_PROTO);
	close_pair(&p);
	open_pair(&p);
	raw.length = 8;
	raw.n_fds = 1;
	assert_int_equal(write(p.a.fd, &raw, 20), 20);
	assert_true(chan_fill(&p.b, &e) > 0);
	assert_int_equal(chan_next(&p.b, &f, &e), ERR_PROTO);
	close_pair(&p);
}

static void
test_a_peer_that_is_gone_is_told(void **state)
{
	struct pair p;
	struct frame f;
	struct err e;

	(void)state;
	open_pair(&p);
	send_text(&p.a, 1, "last");
	assert_int_equal(chan_flush_all(&p.a, &e), 0);
	chan_fini(&p.a);
	/* What was sent before is still there. */
	expect_text(&p.b, 1, "last");
	assert_int_equal(chan_receive(&p.b, &f, &e), ERR_CLOSED);
	send_text(&p.b, 1, "to nobody");
	assert_int_equal(chan_flush_all(&p.b, &e), ERR_CLOSED);
	chan_fini(&p.b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames_arrive_in_order_and_whole),
		cmocka_unit_test(
		    test_a_frame_larger_than_the_socket_takes_several_turns),
		cmocka_unit_test(test_descriptors_come_with_their_frames),
		cmocka_unit_test(test_an_owned_copy_outlives_its_descriptor),
		cmocka_unit_test(test_descriptors_never_taken_are_closed),
		cmocka_unit_test(test_broken_bytes_are_told),
		cmocka_unit_test(test_a_peer_that_is_gone_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
