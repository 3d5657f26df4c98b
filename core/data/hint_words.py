"""Words of headers and what they say of a column, in nine languages, without accents."""

from __future__ import annotations

ID = frozenset((
    "id", "ids", "uuid", "guid", "key", "rowid", "rownum", "rownames", "rowname", "index",
    "unnamed", "kundennummer", "kundennr", "msisdn", "identifier", "identifiant", "identificador",
    "identifikator", "kennung", "mitgliedsnummer", "bestellnummer", "auftragsnummer", "cpf", "cnpj",
    "dni", "matricule", "matricula", "iban", "sku", "ean",
))  # fmt: skip
# "customer number" names a customer, "number of customers" does not
NUMBER_OF = frozenset(("number", "no", "nr", "num", "numero", "nummer", "code", "codigo"))
OWNER = frozenset((
    "customer", "cust", "client", "cliente", "kunde", "kunden", "member", "membre", "miembro",
    "membro", "account", "acct", "konto", "compte", "cuenta", "conta", "user", "usuario",
    "utilisateur", "benutzer", "order", "commande", "pedido", "invoice", "facture", "factura",
    "fatura", "rechnung", "card", "carte", "tarjeta", "cartao", "contract", "contrat", "contrato",
    "vertrag", "vertrags", "subscriber", "transaction", "serial", "ticket", "booking", "patient",
    "employee",
))  # fmt: skip
# whole numbers under such a name are codes, not amounts
CODE = frozenset((
    "region", "type", "browser", "system", "os", "channel", "code", "class", "cluster", "store",
    "shop", "segment", "group", "brand", "sector", "department", "dept", "division", "area",
    "district", "state", "country", "city", "province", "county", "gender", "sex", "race",
    "ethnicity", "marital", "education", "occupation", "job", "status", "source", "medium",
    "product", "category", "plan", "tier", "policy", "platform", "device", "vendor", "supplier",
    "branch", "territory", "market", "label", "species", "variant", "language", "currency",
    "target", "choice", "response",
    # de
    "geschlecht", "kanal", "art", "typ", "bundesland", "filiale", "gruppe", "stadt", "land",
    "familienstand", "beruf", "bildung", "marke", "abteilung", "kategorie", "produkt", "tarif",
    "gerat", "sprache", "wahrung", "herkunft", "klasse",
    # fr
    "sexe", "genre", "canal", "ville", "pays", "groupe", "classe", "categorie", "produit", "marque",
    "statut", "metier", "profession", "magasin", "agence", "departement", "langue", "devise",
    "forfait", "niveau",
    # es, pt
    "sexo", "genero", "tipo", "ciudad", "pais", "grupo", "clase", "categoria", "producto", "marca",
    "estado", "profesion", "tienda", "sucursal", "departamento", "idioma", "moneda", "nivel",
    "provincia", "cidade", "produto", "loja", "profissao", "classe", "moeda", "nivel", "plano",
    "escolaridade", "regiao", "bairro",
))  # fmt: skip
# codes that keep their meaning with thousands of values
POSTAL = frozenset((
    "zip", "zipcode", "postcode", "postal", "pin", "pincode", "plz", "postleitzahl", "cep", "cp",
))  # fmt: skip
# under such a name whole numbers are amounts, even beside a word above
AMOUNT = frozenset((
    "num", "number", "count", "cnt", "n", "nr", "no", "total", "amount", "amt", "sum", "avg",
    "average", "mean", "median", "min", "max", "duration", "time", "days", "day", "hours",
    "minutes", "seconds", "weeks", "months", "years", "year", "age", "price", "cost", "rate",
    "ratio", "share", "percent", "pct", "score", "qty", "quantity", "purchases", "visits",
    "spend", "spent", "mnt", "value", "revenue", "income", "sales", "size", "length", "lenght",
    "weight",
    "height", "width", "balance", "tenure", "population", "lat", "lon", "lng", "latitude",
    "longitude", "charges", "fee", "limit",
    # de
    "anzahl", "betrag", "summe", "alter", "preis", "kosten", "dauer", "tage", "monate", "jahre",
    "jahr", "umsatz", "menge", "einkommen", "gehalt", "wert", "anteil", "gewicht", "durchschnitt",
    # fr
    "nombre", "nb", "montant", "somme", "prix", "cout", "duree", "jours", "mois", "annees", "annee",
    "revenu", "quantite", "valeur", "salaire", "moyenne", "anciennete",
    # es, pt
    "numero", "cantidad", "importe", "monto", "edad", "precio", "coste", "costo", "duracion",
    "dias", "meses", "anos", "ano", "ingreso", "ingresos", "salario", "promedio", "valor", "ventas",
    "quantidade", "qtd", "idade", "preco", "custo", "duracao", "renda", "receita", "vendas",
    "antiguedad",
))  # fmt: skip
# when something was
TIME = frozenset((
    "time", "timestamp", "date", "datetime", "ts", "at", "created", "updated", "unix", "epoch",
    "datum", "zeit", "zeitpunkt", "horodatage", "fecha", "hora", "data", "dt", "eventtime", "day",
))  # fmt: skip
# what nobody has none of
POSITIVE = frozenset((
    "age", "alter", "edad", "idade", "year", "jahr", "annee", "ano", "birth", "yob", "height",
    "weight", "grosse", "gewicht", "taille", "poids", "altura", "peso", "bmi", "pressure",
))  # fmt: skip
TARGETS: tuple[tuple[str, int], ...] = (
    ("target", 100), ("label", 95), ("churn", 100), ("churned", 100),
    ("response", 90), ("outcome", 90), ("y", 90),
    ("class", 60), ("output", 85), ("attrition", 95), ("exited", 95),
    ("left", 80), ("converted", 95), ("conversion", 85), ("bought", 95),
    ("buy", 90), ("buys", 90), ("purchase", 80), ("purchased", 95),
    ("subscribed", 90), ("revenue", 75), ("choice", 85), ("clicked", 90),
    ("click", 80), ("won", 80), ("repurchase", 90), ("returned", 70),
    ("cancelled", 80), ("canceled", 80), ("recommended", 75), ("insurance", 50),
    ("income", 55), ("channel", 55), ("default", 45), ("survived", 90),
    ("fraud", 80), ("loan", 40), ("rating", 35), ("score", 35),
    ("spend", 35), ("sales", 40), ("price", 25),
    # de
    ("ziel", 90), ("zielvariable", 100), ("gekundigt", 100), ("kundigung", 95),
    ("abgewandert", 100), ("abwanderung", 95), ("gekauft", 95), ("kauf", 80), ("reagiert", 90),
    ("reaktion", 85), ("antwort", 85), ("storniert", 80),
    # fr
    ("cible", 100), ("resilie", 100), ("resiliation", 95), ("desabonne", 95), ("achete", 95),
    ("achat", 80), ("reponse", 85), ("parti", 80),
    # es
    ("objetivo", 95), ("abandono", 95), ("fuga", 90), ("baja", 80), ("compro", 90), ("compra", 80),
    ("comprado", 90), ("respuesta", 85), ("cancelado", 85), ("cancelo", 85),
    # pt
    ("alvo", 100), ("cancelou", 95), ("cancelamento", 90), ("evasao", 90), ("comprou", 95),
    ("resposta", 85), ("inadimplente", 80),
)  # fmt: skip


# --- without blanks between words: found anywhere in a header -------------------------------

WHOLE_ID = (
    "번호", "아이디", "식별자", "编号", "編號", "标识", "番号", "识别码", "識別",
)  # fmt: skip
WHOLE_COUNT = ("전화번호", "우편번호", "电话", "電話番号", "郵便番号", "邮政编码")
WHOLE_POSTAL = ("우편번호", "邮编", "邮政编码", "郵遞區號", "郵便番号")
WHOLE_CODE = (
    "코드", "지역", "성별", "등급", "채널", "유형", "종류", "분류", "업종", "직업", "도시", "국가",
    "代码", "代號", "地区", "地區", "性别", "性別", "渠道", "类型", "類型", "类别", "類別", "城市",
    "省份", "等级", "等級", "职业", "行业", "国家", "品牌", "コード", "地域", "チャネル", "種別",
    "区分", "都道府県", "職業", "会員ランク", "種類", "カテゴリ", "ブランド", "店舗",
)  # fmt: skip
WHOLE_AMOUNT = (
    "금액", "수량", "횟수", "나이", "연령", "소득", "가격", "기간", "요금", "일수", "건수", "평균",
    "金额", "金額", "数量", "數量", "次数", "次數", "年龄", "年齡", "收入", "价格", "價格", "天数",
    "总额", "平均", "时长", "回数", "年齢", "年収", "価格", "日数", "件数", "合計", "期間", "売上",
)  # fmt: skip
WHOLE_TIME = ("일시", "날짜", "일자", "시간", "日期", "时间", "時間", "日時", "日付")
WHOLE_POSITIVE = ("나이", "연령", "年龄", "年齡", "年齢", "키", "体重", "身長", "身高", "체중")
WHOLE_TARGETS: tuple[tuple[str, int], ...] = (
    ("이탈여부", 110), ("이탈", 95), ("해지", 90), ("구매여부", 105), ("재구매", 95),
    ("응답", 80), ("반응", 80), ("목표", 80), ("타겟", 100), ("라벨", 90), ("레이블", 90),
    ("是否流失", 110), ("流失", 95), ("是否购买", 105), ("是否購買", 105), ("复购", 95),
    ("是否响应", 100), ("目标", 85), ("目標", 85), ("标签", 85), ("是否", 30),
    ("解約", 100), ("離脱", 95), ("退会", 95), ("購入有無", 105), ("再購入", 95), ("購入", 60),
    ("目的変数", 110), ("反応", 80), ("応答", 80), ("여부", 30), ("有無", 30), ("フラグ", 30),
)  # fmt: skip
