"""The staging table cuts key ranges as the catalogue orders its keys."""

import psycopg2

from tests.imports.pipeline import Pipeline


def test_rows_are_routed_in_catalogue_order_under_any_database_collation(
    database_dsn: str,
) -> None:
    pipeline = Pipeline(database_dsn, b"sku,name\nA,a\n", "job_order", boundaries=["a", "b"])
    pipeline.prepare()
    with psycopg2.connect(database_dsn) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT collname FROM pg_partitioned_table"
            " JOIN pg_collation ON pg_collation.oid = partcollation[0]"
            " WHERE partrelid = 'staging.job_order'::regclass"
        )
        assert cursor.fetchall() == [("C",)]
    pipeline.close()
    connection.close()
