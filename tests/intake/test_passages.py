from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.intake.passages import Passages, numbers_in

REPORT = (
    "## 2.3. Planning\n"
    "\n"
    "Our rating<sup>5</sup> for **planning** is <u>based on</u> cases.\n"
    "- There were insufficient contin-\n"
    "gency arrangements in 37 out of 66 cases, at 3.5 per cent\n"
    "- The inspectorate's “well-informed” view\n"
)


@pytest.mark.parametrize(
    ("passage", "line"),
    [
        ("There were insufficient contin-\ngency", 4),
        ("There were insufficient contingency arrangements in 37", 4),
        ("gency arrangements", None),
        ("cases,\n   at\t3.5 per\u00a0cent", 5),
        ("Our rating for planning is based on cases.", 3),
        ("Our rating<sup>5</sup> for planning", 3),
        ("- **There** were insufficient", 4),
        ('The inspectorate’s "well-\ninformed" view', 6),
        ("2.3. Planning", 1),
    ],
)
def test_a_passage_is_found_whatever_its_dress(passage: str, line: int | None) -> None:
    assert Passages(REPORT).find(passage) == line


@pytest.mark.parametrize(
    "passage",
    [
        "there were insufficient",
        "There were sufficient",
        "in 38 out of 66",
        "37 out of 66 cases; at",
        "7 out of 66",
        "37 out of 6",
        "5 per cent",
        "insufficient contingencyarrangements",
    ],
)
def test_a_changed_letter_figure_or_stop_is_not_found(passage: str) -> None:
    assert Passages(REPORT).find(passage) is None


@pytest.mark.parametrize("nothing", ["", " \n", "**", "- "])
def test_a_passage_without_words_is_not_found(nothing: str) -> None:
    assert Passages(REPORT).find(nothing) is None


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_from_one_whatever_ends_them(line_end: str) -> None:
    assert Passages(line_end.join(["one", "two", "three four"])).find("three four") == 3


def test_the_first_of_two_places_is_given() -> None:
    assert Passages("a\nfound here\nfound here").find("found here") == 2


def test_a_mark_inside_a_word_does_not_split_it() -> None:
    assert Passages("**Ove**rall <u>rat</u>ing").find("Overall rating") == 1


words = st.lists(
    st.text(st.characters(categories=["Ll"], max_codepoint=0x24F), min_size=1, max_size=6),
    min_size=1,
    max_size=30,
)
gaps = st.sampled_from([" ", "\n", "\r\n", "\t", "\u00a0", " ** ", "<sup>12</sup> "])


@given(words=words, data=st.data())
def test_any_run_of_words_is_found_on_its_own_line(words: list[str], data: st.DataObject) -> None:
    text = "".join(word + data.draw(gaps) for word in words)
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))

    found = Passages(text).find(" ".join(words[start:end]))

    assert found is not None
    first_word = text.splitlines()[found - 1]
    assert words[start] in first_word


@given(text=st.text(max_size=200), passage=st.text(max_size=40))
def test_no_text_breaks_the_search(text: str, passage: str) -> None:
    found = Passages(text).find(passage)

    assert found is None or 1 <= found <= 1 + text.count("\n") + text.count("\r")


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("102 cases", {"102"}),
        ("1,534 sentences", {"1534"}),
        ("36 per cent", {"36"}),
        ("safe? 5%", {"5"}),
        ("a score of 3.5.", {"3.5"}),
        ("Seventeen out of 30 people", {"17", "30"}),
        ("nine out of 23", {"9", "23"}),
        ("seven\nof them", {"7"}),
        ("twenty-\nnine, ninety nine", {"29", "99"}),
        ("one hundred and two of two hundred", {"102", "200"}),
        ("two hundred and three hundred", {"200", "300"}),
        ("a hundred people", {"100"}),
        ("ninety-nine hundred", {"9900"}),
        ("twelve thousand and six", {"12006"}),
        ("There was no data", {"0"}),
        ("None of them", {"0"}),
        ("zero", {"0"}),
        ("16–25-year-olds", {"16", "25"}),
        ("6/27", {"6", "27"}),
        ("1,2,3", {"1", "2", "3"}),
    ],
)
def test_numbers_are_read_in_figures_and_in_words(passage: str, expected: set[str]) -> None:
    assert numbers_in(passage) == {Decimal(number) for number in expected}


@pytest.mark.parametrize(
    "passage",
    [
        "half of all relevant cases",
        "one-third of cases",
        "over two thirds",
        "three and a half weeks",
        "twenty-one thirds",
        "just under a quarter",
        "two million",
        "section 2.2.3",
        "on the 30th",
        "someone took money",
        "our rating<sup>5</sup>",
    ],
)
def test_what_is_no_whole_number_states_none(passage: str) -> None:
    assert numbers_in(passage) == frozenset()


@given(number=st.integers(0, 10**9), after=st.sampled_from([" per cent", "%", ".", ", and", ""]))
def test_any_number_in_figures_is_read(number: int, after: str) -> None:
    assert numbers_in(f"in {number}{after}") == {Decimal(number)}
    assert numbers_in(f"in {number:,}{after}") == {Decimal(number)}


@given(passage=st.text())
def test_no_passage_breaks_the_reading_of_numbers(passage: str) -> None:
    assert all(number >= 0 for number in numbers_in(passage))
