"""The kinds of measured requests, and requests of each kind with random parameters."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from bench.catalogue.sample import Sample, words_in

After = tuple[str, int] | tuple[int, int | None, int, int]


@dataclass(frozen=True)
class Question:
    """One request: a page of the list or, with `product_id`, one product and its `changes`."""

    query: dict[str, str] = field(default_factory=dict)
    after: After | None = None  # the content of a cursor
    page: int = 1  # the same position as a page number
    product_id: int | None = None
    changes: dict[str, str] = field(default_factory=dict)


Draw = Callable[[Sample, random.Random], Question]


@dataclass(frozen=True)
class Kind:
    """A kind of request; a deep page is compared with the kind `first`."""

    name: str
    title: str
    draw: Draw
    first: str = ""


def draw_questions(kind: Kind, sample: Sample, count: int, seed: int) -> list[Question]:
    """Return requests of a kind, the same for the same seed.

    Use another seed for each run, because a patch that changes nothing is not written.
    """
    dice = random.Random(f"{seed} {kind.name}")
    return [kind.draw(sample, dice) for _ in range(count)]


def _first(sort: str) -> Draw:
    return lambda _sample, _dice: Question({} if sort == "sku" else {"sort": sort})


def _deep(sort: str) -> Draw:
    def draw(sample: Sample, dice: random.Random) -> Question:
        place = dice.choice(sample.places[sort])
        return Question(_first(sort)(sample, dice).query, place, sample.depth_pages + 1)

    return draw


def _sku(sample: Sample, dice: random.Random) -> Question:
    return Question({"sku": dice.choice(sample.products).sku.lower()})


def _sku_prefix(sample: Sample, dice: random.Random) -> Question:
    return Question({"sku[prefix]": dice.choice(sample.products).sku[: dice.randint(2, 8)]})


def _active(_: Sample, dice: random.Random) -> Question:
    return Question({"active": dice.choice(("true", "false"))})


def _price(sample: Sample, dice: random.Random) -> Question:
    price = dice.choice(sample.products).price
    upper = price + Decimal(dice.choice((1, 10, 100)))
    return Question({"price[gte]": str(price), "price[lte]": str(upper)})


def _updated(sample: Sample, dice: random.Random) -> Question:
    snapshot = dice.choice(sample.products).updated_at
    rest = {"sort": "-updated_at"} if dice.random() < 0.5 else {}
    return Question({"updated_at[gte]": (snapshot - timedelta(seconds=1)).isoformat()} | rest)


def _job(sample: Sample, dice: random.Random) -> Question:
    return Question({"job_id": dice.choice(sample.job_ids)})


def _filters(sample: Sample, dice: random.Random) -> Question:
    query = _price(sample, dice).query | _active(sample, dice).query
    return Question(query | {"sort": dice.choice(("name", "price", "-updated_at"))})


def _search_sku(sample: Sample, dice: random.Random) -> Question:
    return Question({"search": dice.choice(sample.products).sku})


def _rare(sample: Sample, dice: random.Random) -> Question:
    return Question({"search": dice.choice(sample.words.rare)})


def _frequent(sample: Sample, dice: random.Random) -> Question:
    return Question({"search": dice.choice(sample.words.frequent)})


def _frequent_deep(sample: Sample, dice: random.Random) -> Question:
    word, (product_id, pages) = dice.choice(sorted(sample.search_places.items()))
    return Question({"search": word}, (product_id, None, 0, 0), pages + 1)


def _beginning(sample: Sample, dice: random.Random) -> Question:
    words = [word for word in words_in(dice.choice(sample.products).name) if len(word) >= 5]
    return Question({"search": dice.choice(words)[:4]}) if words else _beginning(sample, dice)


def _two_words(sample: Sample, dice: random.Random) -> Question:
    product = dice.choice(sample.products)
    words = sorted(set(words_in(product.name, product.description)))
    return Question({"search": " ".join(dice.sample(words, 2))})


def _search_sorted(sample: Sample, dice: random.Random) -> Question:
    return Question(_frequent(sample, dice).query | {"sort": dice.choice(("sku", "name", "price"))})


def _product(sample: Sample, dice: random.Random) -> Question:
    return Question(product_id=dice.choice(sample.products).id)


def _patch(sample: Sample, dice: random.Random) -> Question:
    price, name = f"{dice.uniform(1, 999):.2f}", dice.choice(sample.products).name
    changes = dice.choice(({"price": price}, {"name": name}))
    return Question(product_id=dice.choice(sample.products).id, changes=changes)


KINDS = (
    Kind("sku", "first page, by sku", _first("sku")),
    Kind("sku-deep", "deep page, by sku", _deep("sku"), "sku"),
    Kind("name", "first page, by name", _first("name")),
    Kind("name-deep", "deep page, by name", _deep("name"), "name"),
    Kind("price", "first page, by price", _first("price")),
    Kind("price-deep", "deep page, by price", _deep("price"), "price"),
    Kind("updated", "first page, last updated first", _first("-updated_at")),
    Kind("updated-deep", "deep page, last updated first", _deep("-updated_at"), "updated"),
    Kind("one-sku", "filter: a sku", _sku),
    Kind("sku-prefix", "filter: the beginning of a SKU, 2 to 8 characters", _sku_prefix),
    Kind("active", "filter: active", _active),
    Kind("price-range", "filter: a price range", _price),
    Kind("updated-since", "filter: updated since", _updated),
    Kind("job", "filter: the import that wrote it", _job),
    Kind("filters", "filters: active, price range, in another order", _filters),
    Kind(
        "search-sku", "search: a sku", lambda s, d: Question({"search": d.choice(s.products).sku})
    ),
    Kind("search-rare", "search: a rare word", _rare),
    Kind("search-frequent", "search: a common word", _frequent),
    Kind("search-deep", "search: deep page of a common word", _frequent_deep, "search-frequent"),
    Kind("search-beginning", "search: the beginning of a word, 4 characters", _beginning),
    Kind("search-two", "search: two words", _two_words),
    Kind("search-sorted", "search: a common word, in another order", _search_sorted),
    Kind("product", "one product", _product),
    Kind("patch", "one product's price or name changed", _patch),
)
