"""Where a birth makes a citizen, a national, or neither; folded spelling, English and Spanish."""

import re

STATES = (
    "alabama alaska arizona arkansas california colorado connecticut delaware florida hawaii|hawai idaho"
    " illinois indiana iowa kansas kentucky louisiana|luisiana maine maryland massachusetts michigan"
    " minnesota mississippi|misisipi missouri montana nebraska nevada new_hampshire new_jersey|nueva_jersey"
    " new_mexico|nuevo_mexico new_york|nueva_york north_carolina|carolina_del_norte"
    " north_dakota|dakota_del_norte ohio oklahoma oregon pennsylvania|pensilvania rhode_island"
    " south_carolina|carolina_del_sur south_dakota|dakota_del_sur tennessee texas|tejas|tx utah vermont"
    " virginia west_virginia washington wisconsin wyoming district_of_columbia|distrito_de_columbia"
)
CITIES = (
    "houston los_angeles chicago miami dallas san_antonio el_paso phoenix nyc brooklyn the_bronx|bronx|el_bronx"
    " queens manhattan san_diego san_francisco san_jose_california boston atlanta philadelphia|filadelfia"
    " seattle denver detroit las_vegas austin laredo mcallen brownsville tucson fresno sacramento oakland"
    " charlotte nashville memphis milwaukee minneapolis cleveland pittsburgh cincinnati st_louis"
    " new_orleans|nueva_orleans salt_lake_city portland orlando tampa honolulu anchorage san_juan"
    " washington_d\\.?c\\.?|d\\.c\\.|dc baltimore newark jersey_city long_island santa_ana anaheim albuquerque"
)
TERRITORIES = (
    "puerto_rico guam virgin_islands|islas_virgenes st\\.?_thomas|st\\.?_croix|st\\.?_john|santa_cruz_islas saipan northern_mariana"
    "|northern_marianas|marianas_del_norte|islas_marianas|cnmi"
)
COUNTRY = (
    r"(?:the )?(?:u\.?s\.?a?\.?|united states(?: of america)?|america|states|usa|los estados unidos"
    r"|estados unidos|ee\.? ?uu\.?|eeuu|e\.u\.|u\.s\. soil|american soil|us soil|suelo estadounidense)"
)
NATIONAL_PLACES = "american_samoa|samoa_americana|swains_island|pago_pago|tutuila"

_FOREIGN = (
    "mexico:mexican|mexicano el_salvador:salvadoran|salvadorean|salvadoreno guatemala:guatemalan|guatemalteco"
    " honduras:honduran|hondureno nicaragua:nicaraguan|nicaraguense costa_rica:costa_rican|costarricense"
    " panama:panamanian|panameno cuba:cuban|cubano haiti:haitian|haitiano"
    " dominican_republic|republica_dominicana|dominicana:dominican|dominicano venezuela:venezuelan|venezolano"
    " colombia:colombian|colombiano ecuador:ecuadorian|ecuatoriano peru:peruvian|peruano"
    " bolivia:bolivian|boliviano brazil|brasil:brazilian|brasileno chile:chilean|chileno"
    " argentina:argentine|argentinian|argentino canada:canadian|canadiense jamaica:jamaican|jamaicano"
    " china:chinese|chino india:indian|indio philippines|filipinas:filipino|filipina vietnam:vietnamese|vietnamita"
    " korea|south_korea|corea:korean|coreano japan|japon:japanese|japones russia|rusia:russian|ruso"
    " ukraine|ucrania:ukrainian|ucraniano germany|alemania:german|aleman france|francia:french|frances"
    " spain|espana:spanish|espanol italy|italia:italian|italiano portugal:portuguese|portugues"
    " england|united_kingdom|uk|britain|great_britain|reino_unido|inglaterra:british|english|britanico|ingles"
    " ireland|irlanda:irish|irlandes poland|polonia:polish|polaco israel:israeli iran:iranian|irani"
    " iraq|irak:iraqi|iraqui syria|siria:syrian|sirio afghanistan|afganistan:afghan|afgano"
    " pakistan:pakistani bangladesh:bangladeshi nigeria:nigerian|nigeriano ghana:ghanaian|ghanes"
    " kenya|kenia:kenyan|keniano somalia:somali ethiopia|etiopia:ethiopian|etiope sudan:sudanese|sudanes"
    " south_sudan|sudan_del_sur:south_sudanese rwanda|ruanda:rwandan|ruandes uganda:ugandan|ugandes"
    " eswatini|esuatini:swazi libya|libia:libyan|libio congo:congolese|congoleno cameroon|camerun:cameroonian|camerunes"
    " micronesia:micronesian|micronesio marshall_islands|islas_marshall:marshallese palau|palaos:palauan"
    " samoa|western_samoa|independent_samoa:samoan laos:laotian cambodia|camboya:cambodian|camboyano"
    " kosovo:kosovar equatorial_guinea|guinea_ecuatorial:equatoguinean burma|myanmar:burmese"
    " australia:australian new_zealand|nueva_zelanda:new_zealander egypt|egipto:egyptian|egipcio"
    " turkey|turquia:turkish|turco greece|grecia:greek|griego belize|belice:belizean|beliceno"
    " thailand|tailandia:thai switzerland|suiza:swiss sweden|suecia:swedish norway|noruega:norwegian denmark|dinamarca:danish"
    " finland|finlandia:finnish netherlands|holland|holanda|paises_bajos:dutch|holandes belgium|belgica:belgian|belga"
    " austria:austrian hungary|hungria:hungarian|hungaro romania|rumania:romanian|rumano serbia:serbian|serbio"
    " croatia|croacia:croatian bulgaria:bulgarian|bulgaro albania:albanian|albanes armenia:armenian|armenio"
    " saudi_arabia|arabia_saudita:saudi qatar:qatari dubai|emirates|emiratos:emirati kuwait:kuwaiti jordan|jordania:jordanian|jordano"
    " morocco|marruecos:moroccan|marroqui algeria|argelia:algerian|argelino tunisia|tunez:tunisian senegal:senegalese"
    " liberia:liberian sierra_leone:sierra_leonean togo:togolese zimbabwe:zimbabwean south_africa|sudafrica:south_african"
    " tanzania:tanzanian zambia:zambian angola:angolan|angolano mozambique:mozambican malaysia|malasia:malaysian"
    " singapore|singapur:singaporean indonesia:indonesian|indonesio taiwan:taiwanese hong_kong:hongkonger mongolia:mongolian"
    " kazakhstan|kazajistan:kazakh uzbekistan:uzbek sri_lanka:sri_lankan trinidad:trinidadian bahamas:bahamian barbados:barbadian"
    " guyana:guyanese suriname|surinam:surinamese paraguay:paraguayan|paraguayo uruguay:uruguayan|uruguayo tonga:tongan fiji:fijian"
    " belarus|bielorrusia:belarusian lithuania:lithuanian latvia:latvian estonia:estonian iceland:icelandic scotland:scottish"
    " gambia:gambian mali:malian africa:african europe|europa:european|europeo asia:asian tijuana juarez"
    " lebanon|libano:lebanese|libanes yemen:yemeni eritrea:eritrean|eritreo nepal:nepali|nepalese"
)


def _alternatives(words: str) -> str:
    names = [name.replace("_", " ") for group in words.split() for name in group.split("|")]
    return "|".join(sorted(names, key=len, reverse=True))


_PAIRS = [(*entry.split(":"), "")[:2] for entry in _FOREIGN.split()]
FOREIGN_COUNTRY = "(?:" + _alternatives(" ".join(pair[0] for pair in _PAIRS)) + ")"
"""Names of other countries."""
FOREIGN_ADJECTIVE = (
    "(?:"
    + "|".join(
        sorted(
            {
                re.sub("o$", "[oa]", name.replace("_", " ")) + "(?:e?s)?"
                for pair in _PAIRS
                for name in pair[1].split("|")
                if name
            },
            key=len,
            reverse=True,
        )
    )
    + ")"
)
"""Names of their people."""
US_PLACE = f"(?:{COUNTRY}|{_alternatives(STATES)}|{_alternatives(CITIES)}|{_alternatives(TERRITORIES)})"
"""Places where a birth makes a citizen; Georgia is left out, since it may be the country."""
NATIONAL_PLACE = "(?:" + _alternatives(NATIONAL_PLACES) + ")"
"""Places where a birth makes a national, 8 U.S.C. 1408."""
THIRD_COUNTRIES = (
    "(?:south sudan|sudan del sur|rwanda|ruanda|eswatini|esuatini|uganda|libya|libia|ghana|kosovo"
    "|equatorial guinea|guinea ecuatorial|palau)"
)
"""Countries that took people who are not theirs; few who are asked about come from there."""


def country_index(name: str) -> int:
    """Give the place in the list of the country, or of its people, that ``name`` names; else -1."""
    for index, (countries, people) in enumerate(_PAIRS):
        if name in countries.replace("_", " ").split("|"):
            return index
        if any(name.rstrip("s")[:-1] == one.replace("_", " ")[: len(name.rstrip("s")[:-1])] for one in people.split("|") if one and len(name) > 3):
            return index
    return -1
