/* expand.c - how far a file may unpack, containers in containers and all. */
#include "role/expand.h"

double
expand_child(double expansion, uint64_t length, uint64_t handed_out)
{
	double times = (double)handed_out / (double)(length ? length : 1);

	return times > 1 ? expansion * times : expansion;
}

uint64_t
expand_limit(uint64_t ratio, uint64_t file_length, double expansion,
    uint64_t length)
{
	double most = (double)ratio;
	double least =
	    (double)EXPAND_FREE / (double)(file_length ? file_length : 1);
	double limit;

	if (ratio == 0)
		return 0;
	if (most < least)
		most = least;
	limit = most / expansion * (double)(length ? length : 1);
	if (limit < 1)
		return 1;
	return limit < (double)INT64_MAX ? (uint64_t)limit : INT64_MAX;
}
