"""The composition root: it makes stores and clients, which handlers pass on, and lists job kinds.

Only handlers (routes, workflow steps, queue and schedule workers) call `services()`; what they call
takes the stores and clients that it needs as arguments. Each service is made at first use and kept
for the life of the process, so that a cold start makes only what its function needs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from chalicelib.aws import make_client
from chalicelib.settings import Settings, read_environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer
    from pydantic import BaseModel

    from chalicelib.events.outbox import Outbox
    from chalicelib.events.queue import EventsQueue
    from chalicelib.imports.api.uploads import Uploads
    from chalicelib.jobs.kind import JobContext, JobKinds
    from chalicelib.jobs.store import JobStore
    from chalicelib.keys.oidc import OidcVerifier
    from chalicelib.keys.store import KeyStore
    from chalicelib.products.edits.service import Editor
    from chalicelib.profiles.matcher import ProfileMatcher
    from chalicelib.profiles.store import ProfileStore
    from chalicelib.webhooks.delivery.attempts import AttemptRunner
    from chalicelib.webhooks.delivery.queues import DeliveryQueues
    from chalicelib.webhooks.delivery.subscribed_types import SubscribedTypes
    from chalicelib.webhooks.store import DeliveryStore, WebhookStore

MakeClient = Callable[[str, int], Any]


@cache
def job_kinds() -> "JobKinds":
    """Return the kinds of jobs. A new kind is added here, and its blueprints in app.py."""
    from chalicelib.exports.kind import EXPORT
    from chalicelib.imports.kind import IMPORT
    from chalicelib.jobs.kind import JobKinds
    from chalicelib.products.bulk_delete.kind import BULK_DELETE
    from chalicelib.products.reverts.kind import REVERT

    return JobKinds(IMPORT, BULK_DELETE, EXPORT, REVERT)


def event_bodies() -> "dict[str, type[BaseModel]]":
    """Return the model of the data of each type of event."""
    from chalicelib.events.models import EDIT_TYPES
    from chalicelib.products.edits.event_body import ProductEventBody

    ends: dict[str, type[BaseModel]] = {
        name: kind.events.data for kind in job_kinds() for name in kind.events.types.values()
    }
    return ends | dict.fromkeys(EDIT_TYPES, ProductEventBody)


class Services:
    """The stores and clients of one installation. A test may assign another to any of them."""

    def __init__(self, settings: Settings, make_client: MakeClient = make_client) -> None:
        self.settings = settings
        self._make_client = make_client
        self._clients: dict[tuple[str, int], Any] = {}

    def client(self, service: str, tries: int = 5) -> Any:
        """Return the AWS client of `service` that sends a request at most `tries` times."""
        name = service, tries
        if name not in self._clients:
            self._clients[name] = self._make_client(service, tries)
        return self._clients[name]

    def use_client(self, service: str, client: Any) -> None:
        """Have every later request to `service` sent by `client`: a test's fake."""
        make = self._make_client
        self._make_client = lambda name, tries: client if name == service else make(name, tries)
        self._clients = {name: kept for name, kept in self._clients.items() if name[0] != service}

    @cached_property
    def jobs(self) -> "JobStore":
        """The jobs."""
        from chalicelib.jobs.dynamo import DynamoJobStore

        settings = self.settings
        return DynamoJobStore(
            self.client("dynamodb"),
            settings.jobs_table,
            settings.retention_days,
            self.outbox,
            job_kinds(),
        )

    @property
    def job_context(self) -> "JobContext":
        """The store of jobs, with what its functions need to start, cancel and end them."""
        from chalicelib.jobs.kind import JobContext

        return JobContext(self.jobs, job_kinds(), self.client, self.settings)

    @cached_property
    def outbox(self) -> "Outbox":
        """The events in DynamoDB that the queue doesn't have yet."""
        from chalicelib.events.outbox import Outbox

        return Outbox(self.client("dynamodb"), self.settings.outbox_table, self.events_queue)

    @cached_property
    def events_queue(self) -> "EventsQueue":
        """The queue of events.

        It retries once at most, for a kept connection that the other end has closed. The sender is
        in the middle of something else, and an event that isn't sent stays in the outbox.
        """
        from chalicelib.events.queue import EventsQueue

        return EventsQueue(self.client("sqs", tries=2), self.settings.events_queue_url)

    @cached_property
    def uploads(self) -> "Uploads":
        """The uploads of sources."""
        from chalicelib.imports.api.uploads import Uploads, make_signer

        return Uploads(
            self.client("s3"), make_signer(self.settings.s3_public_endpoint), self.settings
        )

    @property
    def editor(self) -> "Editor":
        """What edits single products."""
        from chalicelib.products.edits.service import Editor

        functions = self.client("lambda", tries=1)
        return Editor(self.settings, self.jobs, self.subscribed_types.has, functions)

    @cached_property
    def idempotency(self) -> "DynamoDBPersistenceLayer":
        """The responses kept for repeated requests with an Idempotency-Key."""
        from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer

        return DynamoDBPersistenceLayer(
            self.settings.idempotency_table, boto3_client=self.client("dynamodb")
        )

    @cached_property
    def keys(self) -> "KeyStore":
        """The API keys."""
        from chalicelib.keys.dynamo import DynamoKeyStore

        settings = self.settings
        return DynamoKeyStore(self.client("dynamodb"), settings.keys_table, settings.retention_days)

    @cached_property
    def jwt_verifier(self) -> "OidcVerifier | None":
        """What verifies the JWTs of the issuer; None when no issuer is set."""
        from chalicelib.keys.oidc import OidcVerifier

        settings = self.settings
        if not settings.oidc_issuer:
            return None
        return OidcVerifier(settings.oidc_issuer, settings.oidc_audience)

    @cached_property
    def profiles(self) -> "ProfileStore":
        """The profiles."""
        from chalicelib.profiles.dynamo import DynamoProfileStore

        return DynamoProfileStore(self.client("dynamodb"), self.settings.profiles_table)

    @cached_property
    def profile_matcher(self) -> "ProfileMatcher":
        """What proposes a profile for a file."""
        from chalicelib.profiles.matcher import ProfileMatcher

        return ProfileMatcher(self.profiles)

    @cached_property
    def webhooks(self) -> "WebhookStore":
        """The webhooks."""
        from chalicelib.webhooks.dynamo import DynamoWebhookStore

        return DynamoWebhookStore(self.client("dynamodb"), self.settings.webhooks_table)

    @cached_property
    def deliveries(self) -> "DeliveryStore":
        """The deliveries and their attempts."""
        from chalicelib.webhooks.dynamo_deliveries import DynamoDeliveryStore

        settings = self.settings
        return DynamoDeliveryStore(
            self.client("dynamodb"), settings.webhooks_table, settings.retention_days
        )

    @cached_property
    def delivery_queues(self) -> "DeliveryQueues":
        """The queues that wake deliveries."""
        from chalicelib.webhooks.delivery.queues import DeliveryQueues

        settings = self.settings
        return DeliveryQueues(
            self.client("sqs"),
            {"fast": settings.deliveries_queue_url, "slow": settings.slow_deliveries_queue_url},
        )

    @cached_property
    def subscribed_types(self) -> "SubscribedTypes":
        """The event types that some webhook subscribes to."""
        from chalicelib.webhooks.delivery.subscribed_types import SubscribedTypes

        return SubscribedTypes(self.webhooks)

    @cached_property
    def attempt_runner(self) -> "AttemptRunner":
        """The runner of delivery attempts."""
        from chalicelib.webhooks.delivery.attempts import AttemptRunner
        from chalicelib.webhooks.sending.sender import Sender

        return AttemptRunner(
            self.webhooks,
            self.deliveries,
            self.delivery_queues,
            Sender(self.settings.allows_loopback),
            self.settings.schedule_scale,
        )


_served: list[Services] = []  # the last one is in use


def services() -> Services:
    """Return the services of this process, made from its environment at first use."""
    if not _served:
        _served.append(Services(read_environment()))
    return _served[-1]


@contextmanager
def serving(served: Services) -> Iterator[Services]:
    """Have `services()` return `served` while the context lasts: for tests and the benchmark."""
    _served.append(served)
    try:
        yield served
    finally:
        _served.remove(served)
