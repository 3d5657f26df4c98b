"""Words that have an order: months, weekdays, periods, sizes and answers, in many languages."""

from __future__ import annotations


def _places(*steps: str) -> dict[str, int]:
    """Each word to its step; words of one step are parted by "|"."""
    return {word: place for place, step in enumerate(steps) for word in step.split("|")}


MONTHS = _places(
    "jan|january|januar|janvier|janv|enero|ene|janeiro|1月|一月|1월|jän|jänner",
    "feb|february|februar|février|fevrier|févr|fev|febrero|fevereiro|2月|二月|2월",
    "mar|march|märz|maerz|mär|mrz|mars|marzo|março|marco|3月|三月|3월",
    "apr|april|avril|avr|abril|abr|4月|四月|4월",
    "may|mai|mayo|maio|5月|五月|5월",
    "jun|june|juni|juin|junio|junho|6月|六月|6월",
    "jul|july|juli|juillet|juil|julio|julho|7月|七月|7월",
    "aug|august|août|aout|agosto|ago|8月|八月|8월",
    "sep|sept|september|septembre|septiembre|setembro|set|9月|九月|9월",
    "oct|october|oktober|okt|octobre|octubre|outubro|out|10月|十月|10월",
    "nov|november|novembre|noviembre|novembro|11月|十一月|11월",
    "dec|december|dezember|dez|décembre|decembre|déc|diciembre|dic|dezembro|12月|十二月|12월",
)
WEEKDAYS = _places(
    "mon|monday|mo|montag|lundi|lun|lunes|segunda|segunda-feira|seg|星期一|周一|月曜日|月曜|월요일|월",
    "tue|tues|tuesday|tu|di|dienstag|mardi|martes|terça|terça-feira|ter|星期二|周二|火曜日|火曜"
    "|화요일|화",
    "wed|wednesday|we|mi|mittwoch|mercredi|mer|miércoles|miercoles|mié|quarta|quarta-feira|qua"
    "|星期三|周三|水曜日|水曜|수요일|수",
    "thu|thur|thurs|thursday|th|do|donnerstag|jeudi|jeu|jueves|jue|quinta|quinta-feira|qui"
    "|星期四|周四|木曜日|木曜|목요일|목",
    "fri|friday|fr|freitag|vendredi|ven|viernes|vie|sexta|sexta-feira|sex|星期五|周五|金曜日|金曜"
    "|금요일|금",
    "sat|saturday|sa|samstag|sonnabend|samedi|sam|sábado|sabado|sáb|sab|星期六|周六|土曜日|土曜"
    "|토요일|토",
    "sun|sunday|su|so|sonntag|dimanche|dim|domingo|dom|星期日|星期天|周日|日曜日|日曜|일요일|일",
)
# days
PERIODS = {
    "day": 1.0, "daily": 1.0, "tag": 1.0, "täglich": 1.0, "jour": 1.0, "día": 1.0, "dia": 1.0,
    "week": 7.0, "weekly": 7.0, "week-to-week": 7.0, "fortnightly": 14.0, "biweekly": 14.0,
    "woche": 7.0, "wochen": 7.0, "wöchentlich": 7.0, "semaine": 7.0, "semana": 7.0,
    "month": 30.0, "monthly": 30.0, "month-to-month": 30.0, "mo": 30.0, "monat": 30.0,
    "monate": 30.0, "monatlich": 30.0, "mois": 30.0, "mensuel": 30.0, "mes": 30.0, "mensual": 30.0,
    "meses": 30.0, "mensal": 30.0, "mês": 30.0, "个月": 30.0, "か月": 30.0, "ヶ月": 30.0,
    "개월": 30.0,
    "quarterly": 91.0, "vierteljährlich": 91.0, "trimestral": 91.0,
    "half-yearly": 182.0, "semiannual": 182.0, "semester": 182.0,
    "year": 365.0, "yr": 365.0, "yearly": 365.0, "annual": 365.0, "annually": 365.0,
    "jahr": 365.0, "jahre": 365.0, "jährlich": 365.0, "an": 365.0, "ans": 365.0, "annuel": 365.0,
    "año": 365.0, "años": 365.0, "ano": 365.0, "anual": 365.0, "年": 365.0, "년": 365.0,
}  # fmt: skip
NUMBER_WORDS = {
    word: float(number)
    for number, words in enumerate(
        (
            "half", "one|a|an|single|ein|eine|un|une|una|uno|um|uma", "two|zwei|deux|dos|dois|duas",
            "three|drei|trois|tres|três", "four|vier|quatre|cuatro|quatro",
            "five|fünf|cinq|cinco", "six|sechs|seis",
        )
    )
    for word in words.split("|")
} | {"half": 0.5}  # fmt: skip
NOTHING = frozenset((
    "none", "no", "nothing", "zero", "never", "kein", "keine", "keiner", "aucun", "aucune",
    "ninguno", "ninguna", "nenhum", "nenhuma", "sin", "sem", "sans", "無", "无", "没有", "なし",
    "없음",
))  # fmt: skip
BELOW = frozenset((
    "below", "under", "less", "fewer", "up", "upto", "younger", "lower", "within", "unter", "bis",
    "weniger", "moins", "menos", "hasta", "até", "ate", "jusqu", "max", "maximum", "以下", "未满",
    "未満", "以内", "이하", "미만",
))  # fmt: skip
ABOVE = frozenset((
    "above", "over", "more", "greater", "older", "plus", "upwards", "beyond", "least", "min", "up",
    "minimum", "über", "ab", "mehr", "älter", "plusde", "más", "mas", "mais", "desde", "以上",
    "超过", "超", "이상", "초과",
)) - {"up"}  # fmt: skip
SCALES = (
    _places(
        "very very low|extremely low|lowest", "very low|verylow", "low|lo|niedrig|gering|faible|bas"
        "|bajo|baja|baixo|baixa|低|낮음|하", "low-medium|medium-low|rather low",
        "medium|med|mid|moderate|middle|mittel|moyen|moyenne|medio|media|médio|média|normal|average"
        "|中|중|중간|보통", "medium-high|rather high",
        "high|hi|hoch|élevé|elevé|haut|alto|alta|高|높음|상", "very high|veryhigh|sehr hoch",
        "extremely high|highest|critical",
    ),
    _places(
        "xxxs|3xs", "xxs|2xs", "xs|extra small|x-small", "s|small|sm|klein|petit|pequeño|pequeno"
        "|小|소", "m|medium|med|mittel|moyen|mediano|médio|中|중", "l|large|lg|groß|gross|grand"
        "|grande|big|大|대", "xl|extra large|x-large", "xxl|2xl|xx-large", "xxxl|3xl", "4xl|xxxxl",
        "5xl", "6xl",
    ),
    _places(
        "never|nie|jamais|nunca|从不|전혀", "almost never|hardly ever|very rarely",
        "rarely|seldom|selten|rarement|raramente|raras veces|很少|드물게",
        "occasionally|gelegentlich|de vez en cuando",
        "sometimes|manchmal|parfois|a veces|às vezes|有时|가끔",
        "often|frequently|oft|häufig|souvent|a menudo|frequentemente|经常|자주",
        "very often|usually|meistens|generally", "almost always", "always|immer|toujours|siempre"
        "|sempre|总是|항상",
    ),
    _places(
        "terrible|awful|very bad|very poor|sehr schlecht", "bad|poor|schlecht|mauvais|malo|ruim|差"
        "|나쁨", "below average", "fair|average|ok|okay|neutral|so-so|regular|mittel|moyen|中|보통",
        "above average", "good|gut|bon|bueno|bom|良|좋음", "very good|sehr gut|très bien|muy bueno"
        "|great", "excellent|outstanding|perfect|ausgezeichnet|excelente|优",
    ),
    _places(
        "strongly disagree|completely disagree", "disagree", "somewhat disagree|slightly disagree",
        "neutral|neither|neither agree nor disagree|undecided", "somewhat agree|slightly agree",
        "agree", "strongly agree|completely agree",
    ),
    _places(
        "very dissatisfied|very unsatisfied|sehr unzufrieden", "dissatisfied|unsatisfied|unhappy"
        "|unzufrieden|insatisfait|insatisfecho|insatisfeito", "neutral|neither", "satisfied|happy"
        "|zufrieden|satisfait|satisfecho|satisfeito", "very satisfied|very happy|sehr zufrieden",
    ),
    _places(
        "very unlikely", "unlikely", "neutral|possible|maybe|unsure", "likely", "very likely",
    ),
    _places(
        "free|trial|none|starter", "basic|lite|economy|budget|basis", "bronze", "standard|silver"
        "|regular|silber|argent|plata|prata", "gold|plus|premium|pro|professional|oro|or|ouro",
        "platinum|platin|business|enterprise|vip", "diamond|diamant|black|elite",
    ),
    _places(
        "no education|illiterate|uneducated", "preschool|kindergarten|school",
        "primary|elementary|primaria|primária|primaire", "lower secondary|middle school",
        "secondary|high school|highschool|hs|secundaria|secundária|secondaire|高中",
        "vocational|some college|associate|associates|college",
        "tertiary|bachelor|bachelors|bachelor's|undergraduate|graduation|graduate|university|本科",
        "post graduate|postgraduate|post-graduate|master|masters|master's|硕士",
        "phd|ph.d|ph.d.|doctorate|博士",
    ),
    _places(
        "preschool", "1st-4th", "5th-6th", "7th-8th", "9th", "10th", "11th", "12th", "hs-grad",
        "some-college", "assoc-voc", "assoc-acdm", "bachelors", "masters", "prof-school",
        "doctorate",
    ),
    _places(
        "illiterate", "basic.4y", "basic.6y", "basic.9y", "high.school", "professional.course",
        "university.degree",
    ),
    _places(
        "first|1st|erste|premier|primero|primeiro|第一", "second|2nd|zweite|deuxième|segundo|第二",
        "third|3rd|dritte|troisième|tercero|terceiro|第三", "fourth|4th", "fifth|5th", "sixth|6th",
    ),
    _places(
        "intern|trainee|apprentice", "junior|jr|entry|entry level|beginner|novice",
        "mid|intermediate|mid-level|advanced beginner", "senior|sr|advanced|experienced",
        "lead|principal|expert", "manager", "director", "executive|vp|c-level",
    ),
    _places("child|kid|baby|infant", "teen|teenager|youth|adolescent", "young|young adult",
            "adult|middle-aged", "senior|elderly|old"),
    _places(
        "night|early morning", "morning|morgen|matin|mañana|manhã|早上|아침", "noon|midday",
        "afternoon|nachmittag|après-midi|tarde|下午|오후", "evening|abend|soir|noite|晚上|저녁",
    ),
    _places(
        "spring|frühling|printemps|primavera|春|봄|春季",
        "summer|sommer|été|verano|verão|夏|여름|夏季",
        "autumn|fall|herbst|automne|otoño|outono|秋|가을|秋季",
        "winter|hiver|invierno|inverno|冬|겨울|冬季",
    ),
    _places("cold", "cool|lukewarm", "warm", "hot"),
)  # fmt: skip
