"""Why a record is skipped: each reason with its sentence for people."""

from chalicelib.products.limits import ATTRIBUTES_MAX_BYTES, MOST_ATTRIBUTES

# The reasons that the merge gives, by the mode. The others are those of a file's row rules.
OF_MERGE = {
    "not_in_catalogue": "The catalogue has no such product, and this import only updates products.",
    "already_exists": "The product exists already, and this import only creates products.",
    "too_many_attributes": "With those of the record, the product would have more than"
    f" {MOST_ATTRIBUTES} attributes. Remove some from the product or the record.",
    "attributes_too_long": "With those of the record, the attributes of the product would take more"
    f" than {ATTRIBUTES_MAX_BYTES:,} bytes of a response. Shorten or remove some.",
    "changed_since_plan": "The product was changed after the plan was made. It was left as it is.",
}

SKIPS: dict[str, str] = {
    **OF_MERGE,
    "header_row": "The row repeats the header.",
    "total_row": "The row has the totals of the list.",
    "image_row": "The row only adds an image or a video to the product above.",
    "store_view": "The row has the texts of one store view; the product is the row without one.",
    "rule_row": "The row is a pricing or stock rule, not a product.",
    "component_row": "The row lists a part of a bundle; the part has a row of its own.",
    "variant_parent": "The row only groups its variants, which have rows of their own.",
    "variant_row": "The row is a variant with options in the place of its name.",
    "variant_list": "The row lists several variants in one cell. Write a row for each.",
    "variant_surcharge": "The variant's price is that of its product plus a surcharge. Add it up.",
    "deleted_row": "The row deletes a product in the shop.",
    "ignored_row": "The row is marked to be left out.",
    "other_locale": "The row has the texts of a language other than that of the first row.",
    "group_row": "The row only completes the rejected rows below it.",
    "detail_row": "The row only adds details to the product above.",
}


def describe_skip(reason: str) -> str:
    """Return the sentence of a reason, also of one that only another version knows."""
    return SKIPS.get(reason, "The record isn't a product.")
