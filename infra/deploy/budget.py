"""The connection budget: whether all that may connect at once fits into the instance."""

from dataclasses import dataclass

# GiB of the size "large" of each family; the sizes below double it, or are named.
_FAMILIES = {
    **dict.fromkeys(("m5", "m6g", "m6i", "m7g", "m7i", "m8g"), 8),
    **dict.fromkeys(("r5", "r6g", "r6i", "r7g", "r7i", "r8g"), 16),
}
_TIMES = {"large": 1, "xlarge": 2, "2xlarge": 4, "4xlarge": 8, "8xlarge": 16, "12xlarge": 24}
_TIMES |= {"16xlarge": 32, "24xlarge": 48}
_BURSTABLE = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_BURSTABLE_FAMILIES = ("t3", "t4g")

# RDS gives an instance LEAST(DBInstanceClassMemory / 9531392, 5000) connections, where
# DBInstanceClassMemory is what the system and RDS leave of the memory. This is a cautious guess.
_BYTES_EACH = 9_531_392
_MOST = 5000
_LEFT, _TAKEN_GIB = 0.92, 0.2

INDEXING = 8  # functions that index at once: ReservedConcurrentExecutions of IndexDocuments
_SINGLE = 8  # planning, checks, sweeps, draining, migrating: one of each
_RESERVED = 15  # superuser_reserved_connections, RDS's own, and a person who looks


@dataclass(frozen=True)
class Budget:
    """What may connect at once, and what there is."""

    staging: int
    merging: int
    api: int
    available: int

    @property
    def needed(self) -> int:
        """The sum, with what is always there."""
        return self.staging + self.merging + INDEXING + _SINGLE + self.api + _RESERVED

    @property
    def proxy_percent(self) -> int:
        """What part of the instance's connections the proxy is given for the API."""
        return max(1, min(100, -(-100 * self.api // self.available)))

    @property
    def reserved(self) -> int:
        """What the functions that connect directly reserve of Lambda's concurrency."""
        return self.staging + 2 * self.merging + INDEXING

    def explain(self) -> str:
        """Return the sum in words."""
        return (
            f"{self.needed} connections of about {self.available}: {self.staging} that stage,"
            f" {self.merging} that merge or delete, {INDEXING} that index, {self.api} of the API,"
            f" {_SINGLE} of single functions, {_RESERVED} reserved"
        )


def make_budget(instance_class: str, workers: int, jobs_at_once: int, api: int) -> Budget:
    """Return the budget of a stage; merges and deletes are of one job at a time, by their lease."""
    return Budget(workers * jobs_at_once, workers, api, max_connections(instance_class))


def max_connections(instance_class: str) -> int:
    """Return about how many connections RDS gives an instance; raises ValueError if unknown."""
    memory = memory_gib(instance_class)
    if memory is None:
        raise ValueError(f"{instance_class} is not known")
    return min(int((memory * _LEFT - _TAKEN_GIB) * 2**30 / _BYTES_EACH), _MOST)


def memory_gib(instance_class: str) -> int | None:
    """Return the memory of an instance class; None for one that is not known here."""
    _, _, rest = instance_class.partition("db.")
    family, _, size = rest.partition(".")
    if family in _BURSTABLE_FAMILIES:
        return _BURSTABLE.get(size)
    if family in _FAMILIES and size in _TIMES:
        return _FAMILIES[family] * _TIMES[size]
    return None


def known_classes() -> str:
    """Return in words which classes are known."""
    families = ", ".join((*_BURSTABLE_FAMILIES, *_FAMILIES))
    return f"db.<family>.<size>, of the families {families}"
