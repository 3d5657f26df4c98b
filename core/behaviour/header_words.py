"""Words of headers and what they say of a column of a shop's table, in eight languages.

Latin words are without accents. A word that ends in "*" is the beginning of one (German compounds);
of Chinese, Japanese and Korean headers it is enough to hold a word.
"""

from __future__ import annotations

from core.behaviour.meaning import Meaning, Part

# what a name says beside its noun: "customer_unique_id" names a customer
FILLERS = frozenset((
    "id", "ids", "uuid", "guid", "key", "number", "no", "nr", "num", "numero", "nummer", "code",
    "codigo", "identifier", "identifiant", "identificador", "kennung", "hash", "ref", "reference",
    "de", "del", "la", "le", "du", "da", "do", "des", "der", "the", "of", "fk", "pk", "x", "y",
))  # fmt: skip
ONE_PERSON = frozenset(("unique", "person", "master", "global", "parent", "eindeutig", "unico"))
# the last noun of an id's name, and what it names
NOUNS: dict[Meaning, tuple[str, ...]] = {
    Meaning.PERSON: ("person", "household", "haushalt", "foyer", "hogar", "personne", "persona"),
    Meaning.CUSTOMER: (
        "customer", "cust", "client", "cliente", "clienteid", "kunde", "kunden*", "member",
        "membre",
        "miembro", "membro", "account", "acct", "konto", "compte", "cuenta", "conta", "user",
        "usuario", "utilisateur", "benutzer", "buyer", "kaufer", "acheteur", "comprador", "shopper",
        "subscriber", "abonne", "visitor", "besucher", "visiteur", "visitante", "contact", "cid",
        "uid", "userid", "customerid", "clientid", "reviewer", "visitorid", "fullvisitorid",
        "mitglied*", "guest", "donor", "recipient", "empfanger",
    ),
    Meaning.ORDER: (
        "order", "orderid", "commande", "pedido", "bestell*", "auftrag*", "invoice", "facture",
        "factura", "fatura", "rechnung*", "transaction", "transaktion*", "transaccion", "transacao",
        "receipt", "beleg*", "ticket", "basket", "purchase", "achat", "compra", "kauf", "booking",
        "bon", "sale", "checkout", "encomenda", "orden",
    ),
    Meaning.SESSION: (
        "session", "sessionid", "sitzung*", "sesion", "sessao", "visit", "visite", "visita",
        "besuch*", "visitid", "usersession",
    ),
    Meaning.PRODUCT: (
        "product", "productid", "item", "itemid", "article", "artikel*", "articulo", "artigo",
        "produkt*", "produit", "producto", "produto", "sku", "asin", "stock", "stockcode", "ean",
        "gtin", "isbn", "upc", "variant", "clothing", "material", "movie", "track", "song", "book",
    ),
}  # fmt: skip
# in Chinese, Japanese and Korean names the same, unless another thing of it is named
WHOLE_NOUNS: dict[Meaning, tuple[str, ...]] = {
    Meaning.CUSTOMER: (
        "用户", "客户", "顾客", "会员", "用戶", "客戶", "顧客", "会員", "お客様", "ユーザ",
        "고객", "회원", "사용자",
    ),
    Meaning.ORDER: ("订单", "訂單", "发票", "注文", "受注", "伝票", "주문", "송장"),
    Meaning.SESSION: ("会话", "會話", "セッション", "訪問", "세션", "방문"),
    Meaning.PRODUCT: ("商品", "产品", "產品", "货号", "製品", "品番", "상품", "제품"),
}  # fmt: skip
WHOLE_OTHERS = (
    "名", "称", "类", "類", "日", "时", "時", "价", "価", "额", "額", "量", "数", "状", "城", "性",
    "年", "市", "级", "カテゴリ", "ランク", "이름", "명", "분류", "카테고리",
    "일", "가격", "금액", "수량",
    "상태", "등급",
)  # fmt: skip
WHOLE_IDS = ("id", "编号", "编码", "号", "碼", "番号", "コード", "번호", "아이디", "코드")
# names of columns that are not the ids they sound like
NOT_IDS = (
    ("order", "item", "id"), ("order", "line"), ("line", "item"), ("line", "no"),
    ("line", "number"), ("item", "no"), ("item", "number"), ("payment", "sequential"),
    ("customer", "type"), ("product", "type"), ("order", "type"), ("user", "type"),
)  # fmt: skip
# other columns: phrases of words, the surer the more they weigh
PHRASES: dict[Meaning, tuple[tuple[str, int], ...]] = {
    Meaning.TIME: (
        ("ordered", 60), ("order purchase", 60), ("order date", 60), ("order time", 60),
        ("purchase date", 55), ("purchased", 55), ("invoice date", 55), ("transaction date", 55),
        ("event time", 60), ("event date", 55), ("eventdate", 55), ("clicked", 55), ("answer", 58),
        ("signup", 50), ("sign up", 50), ("registered", 50), ("registration", 50), ("joined", 50),
        ("member since", 50), ("dt customer", 50), ("sent", 48), ("contacted", 48),
        ("timestamp", 45), ("datetime", 45), ("date time", 45), ("occurred", 45), ("created", 42),
        ("creation", 40), ("since", 30), ("date", 40), ("time", 40), ("ts", 38), ("at", 30),
        ("day", 28), ("epoch", 40), ("on", 20), ("unix", 38), ("when", 38), ("visited", 40),
        ("datum", 40), ("zeit", 40), ("zeitpunkt", 45), ("zeitstempel", 45), ("uhrzeit", 30),
        ("bestelldatum", 60), ("kaufdatum", 60), ("rechnungsdatum", 55), ("bestellt", 55),
        ("auftragsdatum", 60), ("anmeldedatum", 50), ("registrierungsdatum", 50), ("tag", 28),
        ("horodatage", 45), ("jour", 30), ("heure", 30), ("date commande", 60), ("date achat", 60),
        ("fecha", 40), ("fecha pedido", 60), ("fecha compra", 60), ("hora", 30), ("momento", 38),
        ("data", 35), ("data pedido", 60), ("data compra", 60), ("carimbo", 40),
        ("时间", 45), ("日期", 42), ("下单", 50), ("购买时间", 60), ("注册", 45), ("時間", 45),
        ("日時", 45), ("日付", 42), ("注文日", 60), ("購入日", 60), ("登録日", 50), ("発生", 40),
        ("일시", 45), ("날짜", 42), ("시간", 42), ("주문일", 60), ("구매일", 60), ("가입일", 50),
    ),
    Meaning.DUE: (
        ("estimated delivery", 70), ("promised", 65), ("due", 60), ("expected delivery", 70),
        ("estimated", 50), ("expected", 50), ("planned delivery", 65), ("deadline", 50),
        ("zugesagt", 65), ("liefertermin", 65), ("faellig", 55), ("fallig", 55), ("promis", 60),
        ("livraison prevue", 70), ("livraison estimee", 70), ("prometido", 65),
        ("entrega estimada", 70), ("entrega prevista", 70), ("预计送达", 70), ("预计", 60),
        ("配達予定", 70), ("納期", 65), ("배송예정", 70), ("도착예정", 70),
    ),
    Meaning.ARRIVED: (
        ("delivered customer", 75), ("delivered", 65), ("arrived", 65), ("received", 55),
        ("delivery date", 55), ("actual delivery", 70), ("geliefert", 65), ("zugestellt", 65),
        ("lieferdatum", 60), ("livre", 60), ("livraison", 45), ("entregado", 65), ("entregue", 65),
        ("entrega", 45), ("送达", 65), ("签收", 65), ("到货", 60), ("配達日", 65), ("到着", 60),
        ("배송완료", 65), ("도착", 55),
    ),
    Meaning.RETURNED: (
        ("returned", 65), ("return date", 65), ("is return", 60), ("refunded", 60),
        ("refund date", 60), ("retour", 55), ("zuruckgesendet", 65), ("retourniert", 65),
        ("retourdatum", 65), ("ruckgabe", 60), ("retourne", 60), ("rembourse", 55),
        ("devuelto", 65), ("devolucion", 60), ("devolvido", 65), ("devolucao", 60), ("退货", 65),
        ("退款", 60), ("返品", 65), ("返金", 60), ("반품", 65), ("환불", 60),
    ),
    Meaning.KIND: (
        ("event type", 65), ("event name", 65), ("action", 60), ("event", 55), ("activity", 50),
        ("behavior", 55), ("behaviour", 55), ("action type", 65), ("kind", 55), ("verb", 45),
        ("interaction", 50), ("type", 30), ("aktion", 60), ("ereignis", 60), ("aktivitat", 50),
        ("art", 35), ("typ", 35), ("evenement", 60), ("activite", 50), ("accion", 60),
        ("evento", 60), ("tipo", 30), ("acao", 60), ("行为", 65), ("事件", 60), ("动作", 60),
        ("イベント", 60), ("行動", 60), ("操作", 55), ("이벤트", 60), ("행동", 60),
    ),
    Meaning.AMOUNT: (
        ("order total", 70), ("total price", 65), ("line total", 65), ("total amount", 65),
        ("payment value", 60), ("order value", 65), ("amount", 60), ("revenue", 60), ("spend", 55),
        ("sales", 50), ("total", 45), ("dollar value", 60), ("value", 30), ("paid", 50),
        ("turnover", 50), ("monetary", 45), ("amt", 50), ("betrag", 60), ("umsatz", 60),
        ("summe", 55), ("gesamtpreis", 65), ("bestellwert", 65), ("montant", 60), ("somme", 50),
        ("chiffre affaires", 60), ("importe", 60), ("monto", 60), ("ventas", 45),
        ("valor total", 60), ("valor", 40), ("receita", 55), ("金额", 60), ("总价", 62),
        ("实付", 60), ("金額", 60), ("合計", 55), ("売上", 60), ("금액", 60), ("매출", 60),
    ),
    Meaning.PRICE: (
        ("unit price", 70), ("price", 60), ("list price", 65), ("item price", 65), ("preis", 60),
        ("einzelpreis", 70), ("stuckpreis", 70), ("prix", 60), ("prix unitaire", 70),
        ("precio", 60), ("preco", 60), ("单价", 70), ("价格", 60), ("単価", 70), ("価格", 60),
        ("단가", 70), ("가격", 60),
    ),
    Meaning.QUANTITY: (
        ("quantity", 65), ("qty", 65), ("units", 50), ("pieces", 50), ("number of cds", 60),
        ("items", 35), ("menge", 65), ("anzahl", 55), ("stuck", 50), ("stuckzahl", 65),
        ("quantite", 65), ("qte", 60), ("cantidad", 65), ("unidades", 55), ("quantidade", 65),
        ("qtd", 65), ("数量", 65), ("件数", 55), ("個数", 60), ("수량", 65),
    ),
    Meaning.DISCOUNT: (
        ("discount", 60), ("rabatt", 60), ("nachlass", 55), ("remise", 60), ("reduction", 50),
        ("descuento", 60), ("desconto", 60), ("折扣", 60), ("割引", 60), ("할인", 60),
    ),
    Meaning.CATEGORY: (
        ("product category", 65), ("category", 60), ("category name", 62), ("category code", 63),
        ("department", 45), ("class name", 40), ("genre", 45), ("product group", 55),
        ("product type", 50), ("kategorie", 60), ("warengruppe", 60), ("produktgruppe", 60),
        ("categorie", 60), ("rayon", 45), ("categoria", 60), ("类目", 60), ("品类", 60),
        ("类别", 60), ("カテゴリ", 60), ("分類", 50), ("카테고리", 60), ("분류", 50),
    ),
    Meaning.CHANNEL: (
        ("channel", 60), ("utm source", 60), ("traffic source", 60), ("source", 45),
        ("medium", 40), ("referrer", 45), ("platform", 40), ("device", 35), ("kanal", 60),
        ("vertriebskanal", 65), ("quelle", 45), ("canal", 60), ("渠道", 60), ("来源", 45),
        ("チャネル", 60), ("経路", 50), ("채널", 60),
    ),
    Meaning.RATING: (
        ("review score", 70), ("rating", 65), ("stars", 60), ("score", 45), ("overall", 40),
        ("bewertung", 60), ("sterne", 60), ("note", 45), ("avis", 40), ("calificacion", 60),
        ("puntuacion", 60), ("nota", 45), ("avaliacao", 60), ("评分", 65), ("星级", 60),
        ("評価", 65), ("評点", 65), ("평점", 65), ("별점", 65),
    ),
    Meaning.TEXT: (
        ("review comment message", 70), ("review text", 65), ("comment", 55), ("message", 50),
        ("text", 50), ("body", 40), ("kommentar", 55), ("commentaire", 55), ("comentario", 55),
        ("评论", 55), ("コメント", 55), ("리뷰", 50),
    ),
    Meaning.STATUS: (
        ("order status", 70), ("status", 60), ("statut", 60), ("etat", 45),
        ("estado", 40), ("situacao", 50), ("bestellstatus", 70), ("状态", 60), ("状態", 60),
        ("ステータス", 60), ("상태", 60),
    ),
    Meaning.CAMPAIGN: (
        ("campaign", 60), ("promotion", 55), ("promo", 50), ("mailing", 55), ("newsletter", 30),
        ("kampagne", 60), ("aktionscode", 50), ("campagne", 60), ("campana", 60),
        ("campanha", 60), ("活动", 50), ("キャンペーン", 60), ("캠페인", 60),
    ),
    Meaning.CLOCK: (
        ("timeframe", 60), ("time of day", 60), ("time", 40), ("uhrzeit", 60), ("clock", 50),
        ("hour minute", 50), ("heure", 50), ("hora", 45), ("时刻", 55), ("時刻", 55), ("시각", 55),
    ),
    Meaning.SHOWN: (
        ("english", 60), ("translation", 60), ("display name", 60), ("name", 50), ("title", 45),
        ("description", 40), ("label", 45), ("bezeichnung", 55), ("nom", 50), ("nombre", 50),
        ("nome", 50), ("名称", 55), ("商品名", 55), ("品名", 55), ("상품명", 55), ("이름", 45),
    ),
}  # fmt: skip
# never the time that a row happened
NOT_TIMES = frozenset((
    "limit", "approved", "carrier", "birth", "geburtsdatum", "naissance", "nacimiento",
    "nascimento", "birthday", "updated", "modified", "ends", "end", "expires", "valid", "shipping",
    "shipped", "last", "生日", "出生", "生年月日", "생년월일",
))  # fmt: skip
# a share or a mean of the past, not of one row
NOT_AMOUNTS = frozenset((
    "freight", "shipping", "fee", "tax", "average", "avg", "mean", "cost", "installments", "income",
    "versand", "versandkosten", "steuer", "kosten", "frais", "envio", "impuesto", "frete",
    "balance",
    "lenght", "length",
))  # fmt: skip
# names of files and tables
TABLES: dict[Part, tuple[str, ...]] = {
    Part.CAMPAIGNS: (
        "campaign", "contact", "mailing", "newsletter", "kampagne", "kontakt", "campagne",
        "campana", "campanha", "touch", "emailing",
    ),
    Part.REVIEWS: ("review", "rating", "bewertung", "avis",
    "resena", "avaliac", "评价", "レビュー"),
    Part.EVENTS: ("event", "click", "log", "view", "visit", "activity", "ereignis", "transaction"),
    Part.CUSTOMERS: ("customer", "client", "kunde", "user", "member", "cliente", "usuario"),
}  # fmt: skip
# columns that sum up a past: a table of customers with them was made of a log
SUMMARIES = frozenset((
    "recency", "frequency", "monetary", "favourite", "favorite", "next", "churn", "orders", "spend",
    "average", "tenure", "last",
))  # fmt: skip
# columns that people have
TRAITS = frozenset((
    "age", "gender", "sex", "birth", "marital", "income", "education", "city", "senior",
    "citizen", "alter", "geschlecht", "sexe", "sexo", "edad", "idade", "kidhome", "partner",
))  # fmt: skip
