/* test_media_mail.c - mailboxes, messages, and letters that are neither. */
#include "media_check.h"

#define MAIL "message/rfc822"
#define MBOX "application/mbox"

static void
test_messages(void **state)
{
	(void)state;
	IS(MAIL,
	    "Return-Path: <a@b>\r\nReceived: from x\r\n by "
	    "y;\r\n\tz\r\n\r\nHi");
	IS(MAIL,
	    "From: A <a@b>\nTo: c@d\nSubject: x\nDate: Fri, 21 Nov 1997\n\nHi");
	IS(MAIL, "MIME-Version: 1.0\nContent-Type: text/plain\n\nHi");
	IS(MAIL, "Message-ID: <1@x>\nfrom: a@b\n");
	IS(MAIL, "X-Thing: 1\nDelivered-To: a\nFrom : b\n\nx");
	IS(MAIL, "MIME-Version: 1.0\nContent-Type: x/y\n\n\0\1\2\3\xff\0\0");
	NAMED(MAIL, "a.eml", "Subject: x\n\nHi");
}

static void
test_mailboxes(void **state)
{
	(void)state;
	IS(MBOX, "From a@b Thu Jan  1 00:00:00 1970\nSubject: x\n\nHi\n");
	IS(MBOX, "From - Thu, 01 Jan 1970 00:00:00 +0000\nX: y\n\nHi\n");
	IS(MBOX, "From a@b\nReturn-Path: <a@b>\nReceived: x\n\nHi\n");
	NAMED(MAIL, "a.eml",
	    "From a@b Thu Jan  1 00:00:00 1970\nSubject: x\n\nHi\n");
}

static void
test_letters_are_text(void **state)
{
	(void)state;
	IS("text/plain", "Subject: my holidays\n\nWe went to the sea.\n");
	IS("text/plain", "From: me\nTo: you\n\nHello\n");
	IS("text/plain", "From me to you:\nNote: this is all.\n");
	IS("text/plain",
	    "From 10:30 to 11:45 in 2020 we slept.\nAnd then woke.\n");
	IS("text/plain", "Received: three letters.\nThen nothing more came.\n");
	IS("text/plain", "Date: 2020\nTitle: x\nTags: y\n\nText\n");
	IS("text/plain", "Note: one\nNote: two\n");
	IS("text/plain", "To: a\nTo: b\nTo: c\nTo: d\nTo: e\n\n");
	NAMED("text/plain", "a.eml", "Nothing here\n");
	NAMED(MAIL, "a.eml", "From: a@b\nTo: c@d\n__\nSubject: x\n\nHi\n");
	IS("text/plain", "From: a@b\nTo: c@d\n__\nSubject: x\n\nHi\n");
	IS(MAIL, "Content-Type: multipart/mixed; boundary=\"a\"\n\n--a\n");
	IS("text/plain", "Content-Type: multipart/mixed is what it says\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_mailboxes),
		cmocka_unit_test(test_letters_are_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
