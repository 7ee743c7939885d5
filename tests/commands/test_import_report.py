"""`import_report`: a report becomes a record, or is refused with every reason and writes nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from recommendations.models import (
    Framework,
    Inspection,
    Measure,
    Organisation,
    Recommendation,
    StandardRating,
)
from tests.checks import ROOT
from tests.intake.damage import DAMAGES, Damage

REPORT = ROOT / "seeds" / "reports" / "BSG-2023.txt"

pytestmark = pytest.mark.usefixtures("empty")


def run(file: Path, *options: str) -> str:
    """What the command prints; raises CommandError with what it complains of."""
    out, complaints = StringIO(), StringIO()
    try:
        call_command("import_report", str(file), *options, stdout=out, stderr=complaints)
    except CommandError as error:
        raise CommandError(f"{complaints.getvalue()}{error}") from error
    return out.getvalue()


def altered(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The report with each old wording put to a new one; every old one must be there."""
    text = REPORT.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "report.txt"
    file.write_text(text, "utf-8")
    return file


def rows() -> list[int]:
    models = (Framework, Inspection, Measure, Organisation, Recommendation, StandardRating)
    return [model.objects.count() for model in models]


def test_the_report_becomes_a_record() -> None:
    said = run(REPORT)
    assert "BSG-2023" in said
    assert "Score 6 of 27: Requires improvement" in said
    inspection = Inspection.objects.get()
    assert (inspection.recommendations.count(), inspection.has_curated_data) == (9, True)
    [warning] = inspection.intake_warnings
    assert "read as recommendation 2 by its place" in warning


def test_a_dry_run_checks_all_and_writes_nothing() -> None:
    said = run(REPORT, "--dry-run")
    assert "Score 6 of 27" in said
    assert "nothing was written" in said
    assert rows() == [0] * 6


def test_reading_the_same_report_again_changes_nothing_and_says_so() -> None:
    run(REPORT)
    before = rows(), Inspection.objects.get().version
    assert "nothing was changed" in run(REPORT)
    assert (rows(), Inspection.objects.get().version) == before


def test_another_copy_with_other_line_ends_is_the_same_report(tmp_path: Path) -> None:
    run(REPORT)
    copy = tmp_path / "copy.txt"
    copy.write_bytes(REPORT.read_bytes().replace(b"\n", b"\r\n"))
    assert "nothing was changed" in run(copy)


# One in six in the test command: that each is read alike is what the tests of the reader hold.
COPIES = [
    pytest.param(damage, marks=[pytest.mark.slow] if place % 6 else [])
    for place, damage in enumerate(DAMAGES)
]


@pytest.mark.parametrize("damage", COPIES, ids=lambda damage: damage.__name__)
def test_a_damaged_copy_is_the_same_report(tmp_path: Path, damage: Damage) -> None:
    run(REPORT)
    copy = tmp_path / "copy.txt"
    copy.write_text(damage(REPORT.read_text("utf-8")), "utf-8", newline="")
    assert "nothing was changed" in run(copy)


def test_the_same_isbn_without_its_hyphens_is_the_same_report(tmp_path: Path) -> None:
    run(REPORT)
    assert "nothing was changed" in run(altered(tmp_path, ("978-1-915468-81-9", "9781915468819")))


def test_the_same_reference_with_other_words_is_refused_with_the_differences(tmp_path: Path) -> None:
    run(REPORT)
    file = altered(tmp_path, ("improve the vetting timescales", "review the vetting timescales"))
    with pytest.raises(CommandError) as refusal:
        run(file)
    assert "Recommendation 8: the record says" in str(refusal.value)
    assert "review the vetting timescales" in str(refusal.value)
    assert Recommendation.objects.filter(text__startswith="review the vetting").count() == 0


def test_a_curated_figure_that_the_report_contradicts_is_refused(tmp_path: Path) -> None:
    file = altered(
        tmp_path,
        ("safe?\t36%", "safe?\t37%"),
        ("lowest score was 36 per cent", "lowest score was 37 per cent"),
    )
    with pytest.raises(CommandError, match=r"gives 36 % for key question 2\.2\.3, the report gives 37 %"):
        run(file)
    assert rows() == [0] * 6


def test_every_problem_is_told_with_its_line_and_nothing_is_written(tmp_path: Path) -> None:
    file = altered(tmp_path, ("Score\t6/27", "Score\t7/27"), ("\t47%", "\t147%"))
    with pytest.raises(CommandError) as refusal:
        run(file)
    assert "line 70" in str(refusal.value)
    assert "147" in str(refusal.value)
    assert "nothing was written" in str(refusal.value)
    assert rows() == [0] * 6


def test_an_unknown_addressee_is_named_and_made_only_when_allowed(tmp_path: Path) -> None:
    file = altered(tmp_path, ("South West region should:", "Bristol City College should:"))
    with pytest.raises(CommandError, match="“Bristol City College” is not known"):
        run(file)
    assert rows() == [0] * 6
    run(file, "--create-organisations")
    made = Recommendation.objects.get(number=7).owner
    assert (made.name, made.level) == ("Bristol City College", "partner")


def other_body(tmp_path: Path, name: str) -> Path:
    """The report as if on another body, with another ISBN."""
    return altered(
        tmp_path,
        ("Bristol and South Gloucestershire", name),
        ("tol and South Gloucestershire", name),
        ("978-1-915468-81-9", "978-1-915468-80-2"),
    )


def test_a_report_without_curated_data_says_so(tmp_path: Path) -> None:
    said = run(other_body(tmp_path, "Norfolk"), "--create-organisations")
    assert "There is no curated data for N-2023" in said
    inspection = Inspection.objects.get()
    assert (inspection.reference, inspection.has_curated_data) == ("N-2023", False)
    assert inspection.inspected.parent.name == "South West region"
    assert not Measure.objects.exists()


def test_the_same_reference_for_another_body_asks_for_one(tmp_path: Path) -> None:
    run(REPORT)
    file = other_body(tmp_path, "Barnet and Saint Giles")
    with pytest.raises(CommandError, match="--reference"):
        run(file, "--create-organisations")
    run(file, "--create-organisations", "--reference", "BSGL-2023")
    assert sorted(Inspection.objects.values_list("reference", flat=True)) == ["BSG-2023", "BSGL-2023"]


def test_an_isbn_of_another_report_is_refused() -> None:
    run(REPORT)
    with pytest.raises(CommandError, match="ISBN 978-1-915468-81-9 is already that of BSG-2023"):
        run(REPORT, "--reference", "OTHER-2023")


@pytest.mark.parametrize("reference", ["bsg-2023", "BSG 2023", "-", "A" * 41, "BSG/2023"])
def test_an_ill_formed_reference_is_refused(reference: str) -> None:
    with pytest.raises(CommandError, match="is no reference"):
        run(REPORT, f"--reference={reference}")


def test_an_unknown_framework_is_refused_and_the_known_are_named() -> None:
    with pytest.raises(CommandError, match=r"“other”.*Known are: hmip-pdu-1"):
        run(REPORT, "--framework", "other")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "absent.txt")


def test_a_pdf_itself_is_refused_in_plain_words(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(b"%PDF-1.7\n\xe2\xe3\xcf\xd3")
    with pytest.raises(CommandError, match="do not give the PDF itself"):
        run(file)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.touch()
    with pytest.raises(CommandError, match="nothing was written"):
        run(file)


def test_a_broken_seed_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "organisations.toml").write_text("organisation = 3")
    with pytest.raises(CommandError, match=r"organisations\.toml"):
        run(REPORT, "--seeds", str(tmp_path))


def test_curated_data_that_comes_later_is_added(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    (seeds / "frameworks").mkdir(parents=True)
    for name in ("organisations.toml", "frameworks/hmip-pdu-1.toml"):
        (seeds / name).write_text((ROOT / "seeds" / name).read_text())
    run(REPORT, "--seeds", str(seeds))
    assert not Measure.objects.exists()
    assert "its curated data is new and was added" in run(REPORT)
    assert Measure.objects.filter(recommendation__number=9).count() == 1


def test_seeds_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not a directory"):
        run(REPORT, "--seeds", str(tmp_path / "absent"))


def test_seeds_that_are_no_text_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "organisations.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match=r"organisations\.toml"):
        run(REPORT, "--seeds", str(tmp_path))
