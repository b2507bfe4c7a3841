/* rules.c - lines that are told by their shape. */
#include "rules.h"

#include <stdlib.h>
#include <string.h>

enum {
	DATE_WORDS_MAX = 10,
	BYLINE_WORDS_MAX = 6,
	CREDIT_WORDS_MAX = 40,
	BREADCRUMB_WORDS_MAX = 24
};

/* Months, their short forms, days of the week, and what stands between them and
 * the numbers: English, French, German, Spanish, Italian, Dutch, Portuguese,
 * Polish. */
static const char date_words[] =
    "january february march april may june july august september october "
    "november december jan feb mar apr jun jul aug sep sept oct nov dec monday "
    "tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat "
    "sun st nd rd th of at am pm gmt utc est edt cet cest "
    "janvier février mars avril mai juin juillet août septembre octobre "
    "novembre "
    "décembre janv févr avr juil déc lundi mardi mercredi jeudi vendredi "
    "samedi "
    "dimanche le à h 1er "
    "januar februar märz juni juli oktober dezember jänner montag dienstag "
    "mittwoch donnerstag freitag samstag sonnabend sonntag um uhr den "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre "
    "noviembre diciembre lunes martes miércoles jueves viernes sábado domingo "
    "de "
    "del a las "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre novembre "
    "dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica alle "
    "ore "
    "januari februari maart mei augustus maandag dinsdag woensdag donderdag "
    "vrijdag zaterdag zondag om uur "
    "janeiro fevereiro março maio junho julho setembro outubro novembro "
    "dezembro "
    "segunda terça quarta quinta sexta feira às "
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września "
    "października listopada grudnia poniedziałek wtorek środa czwartek piątek "
    "sobota niedziela r godz";

static const char agency_words[] =
    "afp reuters getty gettyimages nurphoto epa dpa ansa efe belga anp "
    "shutterstock istock istockphoto unsplash pexels pixabay alamy sipa "
    "sipausa "
    "abaca abacapress lusa pap apa keystone imago ddp maxppp lapresse "
    "europapress "
    "hanslucas picturealliance adobestock depositphotos flickr midjourney "
    "bloomberg zuma";

static const char by_words[] = "by par von por di da de door autor przez";

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The words of a text too long for a line, which has at most RULES_WORDS_MAX.
 */
static void
list_init(struct word_list *l, const char *text)
{
	l->n = 0;
	while (*text != '\0' && l->n < RULES_WORDS_MAX) {
		size_t len = strcspn(text, " ");
		struct words w;

		if (words_of((struct lavoir_str){ text, len }, &w) && w.n == 1)
			l->hash[l->n++] = w.hash[0];
		text += len;
		text += strspn(text, " ");
	}
	qsort(l->hash, l->n, sizeof(l->hash[0]), compare);
}

static bool
in_list(const struct word_list *l, uint32_t hash)
{
	return bsearch(&hash, l->hash, l->n, sizeof(hash), compare) != NULL;
}

void
rules_init(struct rules *r)
{
	list_init(&r->dates, date_words);
	list_init(&r->agencies, agency_words);
	list_init(&r->by, by_words);
}

/* "04 September 2023", "le 3 mai 2024 à 10:30", "2024-05-03": nothing but a
 * date. */
static bool
is_date(const struct rules *r, const struct words *w)
{
	size_t known = 0;

	for (size_t i = 0; i < w->n; i++)
		known += in_list(&r->dates, w->hash[i]);
	return w->n <= DATE_WORDS_MAX && w->years == 1 && w->digits >= 2 &&
	    w->digits + w->colons + known >= w->n &&
	    (known > 0 || w->digits == 3);
}

/* "By Jane Doe". */
static bool
is_byline(const struct rules *r, const struct words *w)
{
	return w->n >= 3 && w->n <= BYLINE_WORDS_MAX &&
	    w->capitals >= w->n - 1 && w->capitals >= 2 && w->digits == 0 &&
	    !w->sentence && w->colons == 0 && in_list(&r->by, w->hash[0]);
}

/* "Midjourney / NurPhoto / AFP – University": names with an agency among them.
 */
static bool
is_credit(const struct rules *r, const struct words *w)
{
	if (w->bars == 0 || w->sentence || w->n > CREDIT_WORDS_MAX ||
	    2 * w->capitals < w->n)
		return false;
	for (size_t i = 0; i < w->n; i++)
		if (in_list(&r->agencies, w->hash[i]))
			return true;
	return false;
}

/* "Home > News > Local". */
static bool
is_breadcrumb(struct lavoir_str text, const struct words *w)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	size_t n = 0;

	if (w->n > BREADCRUMB_WORDS_MAX || w->sentence)
		return false;
	while ((p = memchr(p, '>', (size_t)(end - p))) != NULL) {
		if (p == text.ptr || p[-1] != ' ')
			return false; /* a quotation, or code */
		n++;
		p++;
	}
	return n >= 2;
}

enum kind
rules_find(const struct rules *r, struct lavoir_str text, const struct words *w,
    enum place place)
{
	if (w->n == 0)
		return KIND_NONE;
	if (w->hashtags >= 2 && 4 * w->hashtags >= 3 * w->n)
		return KIND_HASHTAGS;
	if (place == PLACE_HEAD && is_date(r, w))
		return KIND_DATES;
	if (place != PLACE_MIDDLE && is_byline(r, w))
		return KIND_BYLINES;
	if (is_credit(r, w))
		return KIND_CREDITS;
	return place == PLACE_HEAD && is_breadcrumb(text, w) ? KIND_NAVIGATION
							     : KIND_NONE;
}
