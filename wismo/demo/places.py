"""Where the made-up buyers live, and which sources tell of their parcels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A country of the demo."""

    country: str
    language: str
    timezone: str
    currency: str
    price: int  # of one item, in minor units
    cities: tuple[tuple[str, str], ...]  # (city, postcode)
    names: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]  # (source, carrier)


PLACES = (
    Place(
        "US", "en", "America/New_York", "USD", 4900,
        (("Boston", "02110"), ("Atlanta", "30303"), ("Charlotte", "28202")),
        ("Ada Miller", "Grace Lee", "Sam Ortiz", "Noah Reed"),
        (("ups", "ups"), ("fedex", "fedex"), ("easypost", "usps")),
    ),
    Place(
        "GB", "en", "Europe/London", "GBP", 3900,
        (("Leeds", "LS1 4AP"), ("Bristol", "BS1 5TR")),
        ("Isla Ward", "Theo Clarke"),
        (("ups", "ups"), ("shopify", "royal-mail")),
    ),
    Place(
        "JP", "ja", "Asia/Tokyo", "JPY", 5800,
        (("東京都渋谷区", "150-0002"), ("大阪市北区", "530-0001")),
        ("佐藤 葵", "鈴木 陽斗", "高橋 結衣"),
        (("fedex", "fedex"), ("aftership", "yamato")),
    ),
    Place(
        "KR", "ko", "Asia/Seoul", "KRW", 52000,
        (("서울 마포구", "04001"), ("부산 해운대구", "48094")),
        ("김서연", "이도윤", "박하은"),
        (("fedex", "fedex"), ("shopify", "cj-logistics")),
    ),
    Place(
        "IN", "hi", "Asia/Kolkata", "INR", 249900,
        (("Bengaluru", "560034"), ("Jaipur", "302001"), ("Pune", "411001")),
        ("अनन्या शर्मा", "रोहन मेहता", "प्रिया नायर"),
        (("delhivery", "delhivery"), ("shiprocket", "xpressbees"), ("clickpost", "delhivery")),
    ),
    Place(
        "AE", "ar", "Asia/Dubai", "AED", 18900,
        (("دبي", "00000"), ("أبوظبي", "00000")),
        ("ليلى حداد", "عمر الفارسي"),
        (("fedex", "fedex"), ("easypost", "aramex")),
    ),
)  # fmt: skip

ITEMS = (
    ("VASE-T", "Stoneware vase, tall", "Chalk white"),
    ("MUG-R", "Ridge mug", "Fern green"),
    ("LAMP-D", "Dune table lamp", "Sand"),
    ("CNDL-C", "Cedar candle", "200 g"),
    ("THRW-L", "Linen throw", "Dusk blue"),
    ("BOWL-S", "Serving bowl", "Oat"),
)
