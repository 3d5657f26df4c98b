"""How much sense the letters of a decoded text make in some language that is written in them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import cache
from itertools import pairwise

# the letters beyond a-z of each language, in lower case
LATIN = {
    "cs": "áčďéěíňóřšťúůýž", "da": "æøåéóü", "de": "äöüßéè", "es": "áéíóúüñ", "et": "äöõüšž",
    "fi": "äöåéšž", "fr": "àâæçéèêëîïôœùûüÿ", "hr": "čćđšž", "hu": "áéíóöőúüű",
    "is": "áðéíóúýþæö", "it": "àèéìíîòóùú", "nl": "áéëïóöüúíèç", "pl": "ąćęłńóśźż",
    "pt": "áàâãçéêíóôõúü", "ro": "ăâîșțşţ", "sk": "áäčďéíĺľňóôŕšťúýž", "sv": "åäöéüà",
    "tr": "çğıöşüâîû", "lt": "ąčęėįšųūž",
}  # fmt: skip
CYRILLIC = {
    "ru": "абвгдежзийклмнопрстуфхцчшщъыьэюяё", "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "sr": "абвгдђежзијклљмнњопрстћуфхцчџш", "bg": "абвгдежзийклмнопрстуфхцчшщъьюя",
}  # fmt: skip
# what another Cyrillic encoding of the same bytes would hardly make of them
OFTEN = frozenset("оеаинтсрвлкмдпуяыьіїєј")
GREEK = {"el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"}
SIMPLIFIED = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用"
    "道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日月号"
    "客户编姓名性别龄城市电话手机地址邮箱箱省县区街路订单金额价格数量商品产类型状态购买时间次期消费会员等级积"
    "男女是否注册最近总平均单销售收入支付方式渠道来源备注公司部门职业教育婚姻已未高低新老活跃流失响应活动促"
    "北京上海广州深圳天津重庆杭州南京成都武汉西安张王李赵刘陈杨黄周吴林明华伟芳娜秀英敏静丽强磊军洋勇艳杰涛"
    "品牌款式颜色尺码库存店铺网站访问点击浏览页面退货评分评论满意度投诉服务套餐合同余额账户卡银行贷款利率比"
    "周季早晚内外第二三四五六七八九十百千万元件台只东南西北关闭开通交易结果目标标签描述说明序列代码"
)
TRADITIONAL = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用"
    "道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想實日月號"
    "客戶編姓名性別齡城市電話手機地址郵箱省縣區街路訂單金額價格數量商品產類型狀態購買時間次期消費會員等級積"
    "男女是否註冊最近總平均單銷售收入支付方式渠道來源備註公司部門職業教育婚姻已未高低新老活躍流失回應活動促"
    "台北新北桃園台中台南高雄臺灣陳林黃張李王吳劉蔡楊許鄭謝郭洪邱曾廖賴徐周葉蘇莊江何蕭羅簡美玲志明家豪淑芬"
    "品牌款式顏色尺碼庫存店鋪網站訪問點擊瀏覽頁面退貨評分評論滿意度投訴服務合約餘額帳戶卡銀行貸款利率比第"
    "二三四五六七八九十百千萬元件東南西北關閉開通交易結果目標標籤描述說明序列代碼"
)
KANJI = (
    "日一人年大十二本中長出三時行見月分後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川"
    "千水半男西電校語土木聞食車何南万毎白天母火右読友左休父雨顧客番号氏性別齢住所都道府県市区町村郵便購買入"
    "額注文商品価格数量単合計店舗会員登録期間利用回最終日付状態種類地域職業年収契約解約支払方法売上販目的変結"
    "果有無未済新規既存平均率対象部門担当者備考広告配信開封評満足度佐藤鈴木高橋田中伊渡辺山本村林加吉清井阪京"
    "神奈川愛知福岡札幌横浜"
)
HANGUL = (
    "이다에의는로하을가고지서한은기으년대사시를리도인스일그나자해어수정보아라부전주제상장있구여관과들성원만연비"
    "공국세조화모중내개안우선거소유신경동마생드계오교위치회업경분실무진용방학없당문입신행금최적물남재체트무단"
    "결할후번게등간객호름별령나이성주소전화메일도시구매액수량상품가격월날짜횟총평균최근등급회원입점포인트탈퇴"
    "여부명남녀서울산광천대경인강북충청제주김박최조윤장임오한신권황안송류홍고객코드종류상태결제방법카드현금온"
    "라프쇼핑몰백화건강음식료의류잡화명절행사응답캠페율점수지역직혼자녀요금계약기간납청구서비스터넷술원"
    "군동읍면길층호매출할인쿠폰재구방문반환교환클릭페뷰세션브랜색크예아니오중없음모름기타"
)
# signs that stand in text of any language
ANYWHERE = frozenset("€£¥$§©®°·•–—‘’“”„‚‹›«»…™±×÷²³¹½¼¾ºªµ¿¡´`¨№‰†‡\u00a0\u00ad\u3000￥")
COMMON, KNOWN, STRANGE = 1.0, 0.6, 0.0


def sense(text: str, codec: str) -> float:
    """Which share, 0 to 1, of the text's letters beyond ASCII is what some language would write.

    ``codec`` is the encoding in which the text is thought to be: it tells which characters are
    common in it. Text without such letters makes all the sense there is.
    """
    beyond = Counter(ch for ch in text if ch > "\x7f" and ch not in ANYWHERE)
    total = beyond.total()
    if not total:
        return 1.0
    if codec in EAST_ASIAN:
        return sum(count * _asian(ch, codec) for ch, count in beyond.items()) / total
    return max(0.0, _alphabetic(beyond) - _odd_capitals(text) / total)


def _alphabetic(beyond: Counter[str]) -> float:
    """The share that the one language explains that explains most."""
    folded: Counter[str] = Counter()
    for letter, count in beyond.items():
        folded[letter.lower()] += count
    total = folded.total()
    best = max(
        sum(count * letters.get(letter, STRANGE) for letter, count in folded.items())
        for letters in _languages()
    )
    return best / total


def _odd_capitals(text: str) -> int:
    """How many letters beyond ASCII are capitals after a small letter of the same word."""
    return sum(
        1
        for before, letter in pairwise(text)
        if letter > "\x7f" and letter.isupper() and before.islower()
    )


@cache
def _languages() -> tuple[dict[str, float], ...]:
    """The letters of each language, and how much sense each makes."""
    alike = [dict.fromkeys(letters, COMMON) for letters in (LATIN | GREEK).values()]
    weighed = [
        {letter: COMMON if letter in OFTEN else KNOWN for letter in letters}
        for letters in CYRILLIC.values()
    ]
    return (*alike, *weighed)


def _asian(letter: str, codec: str) -> float:
    common, row, lines = EAST_ASIAN[codec]
    if letter in _common(common) or (_is_kana(letter) and codec in KANA):
        return COMMON
    if "\u3000" <= letter <= "\u303f" or "\uff01" <= letter <= "\uff5e":
        return KNOWN
    if unicodedata.category(letter) != "Lo" or (codec in KANA and letter < "\u3100"):
        return STRANGE
    # the first level of each national standard holds the characters of everyday use
    try:
        place = letter.encode(row)
    except UnicodeEncodeError:
        return STRANGE
    return KNOWN if len(place) == 2 and lines[0] <= place[0] <= lines[1] else STRANGE


def _is_kana(letter: str) -> bool:
    return "\u3041" <= letter <= "\u30ff"


@cache
def _common(letters: str) -> frozenset[str]:
    return frozenset(letters)


KANA = ("cp932", "euc_jp")
# codec: its commonest characters, the standard that orders them, the lead bytes of its first level
EAST_ASIAN = {
    "gb18030": (SIMPLIFIED, "gb2312", (0xB0, 0xD7)),
    "cp932": (KANJI, "euc_jp", (0xB0, 0xCF)),
    "euc_jp": (KANJI, "euc_jp", (0xB0, 0xCF)),
    "big5hkscs": (TRADITIONAL, "big5", (0xA4, 0xC6)),
    "cp949": (HANGUL, "euc_kr", (0xB0, 0xC8)),
}
