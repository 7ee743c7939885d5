"""The list of recommendations: bullets, wrapped lines, points, notes and headers are told apart."""

import pytest

from recommendations.intake.report import ReadReport, read_report
from tests.intake.damage import in_recommendations, no_numbers, page_breaks, wrapped
from tests.intake.family import method, published_report

BODY = "Bristol and South Gloucestershire PDU"
LAST = "meet the needs of people on probation."


def read(text: str) -> ReadReport:
    assert text != published_report()
    return read_report(text, method())


def read_with(old: str, new: str) -> ReadReport:
    """Read the published report with one passage changed."""
    assert old in published_report()
    return read(published_report().replace(old, new, 1))


def wrapped_with(old: str, new: str) -> ReadReport:
    """Read the report wrapped at 80 characters, with one passage of its list changed."""
    text = in_recommendations(published_report(), lambda part: wrapped(part, 80))
    assert old in text
    return read(text.replace(old, new, 1))


def texts(found: ReadReport) -> list[str]:
    assert found.report is not None, [str(problem) for problem in found.problems]
    return [each.text for each in found.report.recommendations]


def published() -> list[str]:
    return texts(read_report(published_report(), method()))


def assert_refused(found: ReadReport, message: str) -> None:
    assert found.report is None
    assert any(message in problem.message and problem.line for problem in found.problems), [
        str(problem) for problem in found.problems
    ]


def test_a_bullet_on_a_line_of_its_own_hides_no_number() -> None:
    text = in_recommendations(published_report(), lambda part: part.replace("\n- ", "\n•\n"))
    assert texts(read(text)) == published()


def test_a_number_missing_below_bullets_on_their_own_lines_is_refused() -> None:
    text = in_recommendations(published_report(), lambda part: part.replace("\n- ", "\n•\n"))
    assert_refused(read(text.replace("4. ensure", "5. ensure", 1)), "recommendation 4")


def test_a_number_without_its_stop_behind_a_bullet_is_no_part_of_the_text() -> None:
    assert texts(read_with("- ensure that proc", "- 2 ensure that proc")) == published()


def test_a_number_behind_a_bullet_that_does_not_fit_is_refused() -> None:
    assert_refused(read_with("- ensure that proc", "- 4 ensure that proc"), "found number 4")


@pytest.mark.parametrize("first", ["①", "⑴", "⒈", "❶"])
def test_numbers_in_one_character_are_numbers(first: str) -> None:
    text = published_report()
    for place in range(1, 9):
        text = text.replace(
            f"{place}. {published()[place - 1][:6]}",
            f"{chr(ord(first) + place - 1)} {published()[place - 1][:6]}",
            1,
        )
    assert texts(read(text)) == published()


def test_a_number_alone_at_the_end_of_the_list_is_refused() -> None:
    assert_refused(read_with(f"{LAST}\n", f"{LAST}\n10.\n"), "'10.' is alone on its line")


@pytest.mark.parametrize(
    "ending",
    [
        "accommodation services to ensure that their needs are met in the first\n10 weeks of supervision.",
        "accommodation services to ensure that their needs are met at the level\n10) and above.",
        "accommodation services to ensure that their needs are met in prison\n– also women – on release.",
        "accommodation services to ensure that their needs are met in prison\n(a) for women.",
    ],
)
def test_a_wrapped_line_that_looks_marked_makes_no_recommendation(ending: str) -> None:
    old = wrapped(f"- 9. {published()[8]}", 80)
    assert_refused(wrapped_with(old, old[: old.index("accommodation")] + ending), "may be a recommendation")


def test_a_number_in_another_form_is_refused_where_only_one_line_of_the_list_is_unwrapped() -> None:
    found = read_with(
        LAST, "keep to the standards\nof the service for homes and hostels at the level\n10) and above."
    )
    assert_refused(found, "may be a recommendation")


def test_a_bullet_list_with_unannounced_indented_points_is_refused() -> None:
    bulleted = no_numbers(published_report())
    assert_refused(
        read(bulleted.replace("safety of others\n", "safety of others\n  - staff\n  - victims\n", 1)),
        "may be a recommendation",
    )


def test_bullets_that_are_all_indented_are_all_recommendations() -> None:
    bulleted = no_numbers(published_report())
    assert (
        texts(read(in_recommendations(bulleted, lambda part: part.replace("\n- ", "\n    - "))))
        == published()
    )


def test_a_number_that_fits_makes_a_deeper_mark_a_recommendation() -> None:
    assert texts(read_with("\n- ensure that proc", "\n    - ensure that proc")) == published()


@pytest.mark.parametrize("mark", ["9", "9)", "-", "."])
def test_the_last_mark_in_another_form_is_read_where_no_wrap_can_have_made_it(mark: str) -> None:
    assert texts(read_with("- 9. review", f"{mark} review")) == published()


def test_a_letter_inside_a_wrapped_sentence_is_no_mark() -> None:
    end = "to ensure that these (a) are open, (b) are near and"
    found = read_with(f"to ensure that these {LAST}", f"{end}\n(c) {LAST}")
    assert texts(found)[8].endswith(f"{end} (c) {LAST}")


def test_indented_points_below_an_announcement_belong_to_the_text() -> None:
    found = read_with(LAST, "meet needs, including\n  - those of people leaving prison\n  - women.")
    assert texts(found)[8].endswith("needs, including - those of people leaving prison - women.")


def test_lettered_points_below_an_announcement_belong_to_the_text() -> None:
    found = read_with(LAST, "meet needs, that is:\n    a) of women\n    b) of men.")
    assert texts(found)[8].endswith("meet needs, that is: a) of women b) of men.")


def test_indented_points_of_a_list_of_bullets_shift_no_number() -> None:
    bulleted = no_numbers(published_report())
    found = texts(read(bulleted.replace("safety of others\n", "safety of:\n  - staff\n  - others\n", 1)))
    assert found[0].endswith("the safety of: - staff - others")
    assert found[1:] == published()[1:]


@pytest.mark.parametrize(
    "points",
    [
        "meet their needs\n  - of women\n  - of men.",
        "meet their needs\na) of women\nb) of men.",
        "meet their needs, including\n- women\n- men.",
        "meet their needs, namely\nthose of women:\n",
    ],
)
def test_points_that_nothing_shows_to_be_points_are_refused(points: str) -> None:
    assert read_with(LAST, points).report is None


@pytest.mark.parametrize(
    "note",
    [
        "10 Available at the inspectorate website.",
        "10. Available at the inspectorate website.",
        "10 available at the inspectorate website.",
    ],
)
def test_a_footnote_with_the_next_number_is_no_recommendation(note: str) -> None:
    assert_refused(read_with(LAST, f"{LAST}\n\n{note}"), "may be a recommendation")


@pytest.mark.parametrize("header", [BODY, f"{BODY} – August 2023"])
def test_the_body_alone_at_a_pages_edge_is_a_running_header(header: str) -> None:
    found = read_with("- 4. ensure", f"5\n{header}\n- 4. ensure")
    assert texts(found) == published()


def test_the_body_alone_above_a_page_number_is_a_running_footer() -> None:
    assert texts(read_with("- 4. ensure", f"\n{BODY}\n\n5\n\n- 4. ensure")) == published()


def test_a_heading_wrapped_behind_the_body_at_a_pages_edge_is_kept() -> None:
    found = read_with(f"#### **{BODY} should:**", f"5\n{BODY}\nshould:")
    assert texts(found) == published()


@pytest.mark.parametrize("header", ["Probation inspection", "https://example.org/reports/1"])
def test_an_unknown_running_header_is_refused(header: str) -> None:
    assert_refused(read_with("- 4. ensure", f"5\n{header}\n- 4. ensure"), "neither marked")


def test_the_last_recommendation_run_into_the_one_above_is_refused() -> None:
    found = read_with("staff\n- 9. review", "staff 9. Review")
    assert_refused(found, "looks like another recommendation inside recommendation 8")


def test_a_figure_that_ends_a_sentence_is_no_recommendation() -> None:
    assert len(texts(read_with(LAST, "meet needs of people aged under 25. This is urgent."))) == 9


def test_a_heading_that_is_continued_goes_on_with_its_list() -> None:
    found = read_with("- 4. ensure", f"\n**{BODY} should (continued):**\n\n- 4. ensure")
    assert texts(found) == published()


def test_page_breaks_between_recommendations_change_nothing() -> None:
    assert texts(read(page_breaks(published_report()))) == published()
