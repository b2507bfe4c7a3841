/* test_config.c - configurations that are right: defaults, paths, lavoir run,
 * the way to other processes; and texts that were damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <cmocka.h>

#include "base/log.h"
#include "config_folder.h"
#include "fake_plugins.h"

static const char two_lines[] = "{'pipelines':{'p':{'watch':'drop',\n"
				"'chain':['read-text','export-jsonl']}}}";

static const char full[] =
    "{ // all of it\n"
    "'state':'s/t','site':'here','user':'nobody','workers':3,'readers':2,\n"
    "'plugin_path':['plug','/opt/plug'],'sandbox':'best-effort',\n"
    "'keep_log':false,'control':{'socket':'run/c.sock'},\n"
    "'log':{'level':'debug'},\n"
    "'limits':{'stall':'1s','total':'2m','text_max':'1M',\n"
    "'memory_max':'100M','depth_max':3,'children_max':7,'unpack_ratio':50,\n"
    "'recycle_documents':9,'recycle_memory':'64M'},\n"
    "'admission':{'documents':5,'bytes':'2M','disk_reserve':0,\n"
    "'inode_reserve':1},\n"
    "'batch':{'documents':1,'bytes':'1M','delay':'20ms'},\n"
    "'pipelines':{'web':{'watch':[{'path':'./a//b','recursive':false,\n"
    "'include':['*.txt','x/*'],'exclude':['*.tmp'],'hidden':true,\n"
    "'settle':'2s','rescan':'1m','poll':'always','poll_interval':'5s',\n"
    "'size_max':'1G','done':{'move':'taken'},'done_file':'.ok',\n"
    "'sha256_sidecar':true},'/d'],'drop_empty':false,\n"
    "'chain':[{'plugin':'read-text','name':'reader'},'clean-text',\n"
    "{'plugin':'clean-text','when':{'title':'x'}},\n"
    "{'plugin':'words','options':{'lists':['lavoir.json']}},\n"
    "{'plugin':'export-jsonl','options':{'password':'pssst'}}]}}}";

static struct config *
load_text_with(const char *text, const struct config_load_options *o)
{
	struct buf said = { 0 };
	struct config *c;

	config_folder_put("lavoir.json", text);
	if (config_folder_load_with(&c, o, &said) < 0 || said.len)
		fail_msg("%s", buf_str(&said));
	buf_fini(&said);
	return c;
}

static struct config *
load_text(const char *text)
{
	const struct config_load_options o = { .program = "x" };

	return load_text_with(text, &o);
}

/* path below the folder, or absolute. */
static void
assert_path(const char *path, const char *expected)
{
	char whole[256];

	if (*expected == '/')
		expected++;
	snprintf(whole, sizeof(whole), "%s/%s", config_folder, expected);
	assert_string_equal(path, whole);
}

static void
two_lines_are_enough(void **state)
{
	struct config *c = load_text(two_lines);
	const struct config_watch *w = c->pipeline[0].watch;
	const struct config_step *s = c->pipeline[0].step;

	(void)state;
	assert_path(c->file, "lavoir.json");
	assert_string_equal(c->base, config_folder);
	assert_path(c->state, "state");
	assert_path(c->control_socket, "state/control.sock");
	assert_null(c->site);
	assert_null(c->user);
	assert_in_range(c->workers, 1, 256);
	assert_int_equal(c->readers, 4);
	assert_string_equal(c->plugin_path[0], LAVOIR_PLUGIN_DIR);
	assert_null(c->plugin_path[1]);
	assert_true(c->keep_log);
	assert_int_equal(c->sandbox, CONFIG_SANDBOX_STRICT);
	assert_int_equal(c->stall_ms, 60000);
	assert_int_equal(c->total_ms, 600000);
	assert_int_equal(c->text_max, 64 << 20);
	assert_int_equal(c->in_flight_documents, 1024);
	assert_int_equal(c->batch_documents, 512);
	assert_int_equal(c->batch_delay_ms, 5);
	assert_int_equal(c->n_pipelines, 1);
	assert_true(c->pipeline[0].empty_dropped);
	assert_int_equal(c->pipeline[0].n_watches, 1);
	assert_path(w->path, "drop");
	assert_true(w->recursive);
	assert_string_equal(w->include[0], "*");
	assert_null(w->include[1]);
	assert_null(w->exclude[0]);
	assert_int_equal(w->settle_ms, 500);
	assert_int_equal(w->done, CONFIG_DONE_KEEP);
	assert_int_equal(c->pipeline[0].n_steps, 2);
	assert_string_equal(s[1].instance, "export-jsonl");
	assert_string_equal(s[1].path, "/fake/export-jsonl.so");
	assert_string_equal(s[1].version, "1.0");
	assert_string_equal(s[1].options, "{}");
	assert_null(s[1].when);
	assert_path(s[1].outputs[0], "out");
	assert_null(s[1].resources[0]);
	config_free(&c);
	assert_null(c);
}

static void
everything_can_be_set(void **state)
{
	struct config *c = load_text(full);
	const struct config_pipeline *p = &c->pipeline[0];
	const struct config_watch *w = p->watch;

	(void)state;
	assert_path(c->state, "s/t");
	assert_path(c->control_socket, "run/c.sock");
	assert_string_equal(c->site, "here");
	assert_string_equal(c->user, "nobody");
	assert_int_equal(c->workers, 3);
	assert_path(c->plugin_path[0], "plug");
	assert_string_equal(c->plugin_path[1], "/opt/plug");
	assert_int_equal(c->sandbox, CONFIG_SANDBOX_BEST_EFFORT);
	assert_int_equal(c->log_level, LOG_LEVEL_DEBUG);
	assert_false(c->keep_log);
	assert_int_equal(c->children_max, 7);
	assert_int_equal(c->unpack_ratio, 50);
	assert_int_equal(c->recycle_memory, 64 << 20);
	assert_int_equal(c->disk_reserve, 0);
	assert_int_equal(c->batch_delay_ms, 20);
	assert_false(p->empty_dropped);
	assert_path(w->path, "a/b");
	assert_false(w->recursive);
	assert_string_equal(w->include[1], "x/*");
	assert_string_equal(w->exclude[0], "*.tmp");
	assert_true(w->hidden);
	assert_int_equal(w->poll, CONFIG_POLL_ALWAYS);
	assert_int_equal(w->poll_ms, 5000);
	assert_int_equal(w->size_max, 1 << 30);
	assert_int_equal(w->done, CONFIG_DONE_MOVE);
	assert_path(w->move, "taken");
	assert_string_equal(w->done_file, ".ok");
	assert_true(w->sha256_sidecar);
	assert_string_equal(w[1].path, "/d");
	assert_string_equal(p->step[0].instance, "reader");
	assert_string_equal(p->step[1].instance, "clean-text");
	assert_string_equal(p->step[2].instance, "clean-text-2");
	assert_string_equal(p->step[2].when, "{\"title\":\"x\"}");
	assert_path(p->step[3].resources[0], "lavoir.json");
	assert_non_null(strstr(p->step[4].options, "pssst"));
	assert_null(strstr(p->step[4].shown, "pssst"));
	config_free(&c);
}

static void
pipelines_d_is_added_in_byte_order(void **state)
{
	struct config *c;

	(void)state;
	config_folder_put("pipelines.d/b.json",
	    "{'b':{'watch':'x','chain':['read-text']}}");
	config_folder_put("pipelines.d/a.json",
	    "{// nothing but this\n'a':{'watch':'y','chain':['read-text']}}");
	c = load_text(two_lines);
	assert_int_equal(c->n_pipelines, 3);
	assert_string_equal(c->pipeline[0].name, "p");
	assert_string_equal(c->pipeline[1].name, "a");
	assert_string_equal(c->pipeline[2].name, "b");
	assert_path(c->pipeline[1].watch[0].path, "y");
	config_free(&c);
}

static void
plugins_beside_the_program_come_first(void **state)
{
	struct config_load_options o = { 0 };
	char program[96], path[96];
	struct config *c;

	(void)state;
	snprintf(program, sizeof(program), "%s/lavoird", config_folder);
	snprintf(path, sizeof(path), "%s/plugins", config_folder);
	assert_int_equal(mkdir(path, 0755), 0);
	o.program = program;
	c = load_text_with(two_lines, &o);
	assert_string_equal(c->plugin_path[0], path);
	assert_string_equal(c->plugin_path[1], LAVOIR_PLUGIN_DIR);
	config_free(&c);
}

static void
without_a_file_there_are_defaults(void **state)
{
	struct buf said = { 0 };
	const struct config_load_options o = { .program = "x",
		.problem = config_folder_problem,
		.arg = &said };
	struct config *c;

	(void)state;
	assert_int_equal(config_load(&c, &o, NULL), 0);
	assert_int_equal(said.len, 0);
	assert_string_equal(c->file, "");
	assert_string_equal(c->pipeline[0].name, "documents");
	assert_int_equal(c->pipeline[0].n_steps, 16);
	config_free(&c);
}

/* A chain, and where its outputs are with --out /o. */
static void
run_puts_relative_outputs_into_its_folder(void **state)
{
	static const struct {
		const char *first, *second;
		const char *out[2];
	} cases[] = {
		{ "{}", "{}", { "/o", "/o" } },
		{ "{'path':'out'}", "{'path':'./out'}", { "/o", "/o" } },
		{ "{'path':'a'}", "{'path':'b/c'}", { "/o/a", "/o/b/c" } },
		{ "{'path':'../a'}", "{}", { "/o/a", "/o/out" } },
		{ "{'path':'/abs'}", "{}", { "/abs", "/o" } },
	};
	const struct config_load_options o = { .program = "x",
		.run = true,
		.state = "/st",
		.out = "/o" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[512];
		struct config *c;

		snprintf(text, sizeof(text),
		    "{'pipelines':{'p':{'chain':['read-text',"
		    "{'plugin':'export-jsonl','options':%s},"
		    "{'plugin':'export-jsonl','options':%s}]}}}",
		    cases[i].first, cases[i].second);
		c = load_text_with(text, &o);
		assert_string_equal(c->state, "/st");
		for (size_t k = 0; k < 2; k++)
			assert_string_equal(c->pipeline[0]
						.step[k + 1]
						.outputs[0],
			    cases[i].out[k]);
		config_free(&c);
	}
}

static void
packing_loses_nothing(void **state)
{
	struct config *c = load_text(full), *copy;
	struct buf one = { 0 }, two = { 0 };

	(void)state;
	config_pack(&one, c);
	assert_int_equal(config_unpack(&copy, one.ptr, one.len, NULL), 0);
	config_pack(&two, copy);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.ptr, two.ptr, one.len);
	buf_reset(&one, 0);
	buf_reset(&two, 0);
	config_dump(&one, c);
	config_dump(&two, copy);
	assert_string_equal(buf_str(&one), buf_str(&two));
	assert_true(config_same_chains(c, copy));
	config_free(&c);
	config_free(&copy);
	buf_fini(&one);
	buf_fini(&two);
}

static void
damaged_packs_are_refused_or_harmless(void **state)
{
	struct config *c = load_text(full), *copy;
	struct buf b = { 0 };
	unsigned seed = 7;

	(void)state;
	config_pack(&b, c);
	ensure(b.len > 0);
	for (size_t len = 0; len < b.len; len++) {
		uint8_t *cut = len ? malloc(len) : NULL;

		if (len)
			memcpy(cut, b.ptr, len);
		assert_int_equal(config_unpack(&copy, cut, len, NULL),
		    ERR_PROTO);
		assert_null(copy);
		free(cut);
	}
	for (size_t i = 0; i < 2000; i++) {
		size_t at = (size_t)rand_r(&seed) % b.len;
		uint8_t was = b.ptr[at];

		b.ptr[at] = (uint8_t)rand_r(&seed);
		config_unpack(&copy, b.ptr, b.len, NULL);
		config_free(&copy);
		b.ptr[at] = was;
	}
	config_free(&c);
	buf_fini(&b);
}

static void
only_folders_may_change_under_the_same_chains(void **state)
{
	static const struct {
		const char *text;
		bool same;
	} cases[] = {
		{ "{'pipelines':{'p':{'watch':['drop','more'],"
		  "'chain':['read-text','export-jsonl']}}}",
		    true },
		{ "{'admission':{'documents':3},'pipelines':{'p':{"
		  "'watch':'drop','chain':['read-text','export-jsonl']}}}",
		    true },
		{ "{'workers':200,'pipelines':{'p':{'watch':'drop',"
		  "'chain':['read-text','export-jsonl']}}}",
		    false },
		{ "{'pipelines':{'p':{'watch':'drop','chain':['read-text',"
		  "{'plugin':'export-jsonl','options':{'level':4}}]}}}",
		    false },
		{ "{'pipelines':{'q':{'watch':'drop',"
		  "'chain':['read-text','export-jsonl']}}}",
		    false },
	};
	struct config *a = load_text(two_lines), *b;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		b = load_text(cases[i].text);
		assert_int_equal(config_same_chains(a, b), cases[i].same);
		config_free(&b);
	}
	config_free(&a);
}

/* A dump is a configuration again, the same one. */
static void
a_dump_can_be_loaded(void **state)
{
	struct config *c = load_text(full), *again;
	struct buf one = { 0 }, two = { 0 };

	(void)state;
	config_dump(&one, c);
	assert_null(strstr(buf_str(&one), "pssst"));
	again = load_text(buf_str(&one));
	config_dump(&two, again);
	assert_string_equal(buf_str(&one), buf_str(&two));
	config_free(&c);
	config_free(&again);
	buf_fini(&one);
	buf_fini(&two);
}

static void
mutate(char *text, size_t len, unsigned *seed)
{
	static const char bytes[] = "{}[]'\",:/\\0129-.eantf \n\x80\xff";
	unsigned n = 1 + (unsigned)rand_r(seed) % 4;

	for (unsigned i = 0; i < n; i++) {
		size_t at = (size_t)rand_r(seed) % len;
		size_t from = (size_t)rand_r(seed) % len;
		size_t some = (size_t)rand_r(seed) % 24;

		if (rand_r(seed) & 1)
			text[at] =
			    bytes[(size_t)rand_r(seed) % (sizeof(bytes) - 1)];
		else if (at + some < len && from + some < len)
			memmove(text + at, text + from, some);
	}
}

static void
damaged_texts_are_refused_or_read(void **state)
{
	const struct config_load_options o = { .program = "x" };
	unsigned seed = 1;
	size_t read = 0;

	(void)state;
	for (size_t i = 0; i < 1500; i++) {
		char text[sizeof(full)];
		struct buf said = { 0 };
		struct config *c;
		int rc;

		memcpy(text, full, sizeof(text));
		mutate(text, sizeof(text) - 1, &seed);
		config_folder_put("lavoir.json", text);
		rc = config_folder_load_with(&c, &o, &said);
		assert_true(rc == 0 || rc == ERR_CONFIG);
		assert_true(rc == 0 || said.len > 0);
		assert_int_equal(rc == 0, c != NULL);
		read += rc == 0;
		config_free(&c);
		buf_fini(&said);
	}
	assert_in_range(read, 1, 1400);
}

#define HERE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, config_folder_setup,                \
	    config_folder_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		HERE(two_lines_are_enough),
		HERE(everything_can_be_set),
		HERE(pipelines_d_is_added_in_byte_order),
		HERE(plugins_beside_the_program_come_first),
		HERE(without_a_file_there_are_defaults),
		HERE(run_puts_relative_outputs_into_its_folder),
		HERE(packing_loses_nothing),
		HERE(damaged_packs_are_refused_or_harmless),
		HERE(only_folders_may_change_under_the_same_chains),
		HERE(a_dump_can_be_loaded),
		HERE(damaged_texts_are_refused_or_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
