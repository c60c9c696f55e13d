"""The words of generated product names and descriptions."""

from itertools import product

_QUALITIES = (
    "Foldable",
    "Compact",
    "Waterproof",
    "Vintage",
    "Stackable",
    "Cordless",
    "Organic",
    "Slim",
)
_MATERIALS = ("walnut", "steel", "linen", "bamboo", "ceramic", "leather", "glass", "cotton")
_THINGS = (
    *("desk lamp", "chair", "backpack", "teapot", "bookshelf", "wall clock", "blanket", "tool box"),
    *("headset", "bottle", "keyboard", "coat rack", "cushion", "tray", "notebook", "garden hose"),
)
_FOREIGN_THINGS = (
    *("café-crème cup", "Stehlampe Größe L", "señorita fan", "naïve plush bär", "šálek na čaj"),
    *("кухонный стол", "木製の椅子", "κούπα καφέ", "smörgås board", "żółty parasol", "竹の茶碗"),
)
_OPENINGS = (
    *("Made for everyday use", "Assembled by hand in small runs", "Holds up to twelve kilograms"),
    *(
        "Fits through every standard door",
        "Comes with a spare set of screws",
        "Cleans with a damp cloth",
    ),
    *(
        "Built from certified sources",
        "Tested for ten thousand openings",
        "Ships flat in one parcel",
    ),
    *("Quiet enough for a shared office", "Keeps its colour in the sun", "Folds to a hand's width"),
)
_CLOSINGS = (
    *("two years of warranty and free returns", "spare parts are kept for a decade"),
    *("works with every model since last year", "see the manual for the measurements"),
    *("sold singly and in packs of four pieces", "not suited to outdoor use in winter"),
    *("delivered within three working days", "the picture shows the larger size"),
)

PREFIXES = tuple(f"{a}{b}{c}" for a, b, c in product("ABCDKLMN", "EIOU", "RSTX"))
NAMES = tuple(" ".join(words) for words in product(_QUALITIES, _MATERIALS, _THINGS))
FOREIGN_NAMES = tuple(" ".join(words) for words in product(_QUALITIES, _FOREIGN_THINGS))
OPENINGS = tuple(f"{a} (edition {n})" for a in _OPENINGS for n in range(1, 10))
CLOSINGS = _CLOSINGS
