/* defaults.c - the configuration of a daemon that was given none. */
#include "config/defaults.h"

/* clang-format off */
static const char text[] =
"{\n"
"	\"state\": \"lavoir-state\",\n"
"	\"pipelines\": {\n"
"		\"documents\": {\n"
"			\"watch\": [{\"path\": \"drop\"}],\n"
"			\"chain\": [\n"
"				{\"plugin\": \"read-text\"},\n"
"				{\"plugin\": \"clean-text\"},\n"
"				{\"plugin\": \"tag-basic\"},\n"
"				{\"plugin\": \"dedup-exact\"},\n"
"				{\"plugin\": \"export-jsonl\",\n"
"				    \"options\": {\"path\": \"out\"}}\n"
"			]\n"
"		}\n"
"	}\n"
"}\n";
/* clang-format on */

const char *
config_default_text(void)
{
	return text;
}
