"""The limits of a product's values: imports, edits and the OpenAPI document read them here."""

# The most characters of a text. An installation may set others for these two (SkuMaxLength and
# NameMaxLength in infra/resources/imports.yaml).
SKU_MAX_LENGTH = 128
NAME_MAX_LENGTH = 512

DECIMAL_DIGITS, DECIMAL_PLACES = 10, 2  # before and after the decimal point: numeric(12, 2)
INTEGER_MAX = 2**31 - 1  # PostgreSQL's integer

FIELD_MAX_BYTES = 1024 * 1024  # of one value in UTF-8

# Of a product, and of a record in its staging table: a row of PostgreSQL has 8 KB, and only values
# over 24 bytes are moved out of it.
MOST_ATTRIBUTES = 300
# Columns of a file: a table has at most 1,600, but blank cells take only a bit.
MOST_COLUMNS = 1000
ATTRIBUTE_NAME_MAX_LENGTH = 255

# In bytes of a response (see chalicelib/http/sizes.py). Together they leave room for the rest of
# the product, so that every product fits into a response. Only texts that are mostly quotes or
# control characters reach them.
DESCRIPTION_MAX_BYTES, ATTRIBUTES_MAX_BYTES = 3_200_000, 2_800_000

SEARCH_MAX_LENGTH = 200
MOST_SKUS = 10_000  # of one bulk delete
MOST_ID = 2**31 * 4096 - 1  # the number of an id's block is a PostgreSQL integer
