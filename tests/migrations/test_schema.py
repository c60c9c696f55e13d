"""The documented schema is what the migrations create."""

from infra.local.postgres import Database
from infra.packaging.package import ROOT
from infra.schema import PATH, read_schema


def test_a_migrated_database_has_the_documented_schema(fresh: Database) -> None:
    """If this fails after a new migration, run `make schema`."""
    assert read_schema(fresh) == (ROOT / PATH).read_text(encoding="utf-8")
