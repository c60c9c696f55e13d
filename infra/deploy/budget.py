"""The connection budget: whether all concurrent connections fit into the instance."""

from dataclasses import dataclass

# GiB of memory of each family's size "large"; the sizes below are multiples of it.
_FAMILIES = {
    **dict.fromkeys(("m5", "m6g", "m6i", "m7g", "m7i", "m8g"), 8),
    **dict.fromkeys(("r5", "r6g", "r6i", "r7g", "r7i", "r8g"), 16),
}
_TIMES = {"large": 1, "xlarge": 2, "2xlarge": 4, "4xlarge": 8, "8xlarge": 16, "12xlarge": 24}
_TIMES |= {"16xlarge": 32, "24xlarge": 48}
_BURSTABLE = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_BURSTABLE_FAMILIES = ("t3", "t4g")

# RDS gives an instance LEAST(DBInstanceClassMemory / 9531392, 5000) connections, where
# DBInstanceClassMemory is the memory minus what the system and RDS use. This estimates it low.
_BYTES_EACH = 9_531_392
_MOST = 5000
_LEFT, _TAKEN_GIB = 0.92, 0.2

INDEXING = 8  # concurrent indexing functions: ReservedConcurrentExecutions of IndexDocuments
_SINGLE = 8  # one each to plan, check, sweep, drain, migrate
_RESERVED = 15  # superuser_reserved_connections, RDS's own, and an operator's


@dataclass(frozen=True)
class Budget:
    """The connections that may be open at once, and those available."""

    staging: int
    merging: int
    api: int
    available: int

    @property
    def needed(self) -> int:
        """The sum, including the fixed ones."""
        working = self.staging + self.comparing + self.merging + INDEXING
        return working + _SINGLE + self.api + _RESERVED

    @property
    def comparing(self) -> int:
        """Those of plans: as many as a merge has, and at the same time."""
        return self.merging

    @property
    def proxy_percent(self) -> int:
        """The share of the instance's connections that the proxy may use for the API."""
        return max(1, min(100, -(-100 * self.api // self.available)))

    @property
    def reserved(self) -> int:
        """The concurrent executions reserved by functions that connect directly.

        Those that merge, delete and export have their own, though only one job at a time uses them.
        """
        return self.staging + self.comparing + 3 * self.merging + INDEXING

    def explain(self) -> str:
        """Return the sum as a sentence."""
        return (
            f"{self.needed} connections of about {self.available}: {self.staging} for staging,"
            f" {self.comparing} for comparing, {self.merging} for merging, deleting or exporting,"
            f" {INDEXING} for indexing,"
            f" {self.api} for the API, {_SINGLE} for single functions, {_RESERVED} reserved"
        )


def make_budget(instance_class: str, workers: int, jobs_at_once: int, api: int) -> Budget:
    """Return the budget of a stage. Only the job with the lease merges, deletes or exports."""
    return Budget(workers * jobs_at_once, workers, api, max_connections(instance_class))


def max_connections(instance_class: str) -> int:
    """Return an estimate of an instance's connections; raises ValueError for unknown classes."""
    memory = memory_gib(instance_class)
    if memory is None:
        raise ValueError(f"unknown instance class {instance_class}")
    return min(int((memory * _LEFT - _TAKEN_GIB) * 2**30 / _BYTES_EACH), _MOST)


def memory_gib(instance_class: str) -> int | None:
    """Return the memory of an instance class, or None if the class is unknown."""
    _, _, rest = instance_class.partition("db.")
    family, _, size = rest.partition(".")
    if family in _BURSTABLE_FAMILIES:
        return _BURSTABLE.get(size)
    if family in _FAMILIES and size in _TIMES:
        return _FAMILIES[family] * _TIMES[size]
    return None


def known_classes() -> str:
    """Return the known classes as a phrase."""
    families = ", ".join((*_BURSTABLE_FAMILIES, *_FAMILIES))
    return f"db.<family>.<size> with one of the families {families}"
