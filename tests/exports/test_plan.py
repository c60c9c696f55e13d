"""How an export is divided: ranges of ids."""

from chalicelib.exports.plan import IdRange, join_groups, percent_of


def test_ranges_are_adjacent_and_end_above_the_last_id() -> None:
    assert join_groups([(3, 10), (20, 10), (50, 4)], 100, most=9) == [
        IdRange(3, 20, 10),
        IdRange(20, 50, 10),
        IdRange(50, 100, 4),
    ]


def test_groups_are_joined_when_there_are_too_many() -> None:
    groups = [(n * 10, 2) for n in range(7)]
    found = join_groups(groups, 99, most=3)
    assert found == [IdRange(0, 30, 6), IdRange(30, 60, 6), IdRange(60, 99, 2)]


def test_no_products_have_no_range() -> None:
    assert join_groups([], 1, most=3) == []


def test_progress_grows_from_the_plan_to_the_assembly() -> None:
    assert [percent_of(done, 10) for done in (0, 5, 10, 12)] == [5, 50, 95, 95]
    assert percent_of(0, 0) == 5
