"""Other reports of the same kind are read too: the code knows no fact of the published one."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recommendations.intake.report import read_report
from tests.intake.damage import DAMAGES, Damage, applied
from tests.intake.family import Facts, expected, facts, method, write


@settings(max_examples=60, deadline=None)
@given(facts())
def test_a_report_of_the_family_is_read(other: Facts) -> None:
    read = read_report(write(other), method())
    assert [str(problem) for problem in read.problems] == []
    assert read.report == expected(other)


@settings(max_examples=60, deadline=None)
@given(facts(), st.lists(st.sampled_from(DAMAGES), min_size=1, max_size=3, unique=True))
def test_a_damaged_report_of_the_family_is_read_or_refused(other: Facts, damages: list[Damage]) -> None:
    damaged = applied(damages, write(other))
    assume(damaged is not None)
    assert damaged is not None
    read = read_report(damaged, method())
    assert read.report in (None, expected(other))
    assert (read.report is None) == bool(read.problems)


@settings(max_examples=60, deadline=None)
@given(facts(), st.data())
def test_a_recommendation_taken_out_of_the_middle_is_refused(other: Facts, data: st.DataObject) -> None:
    lines = write(other).split("\n")
    items = [i for i, line in enumerate(lines) if line.startswith(tuple(f"- {n}. " for n in range(1, 9)))]
    assume(len(items) > 1)
    del lines[data.draw(st.sampled_from(items[:-1]))]
    assert read_report("\n".join(lines), method()).report is None


@settings(max_examples=60, deadline=None)
@given(facts(), st.integers(0, 27))
def test_another_score_than_the_sum_is_refused(other: Facts, score: int) -> None:
    text = write(other)
    total = expected(other).score
    assume(score != total)
    read = read_report(text.replace(f"Score\t{total}/27", f"Score\t{score}/27"), method())
    assert read.report is None
