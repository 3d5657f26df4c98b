"""What a column's name tells about personal data under it, in several languages."""

from __future__ import annotations

import re
from enum import StrEnum

from core.data.hints import tokens


class Sort(StrEnum):
    """What kind of personal data a column holds; CUSTOMER is a customer's own id."""

    CUSTOMER = "customer"
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    POSTCODE = "postcode"
    CARD = "card"
    NATIONAL_ID = "national_id"
    ACCOUNT = "account"
    IP = "ip"
    BIRTH = "birth"
    TEXT = "text"


# words are compared with a name's words; what is written without blanks is looked for within it
WORDS: dict[Sort, tuple[str, ...]] = {
    Sort.EMAIL: (
        "email", "e mail", "mail", "emailaddress", "courriel", "correo", "correo electronico",
        "posta elettronica", "adres e mail", "epost", "eposta", "sähköposti", "почта",
        "электронная почта",
    ),
    Sort.IP: ("ip", "ip address", "ip addr", "ipaddress", "ipaddr", "adresse ip", "ipv4", "ipv6"),
    Sort.PHONE: (
        "phone", "telephone", "tel", "mobile", "cell", "cellphone", "fax", "phonenumber", "msisdn",
        "whatsapp", "telefon", "telefonnummer", "handy", "handynummer", "mobil", "mobilnummer",
        "rufnummer", "téléphone", "portable", "teléfono", "telefono", "móvil", "movil", "celular",
        "cellulare", "telefone", "telemóvel", "telefoon", "puhelin", "телефон",
    ),
    Sort.CARD: (
        "credit card", "creditcard", "card number", "cardnumber", "card no", "cc number", "pan",
        "kreditkarte", "kreditkartennummer", "kartennummer", "carte bancaire", "numéro de carte",
        "tarjeta", "numero tarjeta", "carta di credito", "cartão",
    ),
    Sort.ACCOUNT: (
        "iban", "bic", "bank account", "account number", "accountnumber", "kontonummer",
        "bankverbindung", "rib", "cuenta bancaria", "conto corrente", "rekeningnummer",
        "sort code",
    ),
    Sort.NATIONAL_ID: (
        "ssn", "social security", "national id", "national insurance", "nino", "passport",
        "passport number", "tax id", "taxid", "tin", "driver license", "drivers license",
        "steuernummer", "steuerid", "steuer id", "sozialversicherungsnummer",
        "personalausweis", "ausweisnummer", "reisepass", "nir", "numéro de sécurité sociale",
        "dni", "nie", "nif", "pasaporte", "curp", "codice fiscale", "codicefiscale", "cpf", "rg",
        "bsn", "pesel", "personnummer", "fodselsnummer", "cpr", "aadhaar", "aadhar", "паспорт",
        "инн", "снилс",
    ),
    Sort.BIRTH: (
        "dob", "birth date", "birthdate", "date of birth", "birthday", "born", "geburtsdatum",
        "geburtstag", "date de naissance", "naissance", "fecha de nacimiento", "nacimiento",
        "data di nascita", "nascita", "data de nascimento", "nascimento", "geboortedatum",
        "födelsedatum", "дата рождения",
    ),
    Sort.POSTCODE: (
        "zip", "zipcode", "zip code", "postcode", "post code", "postal code", "postal", "plz",
        "postleitzahl", "code postal", "codepostal", "código postal", "codigo postal", "cap", "cep",
        "pincode", "pin code", "postnummer", "kod pocztowy", "индекс",
    ),
    Sort.ADDRESS: (
        "address", "street", "addr", "address line", "streetaddress", "adresse", "anschrift",
        "strasse", "straße", "hausnummer", "rue", "domicilio", "dirección", "direccion", "calle",
        "indirizzo", "via", "endereço", "endereco", "rua", "adres", "straat", "ulica", "адрес",
        "улица",
    ),
    Sort.NAME: (
        "first name", "firstname", "last name", "lastname", "full name", "fullname", "surname",
        "given name", "givenname", "family name", "familyname", "middle name", "forename",
        "customer name", "customername", "client name", "contact name", "person name", "fname",
        "lname", "maiden name", "vorname", "nachname", "familienname", "kundenname",
        "name des kunden",
        "prénom", "prenom", "nom", "nom de famille", "nombre", "apellido", "apellidos", "nome",
        "cognome", "sobrenome", "voornaam", "achternaam", "förnamn", "efternamn", "fornavn",
        "etternavn", "imię", "imie", "nazwisko", "имя", "фамилия", "отчество", "фио",
        "cardholder", "recipient", "name",
    ),
}  # fmt: skip
WITHIN: dict[Sort, tuple[str, ...]] = {
    Sort.EMAIL: ("邮箱", "邮件", "電郵", "メールアドレス", "メール", "이메일", "메일"),
    Sort.PHONE: (
        "电话", "電話", "手机号", "手机", "手機", "携帯", "전화", "휴대폰", "핸드폰", "연락처",
    ),
    Sort.CARD: ("银行卡", "信用卡号", "カード番号", "카드번호"),
    Sort.ACCOUNT: ("银行账号", "银行账户", "口座番号", "계좌번호"),
    Sort.NATIONAL_ID: (
        "身份证", "身份證", "护照", "マイナンバー", "주민등록번호", "주민번호", "여권번호",
    ),
    Sort.BIRTH: ("出生日期", "生日", "出生年月", "生年月日", "誕生日", "생년월일", "생일"),
    Sort.POSTCODE: ("邮编", "邮政编码", "郵遞區號", "郵便番号", "우편번호"),
    Sort.ADDRESS: ("地址", "住址", "住所", "주소"),
    Sort.NAME: ("姓名", "名字", "客户名", "氏名", "名前", "お名前", "이름", "성명", "고객명"),
}  # fmt: skip
# beside one of these a "name", a "phone" or an "address" is of a thing, not of a person
OF_THINGS = frozenset((
    "product", "item", "brand", "campaign", "file", "column", "company", "store", "shop",
    "category",
    "model", "event", "page", "host", "domain", "app", "device", "browser", "city", "country",
    "state", "region", "type", "service", "plan", "segment", "group", "channel", "produkt",
    "artikel",
    "firma", "produit", "producto", "marque", "marca", "count", "number of", "num", "flag", "has",
    "is", "opt", "opened", "clicks", "sent", "status", "mac", "web", "url", "site", "hat",
))  # fmt: skip
WHOLE_ONLY = frozenset((
    "name", "nom", "nome", "nombre", "pan", "rg", "tin", "via", "cap", "cell", "born", "mobile",
    "nie", "recipient", "mail", "rib", "bic", "portable", "address", "rue", "index",
))  # fmt: skip


def sort_of(name: str) -> Sort | None:
    """What the column's name promises; None where it promises no personal data."""
    words = tokens(name)
    for sort, texts in WITHIN.items():
        if any(text in name for text in texts):
            return sort
    if set(words) & OF_THINGS:
        return None
    spaced = f" {' '.join(words)} "
    for sort, texts in WORDS.items():
        if any(_promises(text, spaced) for text in texts):
            return sort
    return None


def is_vague(name: str) -> bool:
    """Whether the name ("name", "mobile", "via") is used for much else as well."""
    return " ".join(tokens(name)) in WHOLE_ONLY or re.fullmatch(r"\W*", name) is not None


def _promises(text: str, spaced: str) -> bool:
    if text in WHOLE_ONLY:
        return spaced.strip() in (text, f"customer {text}", f"client {text}", f"{text} number")
    return f" {text} " in spaced
