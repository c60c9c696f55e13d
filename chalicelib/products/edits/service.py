"""Run a single edit for a request: its transaction, and what comes before and after it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import cursor as Cursor

from chalicelib.errors import ProblemError, TryAgainError
from chalicelib.events.drain import is_drain_near, trigger_drain
from chalicelib.events.models import EDIT_TYPES, Event
from chalicelib.jobs.store import JobStore
from chalicelib.postgres import connect
from chalicelib.products.edits.transaction import (
    CatalogueBusyError,
    Edit,
    ProductMissingError,
    SkuTakenError,
    find_product,
)
from chalicelib.products.lease import free_lease
from chalicelib.products.models import Product
from chalicelib.settings import Settings

Act = Callable[[Cursor], Edit]


@dataclass(frozen=True)
class Editor:
    """Edits single products, with what the edits need."""

    settings: Settings
    jobs: JobStore
    has_webhook: Callable[[str], bool]  # whether a webhook subscribes to a type of event
    functions: Any  # the Lambda client

    def edit(self, name: str, act: Act) -> Product:
        """Run an edit, trigger the delivery of its event and return the product.

        Raises ProblemError. When a job that has ended still holds the lease, the lease is freed
        and the edit retried.
        """
        with _translated_errors():
            try:
                return self._edit_once(name, act)
            except CatalogueBusyError:
                with connect(self.settings, name) as connection:
                    is_free = free_lease(connection, self.jobs)
                if not is_free:
                    raise
                return self._edit_once(name, act)

    def _edit_once(self, name: str, act: Act) -> Product:
        done: Edit | None = None
        is_waiting = True
        try:
            with connect(self.settings, name) as connection, connection.cursor() as cursor:
                edit = act(cursor)
                connection.commit()
                done = edit
                is_waiting = edit.event is not None and self._is_waiting(cursor, edit.event)
        except TryAgainError:
            # A committed edit succeeds, even if the question after it fails.
            if done is None:
                raise
        if is_waiting:
            trigger_drain(self.functions, self.settings.drain_events_function)
        return done.product

    def _is_waiting(self, cursor: Cursor, event: Event) -> bool:
        """Return whether a webhook subscribes to the event and no drain is about to send it."""
        subscribed = [kind for kind in EDIT_TYPES if self.has_webhook(kind)]
        return event.type in subscribed and not is_drain_near(cursor, event, subscribed)


def read_product(settings: Settings, name: str, product_id: int) -> Product:
    """Return a product; raises ProblemError. `name`: the name of the connection."""
    with (
        _translated_errors(),
        connect(settings, name) as connection,
        connection.cursor() as cursor,
    ):
        return find_product(cursor, product_id)


def missing_problem() -> ProblemError:
    """Return the problem of a product that doesn't exist."""
    return ProblemError(404, "product_not_found", "This product doesn't exist, or was deleted.")


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Raise ProblemError for the errors of an edit's transaction."""
    try:
        yield
    except ProductMissingError:
        raise missing_problem() from None
    except SkuTakenError as error:
        raise ProblemError(
            409,
            "sku_taken",
            f"Product {error.product_id} already has this SKU. Change that product, or use another"
            " SKU.",
            extensions={"product": {"id": error.product_id, "sku": error.sku}},
        ) from None
    except CatalogueBusyError:
        raise ProblemError(
            409,
            "catalogue_busy",
            "A job that needs the whole catalogue is running; SKUs can't change until it finishes."
            " Retry then.",
            headers={"Retry-After": "5"},
        ) from None
