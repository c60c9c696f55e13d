"""Doing a single edit for a request: its transaction, and what comes before and after it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from psycopg2.extensions import cursor as Cursor

from chalicelib.bootstrap import services
from chalicelib.errors import ProblemError, TryAgainError
from chalicelib.events.drain import is_drain_near, trigger_drain
from chalicelib.events.models import EDIT_TYPES, Event
from chalicelib.postgres import connect
from chalicelib.products.edits import (
    CatalogueBusyError,
    Edit,
    ProductMissingError,
    SkuTakenError,
    find_product,
)
from chalicelib.products.lease import free_lease
from chalicelib.products.models import Product

Act = Callable[[Cursor], Edit]


def edit_product(name: str, act: Act) -> Product:
    """Do an edit, have its event told soon, and return the product; raises ProblemError.

    One that a job keeps out is tried again where that job has ended without giving back its lease.
    """
    with _refusing():
        try:
            return _edit_once(name, act)
        except CatalogueBusyError:
            with connect(services().settings, name) as connection:
                is_free = free_lease(connection, services().jobs)
            if not is_free:
                raise
            return _edit_once(name, act)


def read_product(name: str, product_id: int) -> Product:
    """Read a product; raises ProblemError."""
    with (
        _refusing(),
        connect(services().settings, name) as connection,
        connection.cursor() as cursor,
    ):
        return find_product(cursor, product_id)


def refuse_missing() -> ProblemError:
    """Return the problem of a product that is not there."""
    return ProblemError(404, "product_not_found", "There is no such product, or it was deleted.")


def _edit_once(name: str, act: Act) -> Product:
    done: Edit | None = None
    is_waiting = True
    try:
        with connect(services().settings, name) as connection, connection.cursor() as cursor:
            edit = act(cursor)
            connection.commit()
            done = edit
            is_waiting = edit.event is not None and _is_waiting(cursor, edit.event)
    except TryAgainError:
        # What is committed is done and answered so, whatever became of the question after it.
        if done is None:
            raise
    if is_waiting:
        trigger_drain(
            services().client("lambda", tries=1), services().settings.drain_events_function
        )
    return done.product


def _is_waiting(cursor: Cursor, event: Event) -> bool:
    """Say whether some webhook wants an edit's event, and nobody is on the way to it."""
    wanted = [kind for kind in EDIT_TYPES if services().subscribed_types.has(kind)]
    return event.type in wanted and not is_drain_near(cursor, event, wanted)


@contextmanager
def _refusing() -> Iterator[None]:
    """Raise ProblemError for what the store refuses."""
    try:
        yield
    except ProductMissingError:
        raise refuse_missing() from None
    except SkuTakenError as error:
        raise ProblemError(
            409,
            "sku_taken",
            f"The product {error.product_id} has this sku. Change that one, or choose another sku.",
            extensions={"product": {"id": error.product_id, "sku": error.sku}},
        ) from None
    except CatalogueBusyError:
        raise ProblemError(
            409,
            "catalogue_busy",
            "An import or a bulk delete changes the catalogue; until it has ended no product can"
            " have another sku. Try again then.",
            headers={"Retry-After": "5"},
        ) from None
