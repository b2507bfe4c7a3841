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
"				{\"plugin\": \"read-jsonl\"},\n"
"				{\"plugin\": \"read-warc\", \"optional\": true},\n"
"				{\"plugin\": \"read-archive\", \"optional\": true},\n"
"				{\"plugin\": \"read-mail\", \"optional\": true},\n"
"				{\"plugin\": \"read-csv\", \"optional\": true},\n"
"				{\"plugin\": \"read-html\", \"optional\": true},\n"
"				{\"plugin\": \"read-pdf\", \"optional\": true},\n"
"				{\"plugin\": \"read-office\", \"optional\": true},\n"
"				{\"plugin\": \"read-markdown\", \"optional\": true},\n"
"				{\"plugin\": \"read-text\"},\n"
"				{\"plugin\": \"clean-repair\", \"optional\": true},\n"
"				{\"plugin\": \"clean-lines\", \"optional\": true},\n"
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
