"""The places that the sandbox's people live in, and the shape of an address."""

import msgspec


class Place(msgspec.Struct, frozen=True):
    """One city; ``country`` is ISO 3166-1 alpha-2, ``dial_code`` has no plus sign."""

    city: str
    province: str
    province_code: str
    country: str
    country_name: str
    postal_code: str
    dial_code: int
    street: str


class Address(msgspec.Struct, frozen=True):
    """One postal address in neutral facts; ``floor`` and ``locality`` are None where there are none."""

    place: Place
    number: str
    floor: str | None
    locality: str | None

    @property
    def line(self) -> str:
        """Street and number in one line."""
        return f"{self.place.street} {self.number}"


PLACES = (
    Place("Milano", "Milano", "MI", "IT", "Italy", "20121", 39, "Via Manzoni"),
    Place("Roma", "Roma", "RM", "IT", "Italy", "00184", 39, "Via dell'Orso"),
    Place("Forlì", "Forlì-Cesena", "FC", "IT", "Italy", "47121", 39, "Corso Garibaldi"),
    Place("Torino", "Torino", "TO", "IT", "Italy", "10121", 39, "Via Po"),
    Place("São Paulo", "São Paulo", "SP", "BR", "Brazil", "01310-100", 55, "Avenida Paulista"),
    Place("Rio de Janeiro", "Rio de Janeiro", "RJ", "BR", "Brazil", "22041-001", 55, "Rua Tonelero"),
    Place("Florianópolis", "Santa Catarina", "SC", "BR", "Brazil", "88010-400", 55, "Rua Conselheiro Mafra"),
    Place("Buenos Aires", "Capital Federal", "C", "AR", "Argentina", "C1043", 54, "Avenida Corrientes"),
    Place("Córdoba", "Córdoba", "X", "AR", "Argentina", "X5000", 54, "Calle San Martín"),
    Place("Ciudad de México", "Ciudad de México", "CMX", "MX", "Mexico", "06000", 52, "Calle Tacuba"),
    Place("Sydney", "New South Wales", "NSW", "AU", "Australia", "2000", 61, "George Street"),
    Place("Melbourne", "Victoria", "VIC", "AU", "Australia", "3000", 61, "Collins Street"),
    Place("Brisbane", "Queensland", "QLD", "AU", "Australia", "4000", 61, "Queen Street"),
    Place("Auckland", "Auckland", "AUK", "NZ", "New Zealand", "1010", 64, "Karangahape Road"),
    Place("London", "Greater London", "LND", "GB", "United Kingdom", "NW1 6XE", 44, "Baker Street"),
    Place("Edinburgh", "Scotland", "EDH", "GB", "United Kingdom", "EH1 1YZ", 44, "Royal Mile"),
    Place("الرياض", "الرياض", "01", "SA", "Saudi Arabia", "11564", 966, "شارع العليا"),
    Place("Jeddah", "Makkah", "02", "SA", "Saudi Arabia", "21577", 966, "Tahlia Street"),
    Place("München", "Bayern", "BY", "DE", "Germany", "80331", 49, "Weißenburger Straße"),
    Place("Köln", "Nordrhein-Westfalen", "NW", "DE", "Germany", "50667", 49, "Hohe Straße"),
    Place("Las Vegas", "Nevada", "NV", "US", "United States", "89109", 1, "Las Vegas Blvd. South"),
    Place("Austin", "Texas", "TX", "US", "United States", "73301", 1, "O'Hara Lane"),
    Place("東京都", "東京都", "13", "JP", "Japan", "100-0001", 81, "千代田"),
    Place("Osaka", "Osaka", "27", "JP", "Japan", "530-0001", 81, "Umeda"),
    Place("İstanbul", "İstanbul", "34", "TR", "Turkey", "34000", 90, "İstiklâl Caddesi"),
    Place("Αθήνα", "Αττική", "I", "GR", "Greece", "104 31", 30, "Οδός Ερμού"),
    Place("Київ", "Київ", "30", "UA", "Ukraine", "01001", 380, "вулиця Хрещатик"),
)
