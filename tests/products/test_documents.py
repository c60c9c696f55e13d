"""Documents follow their products, whichever workers run or fail."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from chalicelib.products.lists.documents import begin_reading, index_next_block, read_seconds_behind
from tests.products.shelves import differences, empty, index_all, put, take

LONG = "x" * 5000


def backlog(connection: Connection) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM document_backlog")
        ((count,),) = cursor.fetchall()
    return int(count)


def test_a_new_product_gets_its_document(catalogue: Connection) -> None:
    put(catalogue, sku="A")
    assert differences(catalogue)
    index_all(catalogue)
    assert differences(catalogue) == []
    assert backlog(catalogue) == 0


def test_changed_product_gets_a_new_document(catalogue: Connection) -> None:
    product_id = put(catalogue, sku="A")
    index_all(catalogue)
    with catalogue.cursor() as cursor:
        cursor.execute("UPDATE products SET name = 'New', version = version + 1, price = NULL")
        cursor.execute("INSERT INTO document_backlog VALUES (%s / 4096)", (product_id,))
    index_all(catalogue)
    assert differences(catalogue) == []


def test_a_deleted_product_loses_its_document(catalogue: Connection) -> None:
    gone = put(catalogue, sku="A")
    put(catalogue, sku="B")
    index_all(catalogue)
    take(catalogue, gone)
    index_all(catalogue)
    assert differences(catalogue) == []


def test_a_block_that_is_done_again_writes_nothing(catalogue: Connection) -> None:
    product_id = put(catalogue, sku="A")
    index_all(catalogue)
    with catalogue.cursor() as cursor:
        cursor.execute("SELECT xmin::text, ctid::text FROM documents")
        before = cursor.fetchall()
        cursor.execute("INSERT INTO document_backlog VALUES (%s / 4096)", (product_id,))
    index_all(catalogue)
    with catalogue.cursor() as cursor:
        cursor.execute("SELECT xmin::text, ctid::text FROM documents")
        assert cursor.fetchall() == before


def test_block_of_an_interrupted_worker_is_left_to_the_next(
    catalogue: Connection, database_dsn: str
) -> None:
    product_id = put(catalogue, sku="A")
    with closing(psycopg2.connect(database_dsn)) as other, other.cursor() as cursor:
        cursor.execute("DELETE FROM document_backlog")  # as far as it came
        cursor.execute("INSERT INTO documents SELECT * FROM current_documents")
    index_all(catalogue)
    assert product_id
    assert differences(catalogue) == []


@pytest.mark.parametrize(
    "text", ["", " ", LONG, f"a {LONG} b", "\u0301", "ﬁne Ⅷ", "🪔 lamp", "<a&b>", "É" * 3000]
)
def test_every_text_makes_a_document(catalogue: Connection, text: str) -> None:
    put(catalogue, sku="A", name=f"n{text}", description=text)
    index_all(catalogue)
    assert differences(catalogue) == []


def test_a_description_of_a_mebibyte_of_different_words_makes_a_document(
    catalogue: Connection,
) -> None:
    put(catalogue, sku="A", description=" ".join(f"{n:x}" for n in range(190_000)))
    index_all(catalogue)
    assert differences(catalogue) == []


def test_ids_of_any_size_have_a_place(catalogue: Connection) -> None:
    with catalogue.cursor() as cursor:
        for product_id in (0, 131_071, 131_072, 2**19, 2**22 + 5, 2**31, 2**40):
            cursor.execute(
                "INSERT INTO products (id, sku, sku_key, name) OVERRIDING SYSTEM VALUE"
                " VALUES (%s, %s, %s, 'n')",
                (product_id, str(product_id), str(product_id)),
            )
            cursor.execute("INSERT INTO document_backlog VALUES (%s / 4096)", (product_id,))
    index_all(catalogue)
    assert differences(catalogue) == []


def test_readers_see_documents_and_backlog_of_one_moment(
    catalogue: Connection, database_dsn: str
) -> None:
    put(catalogue, sku="A")
    with closing(psycopg2.connect(database_dsn)) as reader, reader.cursor() as cursor:
        assert begin_reading(cursor).is_behind
        index_all(catalogue)
        cursor.execute("SELECT count(*) FROM document_backlog")
        assert cursor.fetchall() == [(1,)]  # still that snapshot
        reader.rollback()
        assert not begin_reading(cursor).is_behind


@pytest.mark.parametrize("seed", range(3))
def test_workers_at_once_with_writers_end_with_true_documents(
    catalogue: Connection, database_dsn: str, seed: int
) -> None:
    empty(catalogue)
    chance = random.Random(seed)
    ids = [put(catalogue, sku=f"S{n}") for n in range(40)]

    def index() -> None:
        with closing(psycopg2.connect(database_dsn)) as connection:
            for _ in range(60):
                index_next_block(connection)

    def write(worker: int) -> None:
        with closing(psycopg2.connect(database_dsn)) as connection, connection.cursor() as cursor:
            for n in range(40):
                product_id = chance.choice(ids)
                cursor.execute(
                    "UPDATE products SET name = %s, version = version + 1 WHERE id = %s",
                    (f"{worker} {n}", product_id),
                )
                cursor.execute("INSERT INTO document_backlog VALUES (%s / 4096)", (product_id,))
                connection.commit() if n % 3 else connection.rollback()

    with ThreadPoolExecutor(4) as pool:
        work = [
            pool.submit(index),
            pool.submit(index),
            pool.submit(write, 1),
            pool.submit(write, 2),
        ]
        for future in work:
            future.result()
    index_all(catalogue)
    assert differences(catalogue) == []


def test_it_is_measured_for_how_long_documents_are_behind(catalogue: Connection) -> None:
    assert read_seconds_behind(catalogue) == 0
    with catalogue.cursor() as cursor:
        cursor.execute(
            "INSERT INTO document_backlog (block, noted_at) VALUES"
            " (0, now() - interval '1 hour'), (0, now() - interval '1 minute')"
        )
    catalogue.commit()
    assert 3_600 <= read_seconds_behind(catalogue) < 3_700
