from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.encoding import ENCODINGS, encoding_of, known_encoding, transcode
from core.errors import BadSetting, NotATable

CHINESE = (
    "客户编号,姓名,性别,城市,备注\n"
    "C001,王伟,男,北京,对上次购买的商品非常满意，希望尽快发货\n"
    "C002,李娜,女,上海,因为价格太高，已经取消了订阅\n"
    "C003,张敏,女,广州,经常通过手机下单，喜欢优惠活动\n"
)
TAIWANESE = (
    "客戶編號,姓名,性別,縣市,備註\n"
    "C001,陳志明,男,台北市,對上次購買的商品非常滿意，希望盡快出貨\n"
    "C002,林淑芬,女,高雄市,因為價格太高，已經取消訂閱\n"
    "C003,黃美玲,女,台中市,經常透過手機下單，喜歡優惠活動\n"
)
JAPANESE = (
    "顧客番号,氏名,性別,都道府県,備考\n"
    "C001,佐藤健,男,東京都,前回の購入にとても満足しています\n"
    "C002,鈴木花子,女,大阪府,価格が高いため解約しました\n"
    "C003,高橋一郎,男,北海道,スマートフォンからよく注文する\n"
)
KOREAN = (
    "고객번호,이름,성별,지역,비고\n"
    "C001,김민수,남,서울,지난번 구매한 상품에 매우 만족합니다\n"
    "C002,이영희,여,부산,가격이 너무 비싸서 구독을 해지했어요\n"
    "C003,박지훈,남,대구,휴대폰으로 자주 주문하고 할인 행사를 좋아함\n"
)
GERMAN = (
    "Kundennummer;Straße;Größe;Übergang\n1;Königsallee 5;groß;früher\n"
    "2;Mühlweg 12;klein;später – für 20 €\n3;Schloßstraße;mittel;heute\n"
)
FRENCH = "numéro;prénom;préféré\n1;Hélène;été\n2;François;Noël\n3;Zoé;garçon à l’œil\n"
SPANISH = "número;año;teléfono\n1;niño;¿cuántos?\n2;señora;dirección\n3;Núñez;mañana\n"
POLISH = (
    "imię;nazwisko;miasto;płeć\nŁukasz;Wiśniewski;Łódź;mężczyzna\n"
    "Małgorzata;Wójcik;Kraków;kobieta\nGrażyna;Dąbrowska;Gdańsk;kobieta\n"
)
CZECH = (
    "jméno;příjmení;město;pohlaví\nJiří;Dvořák;Plzeň;muž\nKateřina;Němcová;Ústí;žena\n"
    "Tomáš;Černý;České Budějovice;muž\n"
)
HUNGARIAN = (
    "ügyfél;vezetéknév;város\n1;Kővári Győző;Győr\n2;Szűcs Erzsébet;Debrecen\n"
    "3;Tóth Ödön;Székesfehérvár\n4;Fűző Jenő;Kecskemét\n"
)
RUSSIAN = (
    "клиент;имя;город;отток\n1;Иван Петров;Москва;нет\n2;Анна Смирнова;Екатеринбург;да\n"
    "3;Сергей Кузнецов;Нижний Новгород;нет\n"
)
GREEK = "πελάτης;όνομα;πόλη\n1;Γιώργος;Αθήνα\n2;Ελένη;Θεσσαλονίκη\n"

READ_IN = {
    "gb18030": CHINESE,
    "big5hkscs": TAIWANESE,
    "cp932": JAPANESE,
    "euc_jp": JAPANESE,
    "cp949": KOREAN,
    "cp1252": GERMAN,
    "cp1250": POLISH,
    "iso8859_2": POLISH,
    "cp1251": RUSSIAN,
    "koi8_r": RUSSIAN,
    "cp1253": GREEK,
    "mac_roman": GERMAN,
}
MORE = [
    ("cp1252", FRENCH), ("cp1252", SPANISH), ("cp1250", CZECH), ("cp1250", HUNGARIAN),
    ("utf-8", KOREAN), ("utf-8-sig", KOREAN), ("utf-16", CHINESE), ("utf-32", KOREAN),
    ("utf-16-le", JAPANESE), ("utf-16-be", CHINESE), ("utf-16-le", RUSSIAN), ("utf-16-be", GERMAN),
]  # fmt: skip


def found(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "given"
    path.write_bytes(content)
    return encoding_of(path, "table.csv")


def in_utf8(tmp_path: Path, content: bytes, encoding: str) -> tuple[str, int]:
    path, into = tmp_path / "given", tmp_path / "text"
    path.write_bytes(content)
    bad = transcode(path, encoding, into)
    return into.read_text("utf-8-sig"), bad


@pytest.mark.parametrize(("encoding", "text"), [*READ_IN.items(), *MORE])
def test_every_letter_of_a_whole_table(encoding: str, text: str, tmp_path: Path) -> None:
    content = text.encode(encoding)
    told = found(tmp_path, content)
    assert (told, in_utf8(tmp_path, content, told)) == (encoding, (text, 0))


@pytest.mark.parametrize(("encoding", "text"), [*READ_IN.items(), *MORE])
def test_a_large_table_says_the_same(encoding: str, text: str, tmp_path: Path) -> None:
    header, body = text.split("\n", 1)
    assert found(tmp_path, (header + "\n" + body * 400).encode(encoding)) == encoding


HEADERS = [
    ("gb18030", "客户编号,姓名,性别,年龄,城市"),
    ("gb18030", "订单号,金额,日期,是否流失"),
    ("gb18030", "编号,品牌,数量"),
    ("big5hkscs", "客戶編號,姓名,性別,年齡,城市"),
    ("big5hkscs", "訂單,金額,日期,是否流失"),
    ("cp932", "顧客番号,氏名,性別,年齢,都道府県"),
    ("cp932", "ＩＤ,氏名,購入金額"),
    ("cp932", "カテゴリ,サービス,コメント"),
    ("cp949", "고객번호,이름,성별,나이,지역"),
    ("cp949", "주문번호,금액,날짜,이탈여부"),
    ("cp949", "고객,총매출액,평균구매"),
    ("cp1251", "клиент,имя,город,отток"),
    ("cp1250", "imię,płeć,miejscowość,zamówień"),
    ("cp1252", "größe,straße,übergang"),
    ("cp1252", "prénom,âge,région"),
    ("cp1252", "Müller"),
]


@pytest.mark.parametrize(("encoding", "header"), HEADERS)
def test_a_header_alone_tells(encoding: str, header: str, tmp_path: Path) -> None:
    rows = "".join(f"{i},{i * 7 % 13},{i % 2}\n" for i in range(50))
    assert found(tmp_path, f"{header}\n{rows}".encode(encoding)) == encoding


def test_letters_that_stand_late_in_the_file_tell_too(tmp_path: Path) -> None:
    rows = "".join(f"{i},{i % 7}\n" for i in range(200_000))
    assert found(tmp_path, f"id,city\n{rows}{KOREAN}".encode("cp949")) == "cp949"


@pytest.mark.parametrize("place", [5, 2000, 2_000_001])
def test_a_few_bad_bytes_are_counted_and_leave_the_rest_as_it_is(
    place: int, tmp_path: Path
) -> None:
    content = KOREAN.encode() + b"x" * place + b"\xe9\xe8 z\xff\n" + KOREAN.encode() * 3
    told = found(tmp_path, content)
    text, bad = in_utf8(tmp_path, content, told)
    assert (told, bad) == ("utf-8", 3)
    assert text.replace("\ufffd", "") == KOREAN + "x" * place + " z\n" + KOREAN * 3


def test_a_wrong_choice_is_counted_not_hidden(tmp_path: Path) -> None:
    _, bad = in_utf8(tmp_path, KOREAN.encode("cp949"), "utf-8")
    assert bad > 50


@pytest.mark.parametrize("content", [b"\0\1\2" * 300, bytes(range(256)) * 8, b"a\0b" * 99])
def test_what_is_no_text_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotATable):
        found(tmp_path, content)


def test_what_may_be_chosen() -> None:
    assert known_encoding("cp949") == "cp949"
    for wrong in ("zip", "rot13", "", "utf-9"):
        with pytest.raises(BadSetting):
            known_encoding(wrong)
    assert set(READ_IN) <= set(ENCODINGS)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400))
def test_any_bytes_end_in_an_encoding_or_a_refusal(tmp_path: Path, content: bytes) -> None:
    try:
        told = found(tmp_path, b"a,b\n" + content)
    except NotATable:
        return
    assert told in ENCODINGS
    in_utf8(tmp_path, content, told)
