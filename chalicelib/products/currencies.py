"""Currencies as files write them: ISO 4217 codes, and the signs beside prices."""

from dataclasses import dataclass

CODES = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW
    KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
    NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
    SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED
    VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()
)

_DOLLARS = "USD AUD CAD NZD HKD SGD TWD MXN ARS CLP COP UYU BBD BMD BND BSD BZD DOP FJD GYD JMD KYD"
_SIGNS = {  # a sign, in lower case, and the currencies that it may mean
    "$": _DOLLARS + " LRD NAD SBD SRD TTD XCD",
    "us$": "USD",
    "a$": "AUD",
    "au$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "hk$": "HKD",
    "mx$": "MXN",
    "nt$": "TWD",
    "nz$": "NZD",
    "r$": "BRL",
    "s$": "SGD",
    "€": "EUR",
    "euro": "EUR",
    "£": "GBP EGP FKP GIP LBP SDG SHP SSP SYP",
    "¥": "JPY CNY",
    "￥": "JPY CNY",
    "円": "JPY",
    "元": "CNY TWD",
    "₹": "INR",
    "₨": "INR LKR MUR NPR PKR SCR",
    "rs": "INR LKR MUR NPR PKR SCR",
    "rs.": "INR LKR MUR NPR PKR SCR",
    "₩": "KRW KPW",
    "₽": "RUB",
    "руб": "RUB BYN",  # noqa: RUF001
    "руб.": "RUB BYN",  # noqa: RUF001
    "₺": "TRY",
    "tl": "TRY",
    "₴": "UAH",
    "грн": "UAH",
    "грн.": "UAH",
    "₫": "VND",
    "฿": "THB",
    "₪": "ILS",
    "₦": "NGN",
    "₱": "PHP",
    "₡": "CRC",
    "₲": "PYG",
    "₵": "GHS",
    "₸": "KZT",
    "₼": "AZN",
    "₾": "GEL",
    "₭": "LAK",
    "₮": "MNT",
    "fr": "CHF",
    "fr.": "CHF",
    "sfr": "CHF",
    "sfr.": "CHF",
    "ft": "HUF",
    "kr": "SEK NOK DKK ISK",
    "kr.": "SEK NOK DKK ISK",
    "kč": "CZK",
    "lei": "RON MDL",
    "лв": "BGN",
    "лв.": "BGN",
    "r": "ZAR",
    "rm": "MYR",
    "rp": "IDR",
    "s/": "PEN",
    "zł": "PLN",
}
SIGNS = tuple(sorted(_SIGNS, key=len, reverse=True))


@dataclass(frozen=True)
class Currency:
    """A currency beside a price: its code, or a sign and the codes that it may mean."""

    name: str
    codes: frozenset[str]

    def narrow(self, other: "Currency | None") -> "Currency | None":
        """Return the currency that both can be, else None."""
        if other is None:
            return self
        codes = self.codes & other.codes
        exact = min(self, other, key=lambda currency: len(currency.codes))
        return _make(exact.name, codes) if codes else None


def find_currency(text: str) -> Currency | None:
    """Return the currency that a code or a sign means, in any case."""
    if text.upper() in CODES:
        return Currency(text.upper(), frozenset({text.upper()}))
    codes = frozenset(_SIGNS.get(text.lower(), "").split())
    return _make(text.lower(), codes) if codes else None


def describe_mismatch(found: Currency | None, chosen: str | None) -> str | None:
    """Return what is wrong if a price isn't in the chosen currency; None if it may be."""
    if not found or not chosen or chosen in found.codes:
        return None
    return f"is in {found.name}; options.currency is {chosen}. Convert it, or correct the option."


def _make(name: str, codes: frozenset[str]) -> Currency:
    return Currency(next(iter(codes)) if len(codes) == 1 else name, codes)
