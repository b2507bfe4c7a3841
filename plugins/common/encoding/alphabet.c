/* alphabet.c - which characters above ASCII a language writes. */
#include "alphabet.h"

/* clang-format off */
static const struct alphabet alphabets[] = {
	{ SCRIPT_LATIN, "éèàêçùâîôûëïœüæÿ" },	/* French */
	{ SCRIPT_LATIN, "óíáéñú¿¡üªº" },	/* Spanish, Galician */
	{ SCRIPT_LATIN, "ãçéáíóêõâúàôüºª" },	/* Portuguese */
	{ SCRIPT_LATIN, "àèìòùéì" },		/* Italian, Gaelic of Scotland */
	{ SCRIPT_LATIN, "éàèòóíç·úïü" },	/* Catalan */
	{ SCRIPT_LATIN, "üäöß" },		/* German */
	{ SCRIPT_LATIN, "ëéïèöüóê" },		/* Dutch, Afrikaans */
	{ SCRIPT_LATIN, "øåæé" },		/* Danish, Norwegian */
	{ SCRIPT_LATIN, "äåöé" },		/* Swedish, Finnish */
	{ SCRIPT_LATIN, "ðáíöéþóúæý" },		/* Icelandic */
	{ SCRIPT_LATIN, "ðíáøóúæý" },		/* Faroese */
	{ SCRIPT_LATIN, "äõüöšž" },		/* Estonian */
	{ SCRIPT_LATIN, "āīšēņūļķģčžĢĶŗ" },	/* Latvian */
	{ SCRIPT_LATIN, "ėįšųūąčžę" },		/* Lithuanian */
	{ SCRIPT_LATIN, "łąęóżśćńź" },		/* Polish */
	{ SCRIPT_LATIN, "íáěéýřžščůúňťóď" },	/* Czech */
	{ SCRIPT_LATIN, "áíéžýčšúľťôňäóďŕĺ" },	/* Slovak */
	{ SCRIPT_LATIN, "áéőöíüóúű" },		/* Hungarian */
	{ SCRIPT_LATIN, "ăîţşâ" },		/* Romanian */
	{ SCRIPT_LATIN, "ăîțșâ" },		/* Romanian, with commas */
	{ SCRIPT_LATIN, "čšžćđ" },		/* Croatian, Slovene */
	{ SCRIPT_LATIN, "ëç" },			/* Albanian */
	{ SCRIPT_LATIN, "ıüşğçöâîû" },		/* Turkish */
	{ SCRIPT_LATIN, "ħżġċàùè" },		/* Maltese */
	{ SCRIPT_LATIN, "ĉŭĝĵŝĥ" },		/* Esperanto */
	{ SCRIPT_LATIN, "âêŵôîŷûïá" },		/* Welsh */
	{ SCRIPT_LATIN, "áéíóú" },		/* Irish */
	{ SCRIPT_LATIN, "áäčđŋšŧž" },		/* Northern Sami */
	{ SCRIPT_LATIN, "áíãéóúâêñǫạ" },	/* languages of the Americas */
	{ SCRIPT_CYRILLIC, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё№" }, /* Russian */
	{ SCRIPT_CYRILLIC, "оанивтерсклпдмяузіьбгчйїхжюєцшщфґ№" }, /* Ukrainian */
	{ SCRIPT_CYRILLIC, "анеіорстыяулкўмдпзьвбгчхцйжюэшфё" }, /* Belarusian */
	{ SCRIPT_CYRILLIC, "аиоентрвслкдпмзъгбчуяцщжхшюйфь" }, /* Bulgarian */
	{ SCRIPT_CYRILLIC, "аоиеунсрјткдвмплзбгчшцжћхђњљфџ" }, /* Serbian */
	{ SCRIPT_CYRILLIC, "аоиетнрсвкдлпумзјгчбцшќжљњфхѓџѕ" }, /* Macedonian */
	{ SCRIPT_GREEK, "αοιτενσρηπκμλυςίάόέήδγύώχθφβξζψϊϋΐ" },
	{ SCRIPT_HEBREW, "יולהאמרתבשנםחדקעגטכפסזצןךץףּ" "ְִַָֹֻּ" },
	{ SCRIPT_ARABIC, "اليمنرتوبةكهدعفسقحأجشصضطىخذء،إغئزثظؤآًّ" },
	{ SCRIPT_ARABIC, "ايرندمهتوسبلکشزفگخقعجپحآطچصغضذثئظژ،" }, /* Persian */
	{ SCRIPT_THAI, "านรอกเงมยลวดทสตะปบคหแ่ีั้ิ์ไพชขใจโผถ็ูึำซุืธณศฐฟภษญฉฝฤฎฏฆๆฯฮฬ" },
};
/* clang-format on */

const struct alphabet *
alphabet_at(size_t i)
{
	return i < sizeof(alphabets) / sizeof(*alphabets) ? &alphabets[i]
							  : NULL;
}
