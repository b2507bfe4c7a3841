/* test_config_errors.c - what is said about configurations that are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "config_folder.h"
#include "fake_plugins.h"

#define CHAIN "'chain':['read-text','export-jsonl']"
#define TOP(x) "{" x ",'pipelines':{'p':{'watch':'drop'," CHAIN "}}}"
#define PIPELINE(x) "{'pipelines':{'p':{\n" x "}}}"
#define WATCH(x) PIPELINE("'watch':[" x "]," CHAIN)
#define STEPS(x) PIPELINE("'watch':'drop','chain':[\n" x "]")

/* One mistake: the text, then the start of every line that is said about it. */
struct mistake {
	const char *text;
	const char *said[7];
};

static const struct mistake mistakes[] = {
	{ "", { "@/lavoir.json:1:1: " } },
	{ "[]",
	    { "@/lavoir.json:1:1: wrong type: found an array, expected an "
	      "obj" } },
	{ "{\n\t'state': }", { "@/lavoir.json:2:11: " } },
	{ "{'state':'a',\n'state':'b'}", { "@/lavoir.json:2:" } },
	{ "{}", { "@/lavoir.json:1:1: /pipelines: no pipelines" } },
	{ "{'pipelines':{}}",
	    { "@/lavoir.json:1:14: /pipelines: no pipelines" } },
	{ "{'pipelines':[]}",
	    { "@/lavoir.json:1:14: /pipelines: wrong type: found an array, "
	      "expected an object" } },

	/* Top level. */
	{ TOP("\n'wokers':2"),
	    { "@/lavoir.json:2:1: /wokers: unknown option: found the key "
	      "\"wokers\", expected one of" } },
	{ TOP("'workers':'two'"),
	    { "@/lavoir.json:1:12: /workers: wrong type: found the string "
	      "\"two\", expected an integer from 1 to 256" } },
	{ TOP("'workers':0"),
	    { "@/lavoir.json:1:12: /workers: out of range" } },
	{ TOP("'state':7"), { "@/lavoir.json:1:10: /state: wrong type" } },
	{ TOP("'sandbox':'strickt'"),
	    { "@/lavoir.json:1:12: /sandbox: unknown choice: found the string "
	      "\"strickt\", expected one of \"strict\", \"best-effort\"; did "
	      "you mean \"strict\"?" } },
	{ TOP("'site':'A b'"),
	    { "@/lavoir.json:1:9: /site: not a site name: found \"A b\", "
	      "expected 1 to 32" } },
	{ TOP("'user':''"), { "@/lavoir.json:1:9: /user: no user name" } },
	{ TOP("'plugin_path':'x'"),
	    { "@/lavoir.json:1:16: /plugin_path: wrong type" } },
	{ TOP("'plugin_path':['x',3]"),
	    { "@/lavoir.json:1:21: /plugin_path/1: wrong type" } },
	{ TOP("'keep_log':'yes'"), { "@/lavoir.json:1:13: /keep_log: wrong" } },
	{ TOP("'limits':3"),
	    { "@/lavoir.json:1:11: /limits: wrong type: found an integer, "
	      "expected an object" } },
	{ TOP("'limits':{'stal':'1s'}"),
	    { "@/lavoir.json:1:12: /limits/stal: unknown option: found the key "
	      "\"stal\", expected one of" } },
	{ TOP("'limits':{'stall':'1 parsec'}"),
	    { "@/lavoir.json:1:20: /limits/stall: not a time" } },
	{ TOP("'limits':{'text_max':'8Q'}"),
	    { "@/lavoir.json:1:23: /limits/text_max: not a size" } },
	{ TOP("'limits':{'total':'1s'}"),
	    { "@/lavoir.json:1:11: /limits: warning: \"total\" is shorter" } },
	{ TOP("'batch':{'documents':0}"),
	    { "@/lavoir.json:1:23: /batch/documents: out of range" } },
	{ TOP("'admission':{'bytes':-1}"),
	    { "@/lavoir.json:1:23: /admission/bytes: out of range" } },
	{ TOP("'log':{'level':'verbose'}"),
	    { "@/lavoir.json:1:17: /log/level: unknown choice" } },
	{ TOP("'control':{'socket':'sssssssssssssssssssssssssssssssssssssssss"
	      "ssssssssssssssssssssssssssssssssssssssssssssssssssssss'}"),
	    { "@/lavoir.json:1:22: /control/socket: the path of the socket "
	      "has " } },

	/* Pipelines. */
	{ "{'pipelines':{'Web':{'watch':'drop'," CHAIN "}}}",
	    { "@/lavoir.json:1:21: /pipelines/Web: not a pipeline name: found "
	      "\"Web\", expected 1 to 32 of a-z, 0-9, - and _" } },
	{ "{'pipelines':{'p':3}}",
	    { "@/lavoir.json:1:19: /pipelines/p: wrong type: found an integer, "
	      "expected an object" } },
	{ PIPELINE("'wach':'drop'," CHAIN),
	    { "@/lavoir.json:1:19: /pipelines/p/watch: no folder is watched",
		"@/lavoir.json:2:1: /pipelines/p/wach: unknown option" } },
	{ PIPELINE("'watch':'drop'"),
	    { "@/lavoir.json:1:19: /pipelines/p/chain: no chain" } },
	{ PIPELINE("'watch':'drop','chain':{}"),
	    { "@/lavoir.json:2:24: /pipelines/p/chain: wrong type: found an "
	      "object, expected an array of steps" } },
	{ PIPELINE("'watch':[],'chain':[]"),
	    { "@/lavoir.json:2:9: /pipelines/p/watch: no folder is watched",
		"@/lavoir.json:2:20: /pipelines/p/chain: no chain" } },
	{ PIPELINE("'watch':'drop','drop_empty':1," CHAIN),
	    { "@/lavoir.json:2:29: /pipelines/p/drop_empty: wrong type" } },

	/* Watched folders. */
	{ WATCH("7"),
	    { "@/lavoir.json:2:10: /pipelines/p/watch/0: wrong type: found an "
	      "integer, expected an object, or a path" } },
	{ WATCH("{}"),
	    { "@/lavoir.json:2:10: /pipelines/p/watch/0/path: required option "
	      "is missing" } },
	{ WATCH("{'path':''}"),
	    { "@/lavoir.json:2:18: /pipelines/p/watch/0/path: empty path" } },
	{ WATCH("{'path':'drop','recursiv':true}"),
	    { "@/lavoir.json:2:25: /pipelines/p/watch/0/recursiv: unknown "
	      "option" } },
	{ WATCH("{'path':'drop','include':'*.txt'}"),
	    { "@/lavoir.json:2:35: /pipelines/p/watch/0/include: wrong "
	      "type" } },
	{ WATCH("{'path':'drop','exclude':['a','/b']}"),
	    { "@/lavoir.json:2:40: /pipelines/p/watch/0/exclude/1: the pattern "
	      "\"/b\" matches nothing" } },
	{ WATCH("{'path':'drop','done':'keap'}"),
	    { "@/lavoir.json:2:32: /pipelines/p/watch/0/done: unknown choice: "
	      "found the string \"keap\", expected \"keep\", \"delete\" or "
	      "{\"move\": \"PATH\"}; did you mean \"keep\"?" } },
	{ WATCH("{'path':'drop','done':{'mv':'x'}}"),
	    { "@/lavoir.json:2:32: /pipelines/p/watch/0/done: not a way" } },
	{ WATCH("{'path':'drop','done':{'move':3}}"),
	    { "@/lavoir.json:2:40: /pipelines/p/watch/0/done/move: wrong type: "
	      "found an integer, expected a path" } },
	{ WATCH("{'path':'drop','done':true}"),
	    { "@/lavoir.json:2:32: /pipelines/p/watch/0/done: wrong type: "
	      "found true, expected \"keep\"" } },
	{ WATCH("{'path':'drop','done_file':'a/b'}"),
	    { "@/lavoir.json:2:37: /pipelines/p/watch/0/done_file: \"a/b\" is "
	      "not the ending of a name" } },
	{ WATCH("{'path':'drop','poll':'sometimes'}"),
	    { "@/lavoir.json:2:32: /pipelines/p/watch/0/poll: unknown "
	      "choice" } },
	{ WATCH("{'path':'drop','settle':'2h'}"),
	    { "@/lavoir.json:2:34: /pipelines/p/watch/0/settle: out of "
	      "range" } },
	{ WATCH("'lavoir.json'"),
	    { "@/lavoir.json:2:10: /pipelines/p/watch/0: \"@/lavoir.json\" is "
	      "not a folder" } },

	/* Loop guard. */
	{ WATCH("'drop','drop'"),
	    { "@/lavoir.json:2:17: /pipelines/p/watch/1: the folder "
	      "\"@/drop\" is watched already by /pipelines/p/watch/0 "
	      "(@/lavoir.json:2:10)" } },
	{ WATCH("'drop','drop/../drop/.'"),
	    { "@/lavoir.json:2:17: /pipelines/p/watch/1: the folder" } },
	{ WATCH("'drop','drop/in'"),
	    { "@/lavoir.json:2:17: /pipelines/p/watch/1: the folder "
	      "\"@/drop/in\" lies inside \"@/drop\"" } },
	{ WATCH("'drop/in','drop'"),
	    { "@/lavoir.json:2:20: /pipelines/p/watch/1: the folder \"@/drop\" "
	      "is watched with all that is below it" } },
	{ "{'pipelines':{'p':{'watch':'drop'," CHAIN "},\n"
	  "'q':{'watch':'./drop'," CHAIN "}}}",
	    { "@/lavoir.json:2:14: /pipelines/q/watch: the folder "
	      "\"@/drop\" is watched already by /pipelines/p/watch "
	      "(@/lavoir.json:1:28)" } },
	{ WATCH("{'path':'drop','done':{'move':'drop/done'}}"),
	    { "@/lavoir.json:2:40: /pipelines/p/watch/0/done/move: the target "
	      "of done \"@/drop/done\" lies inside the watched folder" } },
	{ WATCH("'state/drop'"),
	    { "@/lavoir.json:2:10: /pipelines/p/watch/0: the watched folder "
	      "\"@/state/drop\" lies inside the state folder \"@/state\"" } },
	{ WATCH("'.'"),
	    { "@/lavoir.json:1:1: the state folder \"@/state\" lies inside",
		"@/lavoir.json:2:36: /pipelines/p/chain/1/options: the output "
		"\"@/out\" lies inside the watched folder \"@\"" } },
	{ STEPS("'read-text',{'plugin':'export-jsonl','options':\n"
		"{'path':'drop/out'}}"),
	    { "@/lavoir.json:4:9: /pipelines/p/chain/1/options/path: the "
	      "output \"@/drop/out\" lies inside the watched folder "
	      "\"@/drop\" of /pipelines/p/watch (" } },

	/* Steps. */
	{ STEPS("'read-txt'"),
	    { "@/lavoir.json:3:1: /pipelines/p/chain/0: unknown plugin "
	      "\"read-txt\": expected a plugin in " } },
	{ STEPS("{'plugin':'../evil'}"),
	    { "@/lavoir.json:3:11: /pipelines/p/chain/0/plugin: unknown plugin "
	      "\"../evil\"" } },
	{ STEPS("{'plugin':'crashes'}"),
	    { "@/lavoir.json:3:11: /pipelines/p/chain/0/plugin: plugin "
	      "\"crashes\": killed by signal 11" } },
	{ STEPS("{'name':'x'}"),
	    { "@/lavoir.json:3:1: /pipelines/p/chain/0/plugin: required option "
	      "is missing" } },
	{ STEPS("3"),
	    { "@/lavoir.json:3:1: /pipelines/p/chain/0: wrong type: found an "
	      "integer, expected an object, or the name of a plugin" } },
	{ STEPS("'read-text',{'plugin':'clean-text','name':'A!'}"),
	    { "@/lavoir.json:3:43: /pipelines/p/chain/1/name: not a step name: "
	      "found \"A!\"" } },
	{ STEPS("{'plugin':'read-text','name':'a'},\n"
		"{'plugin':'clean-text','name':'a'}"),
	    { "@/lavoir.json:4:31: /pipelines/p/chain/1/name: another step of "
	      "this chain is called \"a\"" } },
	{ STEPS("'read-text',{'plugin':'export-jsonl','options':\n"
		"{'compresion':'gzip'}}"),
	    { "@/lavoir.json:4:2: /pipelines/p/chain/1/options/compresion: "
	      "unknown option: found the key \"compresion\", expected one of "
	      "\"path\", \"compression\", \"level\", \"password\", \"old\"; "
	      "did "
	      "you mean \"compression\"?" } },
	{ STEPS("'read-text',{'plugin':'export-jsonl','options':\n"
		"{'level':99}}"),
	    { "@/lavoir.json:4:10: /pipelines/p/chain/1/options/level: out of "
	      "range: found the integer 99, expected an integer from 1 to "
	      "19" } },
	{ STEPS("'read-text',{'plugin':'export-jsonl','options':[]}"),
	    { "@/lavoir.json:3:48: /pipelines/p/chain/1/options: wrong type: "
	      "found an array, expected an object of options" } },
	{ STEPS("'read-text',{'plugin':'export-jsonl','options':\n"
		"{'old':true}}"),
	    { "@/lavoir.json:4:8: /pipelines/p/chain/1/options/old: warning: "
	      "the option \"old\" is deprecated: use level" } },
	{ STEPS("'read-text',{'plugin':'words','options':\n"
		"{'lists':['lavoir.json','gone']}}"),
	    { "@/lavoir.json:4:10: /pipelines/p/chain/1/options/lists: "
	      "\"@/gone\": No such file or directory" } },
	{ STEPS("'read-text',{'plugin':'picky','options':\n{}}"),
	    { "@/lavoir.json:4:1: /pipelines/p/chain/1/options: picky wants "
	      "the moon" } },
	{ STEPS("'read-text',{'plugin':'clean-text','when':[]}"),
	    { "@/lavoir.json:3:43: /pipelines/p/chain/1/when: " } },
	{ STEPS(
	      "'read-text',{'plugin':'clean-text','when':{'score':{'=>':1}}}"),
	    { "@/lavoir.json:3:" } },

	/* Order. */
	{ STEPS("'clean-text'"),
	    { "@/lavoir.json:2:24: /pipelines/p/chain: warning: no step reads "
	      "documents" } },
	{ STEPS("'read-text','by-score','score'"),
	    { "@/lavoir.json:3:13: /pipelines/p/chain/1: step \"by-score\" "
	      "needs the attribute \"score\", which step \"score\" sets only "
	      "after it" } },
	{ STEPS("'read-text','by-score'"),
	    { "@/lavoir.json:3:13: /pipelines/p/chain/1: warning: step "
	      "\"by-score\" needs the attribute \"score\", which no step" } },
	{ STEPS("'read-text',{'plugin':'clean-text','when':{'score':1}},"
		"'score'"),
	    { "@/lavoir.json:3:43: /pipelines/p/chain/1/when: step "
	      "\"clean-text\" needs the attribute \"score\"" } },
	{ STEPS("'read-text','export-jsonl','dedup-exact'"),
	    { "@/lavoir.json:3:28: /pipelines/p/chain/2: warning: step "
	      "\"dedup-exact\" may drop documents that step \"export-jsonl\" "
	      "before it has already written out" } },

	/* All at once, in the order of the file. */
	{ "{'wokers':1,\n'workers':0,\n'pipelines':{'p':{'watch':[{}],\n"
	  "'chain':['read-txt',\n{'plugin':'export-jsonl','options':"
	  "{'level':0,'codec':1}}]}}}",
	    { "@/lavoir.json:1:2: /wokers: ", "@/lavoir.json:2:11: /workers: ",
		"@/lavoir.json:3:28: /pipelines/p/watch/0/path: ",
		"@/lavoir.json:4:10: /pipelines/p/chain/0: ",
		"@/lavoir.json:5:45: /pipelines/p/chain/1/options/level: ",
		"@/lavoir.json:5:47: /pipelines/p/chain/1/options/codec: " } },
};

static bool
only_warnings(const struct mistake *m)
{
	for (size_t i = 0; m->said[i]; i++)
		if (!strstr(m->said[i], "warning: "))
			return false;
	return true;
}

/* Every difference of a table is shown at once. */
static bool
was_said(const struct mistake *m, const char *said)
{
	const char *line = said;

	for (size_t i = 0; m->said[i]; i++) {
		if (strncmp(line, m->said[i], strlen(m->said[i])) != 0) {
			print_error("%s\nexpected: %s\nsaid:\n%s", m->text,
			    m->said[i], said);
			return false;
		}
		line = strchr(line, '\n') + 1;
	}
	if (*line)
		print_error("%s\nsaid too much:\n%s", m->text, said);
	return !*line;
}

static void
every_mistake_is_told_with_its_place(void **state)
{
	const struct config_load_options o = { .program = "x" };
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		bool loaded = only_warnings(&mistakes[i]);
		struct buf said = { 0 };
		struct config *c;
		int rc;

		config_folder_put("lavoir.json", mistakes[i].text);
		rc = config_folder_load_with(&c, &o, &said);
		wrong += !was_said(&mistakes[i], buf_str(&said));
		wrong += rc != (loaded ? 0 : ERR_CONFIG);
		wrong += loaded != (c != NULL);
		config_free(&c);
		buf_fini(&said);
	}
	assert_int_equal(wrong, 0);
}

static void
optional_steps_are_left_out(void **state)
{
	const struct config_load_options o = { .program = "x" };
	struct buf said = { 0 };
	struct config *c;

	(void)state;
	config_folder_put("lavoir.json",
	    "{'pipelines':{'p':{'watch':'drop','chain':[{'plugin':'read-gone',"
	    "'optional':true},'read-text',{'plugin':'clean-text','optional':"
	    "true}]}}}");
	assert_int_equal(config_folder_load_with(&c, &o, &said), 0);
	assert_string_equal(buf_str(&said),
	    "@/lavoir.json:1:44: /pipelines/p/chain/0: warning: plugin "
	    "\"read-gone\" is not installed: its step is left out\n");
	assert_int_equal(c->pipeline[0].n_steps, 2);
	assert_string_equal(c->pipeline[0].step[1].instance, "clean-text");
	config_free(&c);
	buf_fini(&said);
}

static void
the_nearest_plugin_is_one_in_the_folders(void **state)
{
	const struct config_load_options o = { .program = "x" };
	struct buf said = { 0 };
	struct config *c;

	(void)state;
	config_folder_put("clean-text.so", "");
	config_folder_put("lavoir.json", TOP("'plugin_path':['gone','.']"));
	assert_int_equal(config_folder_load_with(&c, &o, &said), 0);
	config_free(&c);
	config_folder_put("lavoir.json",
	    "{'plugin_path':['gone','.'],'pipelines':{'p':{'watch':'drop',"
	    "'chain':['read-text','claen-text']}}}");
	assert_int_equal(config_folder_load_with(&c, &o, &said), ERR_CONFIG);
	assert_string_equal(buf_str(&said),
	    "@/lavoir.json:1:83: /pipelines/p/chain/1: unknown plugin "
	    "\"claen-text\": expected a plugin in @/gone, @; did you mean "
	    "\"clean-text\"?\n");
	buf_fini(&said);
}

static void
folders_are_compared_through_links(void **state)
{
	const struct mistake m = { "linked",
		{ "@/lavoir.json:2:17: /pipelines/p/watch/1: the folder "
		  "\"@/link/in\" lies inside \"@/drop\"" } };
	const struct config_load_options o = { .program = "x" };
	struct buf said = { 0 };
	struct config *c;
	char path[96];

	(void)state;
	snprintf(path, sizeof(path), "%s/drop", config_folder);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/link", config_folder);
	assert_int_equal(symlink("drop", path), 0);
	config_folder_put("lavoir.json", WATCH("'drop','link/in'"));
	assert_int_equal(config_folder_load_with(&c, &o, &said), ERR_CONFIG);
	assert_true(was_said(&m, buf_str(&said)));
	buf_fini(&said);
}

static void
mistakes_in_pipelines_d_name_their_file(void **state)
{
	const struct mistake m = { "pipelines.d",
		{ "@/pipelines.d/a.json:1:6: /p: the pipeline \"p\" is defined "
		  "twice, here and at @/lavoir.json:1:",
		    "@/pipelines.d/b.json:1:6: /q: wrong type",
		    "@/pipelines.d/c.json:1:14: /pipelines: files in "
		    "pipelines.d hold the pipelines themselves",
		    "@/pipelines.d/d.json:2:1: ",
		    "@/pipelines.d/e.json.bak: warning: not read" } };
	const struct config_load_options o = { .program = "x" };
	struct buf said = { 0 };
	struct config *c;

	(void)state;
	config_folder_put("lavoir.json", TOP("'workers':1"));
	config_folder_put("pipelines.d/a.json",
	    "{'p':{'watch':'other'," CHAIN "}}");
	config_folder_put("pipelines.d/b.json", "{'q':3}");
	config_folder_put("pipelines.d/c.json", "{'pipelines':{'r':{}}}");
	config_folder_put("pipelines.d/d.json", "{\n");
	config_folder_put("pipelines.d/e.json.bak", "{\n");
	assert_int_equal(config_folder_load_with(&c, &o, &said), ERR_CONFIG);
	for (size_t i = 0; m.said[i]; i++)
		if (!strstr(buf_str(&said), m.said[i]))
			fail_msg("%s\nnot in:\n%s", m.said[i], buf_str(&said));
	buf_fini(&said);
}

static void
a_daemon_started_as_root_needs_its_user(void **state)
{
	const struct mistake m = { "user",
		{ "@/lavoir.json:1:9: /user: this system has no user" } };
	const struct config_load_options o = { .program = "x" };
	struct buf said = { 0 };
	struct config *c;

	(void)state;
	if (geteuid() != 0)
		skip();
	config_folder_put("lavoir.json", TOP("'user':'no-such-user'"));
	assert_int_equal(config_folder_load_with(&c, &o, &said), ERR_CONFIG);
	assert_true(was_said(&m, buf_str(&said)));
	buf_fini(&said);
}

static void
a_missing_file_is_no_configuration_error(void **state)
{
	const struct config_load_options o = { .program = "x" };
	struct buf said = { 0 };
	struct config *c;

	(void)state;
	assert_int_equal(config_folder_load_with(&c, &o, &said), ERR_NOENT);
	assert_null(c);
	assert_int_equal(said.len, 0);
}

#define HERE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, config_folder_setup,                \
	    config_folder_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		HERE(every_mistake_is_told_with_its_place),
		HERE(optional_steps_are_left_out),
		HERE(the_nearest_plugin_is_one_in_the_folders),
		HERE(folders_are_compared_through_links),
		HERE(mistakes_in_pipelines_d_name_their_file),
		HERE(a_daemon_started_as_root_needs_its_user),
		HERE(a_missing_file_is_no_configuration_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
