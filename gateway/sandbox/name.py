"""The names and words that the sandbox's people are made of, in many scripts."""

import unicodedata

FIRST = (
    ("John", "m"), ("Maria", "f"), ("José", "m"), ("Ana", "f"), ("Renée", "f"), ("Zoë", "f"), ("Luca", "m"),
    ("Giulia", "f"), ("Niccolò", "m"), ("Chiara", "f"), ("João", "m"), ("Beatriz", "f"), ("Martín", "m"),
    ("Lucía", "f"), ("Olivia", "f"), ("Jack", "m"), ("Aroha", "f"), ("Sean", "m"), ("محمد", "m"), ("فاطمة", "f"),
    ("Omar", "m"), ("Layla", "f"), ("Jürgen", "m"), ("Käthe", "f"), ("太郎", "m"), ("花子", "f"), ("Yuki", ""),
    ("Işıl", "f"), ("İbrahim", "m"), ("Ελένη", "f"), ("Γιώργος", "m"), ("Олена", "f"), ("Дмитро", "m"),
    ("Anne-Marie", "f"), ("Robert \"Bob\"", "m"), ("D'Arcy", ""), ("Søren", "m"), ("Łucja", "f"), ("Sam", ""),
)  # fmt: skip
LAST = (
    "Smith", "Rossi", "D'Angelo", "O'Connor", "Müller", "Strauß", "Weiß", "García", "Núñez", "Silva", "Conceição",
    "Fernández", "González", "Bianchi", "Esposito", "Nguyễn", "Jones", "Brown", "Williams", "Te Rangi", "العتيبي",
    "Al-Harbi", "山田", "佐藤", "Tanaka", "Yıldız", "Çelik", "Παπαδόπουλος", "Шевченко", "Kowalski", "Ångström",
    "de la Cruz", "van 't Hoff", "Lo Presti", "MacDonald", "Fitzgerald", "Dvořák", "Østergaard", "Lee", "Kim",
)  # fmt: skip
COMPANIES = (
    "Acme Ltd", "Caffè Centrale S.r.l.", "Müller & Söhne GmbH", "O'Brien's Books", "Padaria São João", "Kiwi Crafts",
    "شركة النور", "株式会社さくら", "The \"Quoted\" Company", "Ferretería El Tornillo", "Straße 7 AG",
    "Blue Gum Pty Ltd",
)  # fmt: skip
TAGS = (
    "vip",
    "VIP",
    "newsletter",
    "wholesale",
    "Città",
    "black friday",
    "b2b",
    "été",
    "loyal",
    "press",
    "test_tag1",
)
NOTES = (
    "Prefers to be called in the morning.", "Rings twice; doesn't open.", "Pays by bank transfer.",
    "Allergia alle noci", "Não ligar depois das 18h", "Said \"never again\", came back.\nTwice.",
)  # fmt: skip
DOMAINS = ("example.com", "example.org", "example.net", "mail.example", "shop.example", "post.example")
INTERNATIONAL = (
    ("bücher.example", "xn--bcher-kva.example"), ("josé.example", "xn--jos-dma.example"),
    ("例え.example", "xn--r8jz45g.example"),
)  # fmt: skip
TITLES = ("Mr", "Mrs", "Ms", "Dr", "Prof.")
LOCALES = {
    "IT": "it_IT",
    "BR": "pt_BR",
    "AR": "es_AR",
    "MX": "es_MX",
    "DE": "de_DE",
    "JP": "ja_JP",
    "SA": "ar_SA",
}
LATIN = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "æ": "ae", "đ": "d"})


def plain(text: str) -> str:
    """Lower-case ASCII letters of a name, "" for a script without Latin letters."""
    decomposed = unicodedata.normalize("NFKD", text.translate(LATIN))
    return "".join(letter for letter in decomposed.lower() if "a" <= letter <= "z")


PLAIN_FIRST = tuple(plain(name) for name, _ in FIRST)
PLAIN_LAST = tuple(plain(name) for name in LAST)
