/* months.c - the names of the months. */
#include "months.h"

#include <stdbool.h>
#include <string.h>

/* en fr de es it pt nl pl ru uk cs sv da no fi tr el; blanks between. */
/* clang-format off */
static const char *const months[12] = {
	"january jan janvier janv januar jänner enero ene gennaio gen janeiro "
	"januari stycznia styczeń sty января январь янв січня leden ledna "
	"tammikuuta tammikuu ocak ιανουαρίου ιανουάριος ιαν gener",
	"february feb février févr fév fevrier februar februari febrero "
	"febbraio fevereiro fev lutego luty lut февраля февраль фев лютого únor "
	"února helmikuuta helmikuu şubat φεβρουαρίου φεβρουάριος φεβ febr",
	"march mar mars märz maerz mär marzo março marco maart mrt marca marzec "
	"марта март мар березня březen března maaliskuuta maaliskuu mart "
	"μαρτίου μάρτιος μαρ marts",
	"april apr avril avr abril aprile kwietnia kwiecień kwi апреля апрель "
	"апр квітня duben dubna huhtikuuta huhtikuu nisan απριλίου απρίλιος απρ",
	"may mai mayo maggio mag maio mei maja maj мая май травня květen května "
	"toukokuuta toukokuu mayıs μαΐου μαίου μάιος μαι",
	"june jun juin juni junio giugno giu junho czerwca czerwiec cze июня "
	"июнь июн червня červen června kesäkuuta kesäkuu haziran ιουνίου "
	"ιούνιος ιουν",
	"july jul juillet juil juli julio luglio lug julho lipca lipiec lip "
	"июля июль июл липня červenec července heinäkuuta heinäkuu temmuz "
	"ιουλίου ιούλιος ιουλ",
	"august aug août aout agosto ago augustus sierpnia sierpień sie августа "
	"август авг серпня srpen srpna augusti elokuuta elokuu ağustos "
	"αυγούστου αύγουστος αυγ",
	"september sept sep septembre septiembre settembre set setembro "
	"września wrzesień wrz сентября сентябрь сен сент вересня září "
	"syyskuuta syyskuu eylül σεπτεμβρίου σεπτέμβριος σεπ setiembre",
	"october oct octobre oktober okt octubre ottobre ott outubro out "
	"października październik paź октября октябрь окт жовтня říjen října "
	"lokakuuta lokakuu ekim οκτωβρίου οκτώβριος οκτ",
	"november nov novembre noviembre novembro listopada listopad lis "
	"ноября ноябрь ноя нояб marraskuuta marraskuu kasım νοεμβρίου "
	"νοέμβριος νοε",
	"december dec décembre déc decembre dezember dez diciembre dic dicembre "
	"dezembro grudnia grudzień gru декабря декабрь дек грудня prosinec "
	"prosince joulukuuta joulukuu aralık δεκεμβρίου δεκέμβριος δεκ desember",
};
/* clang-format on */

static bool
listed(const char *list, const char *word, size_t len)
{
	for (;;) {
		size_t n = strcspn(list, " ");

		if (n == len && memcmp(list, word, len) == 0)
			return true;
		if (list[n] == '\0')
			return false;
		list += n + 1;
	}
}

int
month_of(const char *word, size_t len)
{
	for (int i = 0; i < 12; i++)
		if (listed(months[i], word, len))
			return i + 1;
	return 0;
}
