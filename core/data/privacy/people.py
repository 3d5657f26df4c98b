"""Common first and family names, gathered by us, by which a column of names is recognised."""

from __future__ import annotations

import unicodedata

# given names that are frequent in many countries' registers; few of them are words for things
GIVEN = """
aaron abdul abdullah abigail adam adrian adriana agnes agnieszka ahmad ahmed aiden aisha alan
albert alberto alejandra alejandro aleksandr alessandro alessia alex alexander alexandra alexandre
alexis alfonso ali alice alicia alina allison alvaro amanda amelia amelie amina amir amit amy ana
anastasia anders andrea andreas andrei andres andrew andrzej angela angelina anil anita anja ann
anna annabel anne annette annika anthony anton antoine antonia antonio anya arjun arthur arturo
asha ashley astrid audrey axel ayse barbara bartosz beatrice beatriz ben benedikt benjamin bernard
bernd bernhard bettina birgit bianca bjorn bogdan boris brandon brenda brian brigitte bruno camila
camille carina carl carla carlo carlos carmen carol carolina caroline carolyn carsten catherine
cecilia celine chantal charles charlotte cheryl chiara chloe chris christa christian christiane
christina christine christoph christophe christopher claire clara claudia claudio clemens cristina
cynthia dagmar damian daniel daniela danielle dario david deborah deepak denise dennis diana diego
dieter dimitri dirk dmitri dolores dominic dominik donald donna dorothy douglas eduardo edward
elena eleni eleonora elias elif elisa elisabeth elise elizabeth elke ella ellen elsa emil emilia
emilie emily emma enrico enrique eric erik erika ernesto esra esteban esther ethan eugenia eva
evelyn fabian fabio fatima fatma federica federico felipe felix fernanda fernando filip finn
florian francesca francesco francisco franck frank franz frederic frederik friedrich gabriel
gabriela gary genevieve georg george gerald gerhard german giorgio giovanni giulia giuseppe gloria
gonzalo greta gregory grzegorz guido guillaume guillermo gunther gustavo hanna hannah hans harald
harold hasan heather hector heidi heike heinrich heinz helen helena helene helga helmut henri
henrik henry hiroshi holger horst hugo ian ibrahim igor ignacio ilona ilse imran ines ingrid irene
irina isabel isabella isabelle ivan jack jacob jacqueline jacques jakob jakub james jamie jan jana
jane janet janina jason javier jean jeanne jeffrey jennifer jens jeremy jessica jesus joan joanna
joao joel johan johann johanna johannes john jonas jonathan jordan jorge jose josef joseph joshua
joyce juan juana judith julia julian juliana julie julien juliette julio jurgen justin kaito karen
karin karl karolina katarina katarzyna kate katharina katherine kathleen kathrin katja keiko keith
kelly kenji kenneth kerstin kevin khadija kimberly klaus konrad konstantin krzysztof kumar kyle
lars larry laura lauren laurent lea leah leila lena leo leon leonardo leonie lewis liam lilian
liliana lina linda lisa logan lorena lorenzo louis louise luca lucas lucia luciana lucie lucy luis
luisa luise lukas lukasz luke lydia madison magda magdalena maja malgorzata malik manfred manuel
manuela marc marcel marcello marcin marco marcos marcus margaret margarita margit marguerite maria
mariam mariana marianne marie marina mario marion marius mark markus marlene marta martha martin
martina mary mason massimo mateo mateusz mathias mathieu mathilde matteo matthew matthias maurice
maurizio max maxim maximilian mehmet melanie melissa mia michael michaela michal michel michele
michelle miguel mika mikhail mila mireille mohamed mohammad mohammed monica monika monique murat
mustafa nadia nadine nancy naomi natalia natalie natasha nathan nelson nicholas nicola nicolas
nicole nikita niklas nikolai nils nina noah noemi nora norbert oleg olga oliver olivia olivier
omar oscar osman otto pablo pamela paola paolo pascal patricia patrick patrizia paul paula pauline
pavel pawel pedro peter petra philip philipp philippe pierre piotr priya rachel rafael rahul
rainer raj rajesh ralf ramon raphael raquel ravi raymond rebecca regina renate renee ricardo
richard rita robert roberta roberto robin rodrigo roger roland rolf roman romain ronald rosa
rosemary roxana ruben rudolf ruth ryan sabine sabrina sakura salvatore samantha samir samuel
sandra sandro sanjay santiago sara sarah sascha satoshi scott sean sebastian sergei sergey sergio
sharon shirley silke silvia simon simona simone sofia sofie sonia sonja sophia sophie stefan
stefanie stefano steffen stella stephan stephanie stephen steve steven sunil susan susana susanne
suzanne sven svetlana sylvia sylvie takashi tamara tanja tatiana teresa terry theodor theresa
thomas thorsten tiago tim timothy tina tobias todd tomas tomasz tommaso toni tony torsten tristan
tyler udo ulrich ulrike ursula ute uwe valentin valentina valeria valerie vanessa vera veronica
veronika veronique victor victoria viktor viktoria vincent vincenzo viola virginia vladimir volker
walter wanda wei werner wilhelm william wolfgang xavier yan yannick yasmin yolanda youssef yuki
yusuf yves yvonne zachary zoe александр алексей анастасия андрей анна антон артем валентина виктор
владимир галина дарья дмитрий евгений екатерина елена иван игорь ирина константин ксения людмила
максим мария михаил наталья николай олег ольга павел петр роман светлана сергей софия татьяна юлия
юрий
"""
FIRST = frozenset(GIVEN.split())
CHINESE = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭許傅呂蘇盧蔣賈葉閻鍾譚鄒陸龍萬錢湯賀賴龔"
)
KOREAN = frozenset(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용예봉경사부가복태목형피두감"
)
JAPANESE = (
    "佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "渡邊", "山本", "中村", "小林", "加藤",
    "吉田", "山田", "佐々木",
    "山口", "松本", "井上", "木村", "林", "斎藤", "斉藤", "清水", "山崎", "森", "池田", "橋本",
    "阿部", "石川",
    "山下", "中島", "石井", "小川", "前田", "岡田", "長谷川", "藤田", "後藤", "近藤", "村上",
    "遠藤", "青木", "坂本",
    "福田", "太田", "西村", "藤井", "岡本", "金子", "藤原", "三浦", "中野", "原田", "松田",
    "竹内", "小野", "田村",
    "中山", "和田", "石田", "森田", "上田", "原", "内田", "柴田", "酒井", "宮崎", "横山", "高木",
    "安藤", "宮本", "大野",
    "小島", "谷口", "今井", "工藤", "高田", "増田", "丸山", "杉山", "村田", "大塚", "新井",
    "小山", "平野", "藤本",
)  # fmt: skip
TITLES = frozenset(("mr", "mrs", "ms", "dr", "miss", "herr", "frau", "mme", "m", "sr", "sra"))
WORDS_AT_MOST = 5


def is_person(text: str) -> bool:
    """Whether the text reads as the name of a person: a known given or family name and no more.

    Western names need a given name that is in FIRST; Chinese, Korean and Japanese ones a family
    name before one to three characters.
    """
    plain = text.strip()
    if not plain or any(letter.isdigit() for letter in plain):
        return False
    if _is_eastern(plain.replace(" ", "").replace("\u3000", "")):
        return True
    words = [word.strip(".,'’").lower() for word in plain.replace(",", " ").split()]
    words = [word for word in words if word and word not in TITLES]
    parts = [part for word in words for part in word.split("-")]
    return 0 < len(words) <= WORDS_AT_MOST and any(_folded(part) in FIRST for part in parts)


def _folded(word: str) -> str:
    """Without accents: José is jose, Jürgen is jurgen. Cyrillic letters stay whole."""
    if any("\u0400" <= letter <= "\u04ff" for letter in word):
        return word.replace("ё", "е")
    parted = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def _is_eastern(text: str) -> bool:
    if all("\uac00" <= letter <= "\ud7a3" for letter in text):
        return len(text) in (2, 3, 4) and text[0] in KOREAN
    if not all("\u4e00" <= letter <= "\u9fff" or letter == "々" for letter in text):
        return False
    chinese = len(text) in (2, 3) and text[0] in CHINESE
    return chinese or (len(text) <= 6 and text.startswith(JAPANESE) and len(text) > 2)
