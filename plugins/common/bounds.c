/* bounds.c - how much may come out of a packed file. */
#include "common/bounds.h"

#include <stdio.h>

#include "lavoir/plugin_util.h"

void
bounds_begin(struct bounds *b, const struct lavoir_host *host,
    const struct lavoir_doc *doc, uint64_t output_max, uint64_t ratio_max)
{
	double level = lavoir_get_real(host, doc, BOUNDS_ATTRIBUTE, 0);

	*b = (struct bounds){ .output_max = output_max,
		.ratio_max = ratio_max,
		.level = 1,
		.free = BOUNDS_FREE };
	if (level >= 1) {
		b->level = level;
		b->free = (uint64_t)(BOUNDS_FREE_NESTED / level);
	}
}

static double
ratio(uint64_t out, uint64_t in)
{
	return (double)out / (double)(in > 0 ? in : 1);
}

bool
bounds_add(struct bounds *b, uint64_t n, uint64_t in, char *why, size_t size)
{
	double times;

	b->out = n > UINT64_MAX - b->out ? UINT64_MAX : b->out + n;
	times = ratio(b->out, in) * b->level;
	if (b->output_max > 0 && b->out > b->output_max)
		(void)snprintf(why, size,
		    "more than %llu bytes unpacked (output_max)",
		    (unsigned long long)b->output_max);
	else if (b->ratio_max > 0 && b->out > b->free &&
	    times > (double)b->ratio_max)
		(void)snprintf(why, size,
		    "%.0f times as much unpacked as read%s (ratio_max)", times,
		    b->level > 1 ? ", with what is around it" : "");
	else
		return true;
	return false;
}

double
bounds_level(const struct bounds *b, uint64_t n, uint64_t in)
{
	double times = ratio(b->out + n, in);

	return times > 1 ? times * b->level : b->level;
}
