"""Alphabets, marks, and bytes that are no letters."""

from __future__ import annotations

import codecs

from core.errors import FileEmpty, NotATable
from tests.corpus.case import Case, Row, refuses, text

CHINESE: list[Row] = [
    ("C001", "王伟", "北京", "对上次购买的商品非常满意，希望尽快发货"),
    ("C002", "李娜", "上海", "因为价格太高，已经取消了订阅"),
    ("C003", "张敏", "广州", "经常通过手机下单，喜欢优惠活动"),
]
TAIWANESE: list[Row] = [
    ("C001", "陳志明", "台北市", "對上次購買的商品非常滿意"),
    ("C002", "林淑芬", "高雄市", "因為價格太高，已經取消訂閱"),
    ("C003", "黃美玲", "台中市", "經常透過手機下單，喜歡優惠活動"),
]
JAPANESE: list[Row] = [
    ("C001", "佐藤健", "東京都", "前回の購入にとても満足しています"),
    ("C002", "鈴木花子", "大阪府", "価格が高いため解約しました"),
    ("C003", "高橋一郎", "北海道", "スマートフォンからよく注文する"),
]
KOREAN: list[Row] = [
    ("C001", "김민수", "서울", "지난번 구매한 상품에 매우 만족합니다"),
    ("C002", "이영희", "부산", "가격이 너무 비싸서 구독을 해지했어요"),
]
GERMAN: list[Row] = [("Straße 5", "groß", "für 20 €"), ("Mühlweg", "klein", "später – nie")]
POLISH: list[Row] = [("Łukasz", "Wiśniewski", "Łódź"), ("Małgorzata", "Wójcik", "Kraków")]
RUSSIAN: list[Row] = [("Иван Петров", "Москва", "нет"), ("Анна Смирнова", "Казань", "да")]
SIGNS: list[Row] = [
    ("👩‍👩‍👧 family", "שלום", "a\u200bb"),
    ("🇰🇷", "مرحبا بالعالم", "\u202eevil\u202c"),
    ("e\u0301", "中文，한국어、日本語", "\u00a0x\u3000"),
]


def table(rows: list[Row], header: str, separator: str = ",") -> str:
    lines = [separator.join(header.split("|")), *(separator.join(map(str, row)) for row in rows)]
    return "\n".join(lines) + "\n"


def encoded(about: str, rows: list[Row], header: str, encoding: str, mark: bytes = b"") -> Case:
    content = mark + table(rows, header, ";").encode(encoding)
    return text(f"{about} in {encoding}", content, header, rows)


ZH, TW, JA, KO = (
    "客户编号|姓名|城市|备注",
    "客戶編號|姓名|縣市|備註",
    "顧客番号|氏名|都道府県|備考",
    "고객번호|이름|지역|비고",
)
DE, PL, RU = "straße|größe|übergang", "imię|nazwisko|miasto", "клиент|город|отток"

CASES: tuple[Case, ...] = (
    encoded("Chinese", CHINESE, ZH, "utf-8"),
    encoded("Chinese with a mark", CHINESE, ZH, "utf-8-sig"),
    encoded("Chinese", CHINESE, ZH, "gbk"),
    encoded("Chinese", CHINESE, ZH, "gb18030"),
    encoded("Chinese with a mark", CHINESE, ZH, "utf-16"),
    encoded("Chinese without a mark", CHINESE, ZH, "utf-16-le"),
    encoded("Chinese, big end first", CHINESE, ZH, "utf-16-be", codecs.BOM_UTF16_BE),
    encoded("Taiwanese", TAIWANESE, TW, "big5"),
    encoded("Japanese", JAPANESE, JA, "shift-jis"),
    encoded("Japanese", JAPANESE, JA, "euc_jp"),
    encoded("Korean", KOREAN, KO, "cp949"),
    encoded("German", GERMAN, DE, "cp1252"),
    encoded("Polish", POLISH, PL, "cp1250"),
    encoded("Russian", RUSSIAN, RU, "cp1251"),
    encoded("signs of many kinds", SIGNS, "emoji|rtl|width", "utf-8"),
    encoded("signs of many kinds", SIGNS, "emoji|rtl|width", "utf-16"),
    encoded("a single umlaut", [("1", "Müller"), ("2", "Berg")], "id|name", "cp1252"),
    text("a mark and a quoted header", '\ufeff"ä",b\nö,2\n', "ä|b", [("ö", "2")]),
    text(
        "files of two encodings put together",
        "größe,name\n1,Jörg\n2,Zoë\n3,Müller\n".encode() + "4,Köhler\n".encode("cp1252"),
        "größe|name",
        [("1", "Jörg"), ("2", "Zoë"), ("3", "Müller"), ("4", "K\ufffdhler")],
        placeholders=1,
    ),
    text(
        "a letter cut in two",
        "name,n\nJörg,1\nZoë,2\nAnaïs,3\n".encode() + b"J\xc3,4\n",
        "name|n",
        [("Jörg", "1"), ("Zoë", "2"), ("Anaïs", "3"), ("J\ufffd", "4")],
        placeholders=1,
    ),
    refuses("NUL in a cell", b"a,b\n1,x\x00y\n2,z\n", NotATable),
    refuses("NULs after the table", b"a,b\n1,2\n3,4\n" + bytes(4096), NotATable),
    refuses("a mark only", codecs.BOM_UTF8, FileEmpty),
    refuses("no byte", b"", FileEmpty),
    refuses("blank lines only", b" \n\n \r\n\t\n", FileEmpty),
    refuses("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, NotATable),
    refuses("noise", bytes((i * 7919) % 251 for i in range(5000)), NotATable),
)
