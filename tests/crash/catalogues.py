"""Files of some thousand records with everything that an import may have to handle."""

import random

_BAD = [
    ",no sku,1,1,red\n",
    "S1,,1,1,red\n",
    "too,few\n",
    'S2,"bad price",1.999,1,red\n',
    "S3,bad quantity,1,-1,red\n",
]


def make_catalogue(generator: random.Random, records: int) -> bytes:
    """Return a file with mostly valid records, some invalid ones and some repeated skus."""
    return ("sku,name,price,quantity,color\n" + "".join(_records(generator, records))).encode()


def _records(generator: random.Random, records: int) -> list[str]:
    found = []
    for _ in range(records):
        sku = f"S-{generator.randrange(records * 2)}"
        kind = generator.random()
        name = '"two\nlines, ""quoted"""' if kind < 0.1 else f"Läufer {generator.randrange(3)}"
        if kind > 0.95:
            found.append(generator.choice(_BAD))
        else:
            price, color = generator.randrange(400) / 4, generator.choice(["red", "", "à"])
            found.append(f"{sku},{name},{price},{generator.randrange(9)},{color}\n")
    return found
