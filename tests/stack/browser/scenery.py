"""A realistic catalogue and history for screenshots; deterministic."""

import random
from collections.abc import Iterator
from itertools import product

from tests.fakes.receiver import Receiver, answer
from tests.stack.catalogue import wait_until
from tests.stack.client import Api, Json
from tests.stack.files import make_csv

PRODUCTS = 20_000
HEADER = "SKU,Title,Description,Price,Stock,Active,Colour,Material"

# By SKU prefix: the things, their materials and their prices.
_KINDS = {
    "LMP": ("desk lamp,floor lamp,pendant lamp,reading lamp,bedside lamp",
            "brass,steel,oak,glass", (49, 79, 129, 189)),
    "CHR": ("dining chair,armchair,rocking chair,bar stool,folding chair",
            "oak,walnut,steel,ash", (119, 189, 249, 399)),
    "TBL": ("coffee table,side table,dining table,writing desk,console table",
            "oak,walnut,steel,glass", (149, 249, 449, 799)),
    "TXT": ("blanket,cushion,curtain,rug,table runner",
            "wool,linen,cotton,jute", (19, 39, 59, 119)),
    "KIT": ("teapot,mixing bowl,cutting board,storage jar,serving tray",
            "ceramic,oak,walnut,glass", (15, 25, 39, 59)),
}  # fmt: skip
_SERIES = (
    "Alder,Birk,Cove,Dune,Elm,Fjord,Grove,Heath,Isle,Juno,Kite,Lund,Marsh,Nook,Oslo,Pier,Quay,Reed,"
    "Sund,Tarn,Ulm,Vale,Wold,Yew,Brae,Crag,Dell,Firth"
).split(",")
_COLOURS = ("oat", "moss", "slate", "rust", "sand", "ink", "chalk", "clay")
_REMARKS = ("Made in small runs.", "Ships flat.", "Spare parts for ten years.",
            "Folds to a hand's width.", "Wipe clean with a damp cloth.")  # fmt: skip

# Typical errors of suppliers' files, each with another reason for its rejection.
BAD_RECORDS = (
    "TBL-90414,Cove coffee table in slate,Ships flat.,-1.00,3,yes,slate,steel",
    'LMP-90412,"Alder desk lamp, brass",Ships flat.,"129,90 €",14,yes,oat,brass',
    "CHR-90413,,Made in small runs.,249.00,6,yes,moss,oak",
    ",Dune rug in rust,Made in small runs.,89.00,21,yes,rust,wool",
    "KIT-90416,Elm teapot in clay,,39.00,a dozen,yes,clay,ceramic",
    "TXT-90417,Fjord cushion in ink,Spare parts for ten years.,24.955,80,yes,ink,linen",
    "LMP-90418,Grove floor lamp in chalk,,on request,2,yes,chalk,brass",
    "CHR-90419,Heath armchair in sand,Ships flat.,399.00,5,perhaps,sand,oak",
    "TBL-90420,Isle writing desk in oat,449.00,4,yes,oat,oak",
    "KIT-90421,Juno serving tray in moss,,1 200.00,9,yes,moss,walnut",
    "LMP-90422,Kite reading lamp in rust,Ships flat.,79.00,12.5,yes,rust,steel",
)


def make_records(price_factor: float = 1.0) -> Iterator[str]:
    """Yield the records of all products, with their prices multiplied by a factor."""
    chance = random.Random(5)
    kinds = [
        (prefix, thing, material, prices)
        for prefix, (things, materials, prices) in _KINDS.items()
        for thing in things.split(",")
        for material in materials.split(",")
    ]
    all_of_them = list(product(_SERIES, kinds, _COLOURS))
    for n, (series, kind, colour) in enumerate(chance.sample(all_of_them, PRODUCTS)):
        prefix, thing, material, prices = kind
        price = round(chance.choice(prices) * price_factor) - 0.1
        active = "yes" if chance.random() < 0.94 else "no"
        stock, remark = chance.randrange(120), chance.choice(_REMARKS)
        yield (
            f'{prefix}-{10_000 + n},"{series} {thing}, {colour}",{remark},{price:.2f},{stock},'
            f"{active},{colour},{material}"
        )


def make_season() -> bytes:
    """Return the file of the screenshots: new prices, new products, duplicates and rejects."""
    before, now = [*make_records()], [*make_records(price_factor=1.1)]
    records = [*now[:13_000], *before[13_000:], *now[:240]]
    for n, bad in enumerate(BAD_RECORDS):
        records.insert(3 + n * 1_700, bad)
    return make_csv(*records, header=HEADER)


def fill(api: Api, receiver: Receiver) -> Json:
    """Create keys, a webhook with deliveries, products and jobs; return the webhook."""
    records = [*make_records()]
    people = {
        name: make_key(api, name, scopes)
        for name, scopes in (
            ("Ada, web shop", ["products:read", "products:write", "imports:write"]),
            ("ERP night run", ["imports:write"]),
            ("Price monitor", ["products:read"]),
        )
    }
    webhook = _make_webhook(api, receiver)
    erp, ada = people["ERP night run"], people["Ada, web shop"]
    _import(erp, "erp-full-export.csv", make_csv(*records[:17_500], header=HEADER))
    receiver.behave(answer(503, b'{"error": "maintenance"}'), answer(200, b'{"ok": true}'))
    _import(ada, "lamps-autumn.csv", make_csv(*records[17_000:18_300], header=HEADER))
    _import(ada, "photos.csv", b"file,width,height\nlamp.jpg,1200,800\n")
    api.call("POST", f"/imports/{ada.announce(4_200_000, name='draft.csv')['job_id']}/cancel")
    ada.delete(filter={"active": False, "price[lte]": "20"})
    people["Price monitor"].get("/products")
    wait_until(lambda: _all_delivered(api, webhook), "all deliveries")
    return webhook


def make_key(api: Api, name: str, scopes: list[str]) -> Api:
    created = api.call("POST", "/keys", json={"name": name, "scopes": scopes})
    assert created.status_code == 201, created.text
    return api.with_key(created.json()["key"])


def _make_webhook(api: Api, receiver: Receiver) -> Json:
    body = {"url": receiver.url.replace("/hooks?for=me", "/shop/catalogue"),
            "description": "Refreshes the shop's catalogue"}  # fmt: skip
    created = api.call("POST", "/webhooks", json=body)
    assert created.status_code == 201, created.text
    webhook: Json = created.json()
    return webhook


def _import(client: Api, name: str, content: bytes) -> None:
    client.follow(client.begin(content, name=name))


def _all_delivered(api: Api, webhook: Json) -> bool:
    found = api.get(f"/webhooks/{webhook['webhook_id']}/deliveries")["items"]
    return len(found) >= 4 and all(delivery["status"] == "DELIVERED" for delivery in found)
