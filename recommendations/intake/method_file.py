"""A framework file under `seeds/frameworks/`: an inspectorate's measuring stick as TOML."""

from recommendations.framework import (
    JudgementLevel,
    KeyQuestionDefinition,
    Method,
    RatingLevel,
    StandardDefinition,
)
from recommendations.intake.problems import Problem
from recommendations.intake.toml_table import Once, Table, parsed, text_like, text_of

STANDARD_NUMBER = r"[1-9]\.[1-9][0-9]?"

_SLUG = text_like(
    r"(?=.{1,60}\Z)[a-z0-9]+(?:-[a-z0-9]+)*",
    "a slug of up to 60 small letters, figures and hyphens",
)
_CODE = text_like(
    r"(?=.{1,40}\Z)[a-z0-9]+(?:_[a-z0-9]+)*",
    "a code of up to 40 small letters, figures and underscores",
)
_NUMBER = text_like(STANDARD_NUMBER, "a standard number like 2.2")
_QUESTION_NUMBER = text_like(rf"{STANDARD_NUMBER}\.[1-9]", "a key question number like 2.2.3")
_STEP_NAME, _PART_NAME, _NAME, _PROSE = text_of(60), text_of(100), text_of(200), text_of(5000)


def read_method(text: str) -> tuple[Method | None, tuple[Problem, ...]]:
    """Read a framework file: the method, or None and every problem."""
    problems: list[Problem] = []
    if file := parsed(text, problems):
        method = _method(file)
        if not problems:
            return method, ()
    return None, tuple(problems)


def _method(file: Table) -> Method:
    ratings, standards = file.tables("ratings"), file.tables("standards")
    domains = _domains(file.tables("domains"))
    numbers = Once()
    method = Method(
        slug=file.text("slug", _SLUG),
        version=file.whole("version", least=1),
        name=file.text("name", _NAME),
        domains=domains,
        ratings=tuple(_rating(table) for table in ratings),
        judgements=_judgements(file.tables("judgements")),
        standards=tuple(_standard(table, domains, numbers) for table in standards),
        discretion_points=file.whole("discretion_points", most=100),
    )
    file.close()
    _check_ratings(ratings, method)
    return method


def _domains(tables: list[Table]) -> tuple[tuple[int, str], ...]:
    numbers, domains = Once(), []
    for table in tables:
        number, name = table.whole("number", least=1, most=9), table.text("name", _PART_NAME)
        table.close()
        if table.is_sound("number"):
            numbers.note(table, "number", number)
        domains.append((number, name))
    return tuple(domains)


def _rating(table: Table) -> RatingLevel:
    rating = RatingLevel(
        code=table.text("code", _CODE),
        name=table.text("name", _STEP_NAME),
        score=table.whole("score"),
        percentage_from=table.whole("percentage_from", most=100),
        total_from=table.whole("total_from"),
        percentage_confirmed=table.flag("percentage_confirmed"),
        total_confirmed=table.flag("total_confirmed"),
    )
    table.close()
    return rating


def _judgements(tables: list[Table]) -> tuple[JudgementLevel, ...]:
    names, orders, judgements = Once(), Once(), []
    for table in tables:
        judgement = JudgementLevel(
            code=table.text("code", _CODE),
            name=table.text("name", _STEP_NAME),
            order=table.whole("order"),
            verified=table.flag("verified"),
            definition=table.text("definition", _PROSE),
        )
        table.close()
        _note_names(names, table, judgement)
        if table.is_sound("order"):
            orders.note(table, "order", judgement.order)
        judgements.append(judgement)
    return tuple(judgements)


def _note_names(names: Once, table: Table, step: RatingLevel | JudgementLevel) -> None:
    """Steps are looked up by code or name, so neither may lead to two of them."""
    names.note(table, "code", step.code)
    if step.name.casefold() != step.code.casefold():
        names.note(table, "name", step.name)


def _standard(table: Table, domains: tuple[tuple[int, str], ...], numbers: Once) -> StandardDefinition:
    questions = table.tables("key_questions", required=False)
    standard = StandardDefinition(
        number=table.text("number", _NUMBER),
        name=table.text("name", _PART_NAME),
        domain=table.whole("domain", least=1, most=9),
        rated=table.flag("rated"),
        key_questions=tuple(_key_question(question, numbers) for question in questions),
    )
    table.close()
    numbers.note(table, "number", standard.number)
    if not table.is_sound("domain") or not table.is_sound("number"):
        return standard
    if standard.domain not in dict(domains):
        table.refuse("domain", f"found {standard.domain}, expected the number of a domain listed")
    elif not standard.number.startswith(f"{standard.domain}."):
        table.refuse("number", f"found {standard.number}, expected one of domain {standard.domain}")
    for question, read in zip(questions, standard.key_questions, strict=True):
        if not read.number.startswith(f"{standard.number}."):
            question.refuse("number", f"found {read.number}, expected one of standard {standard.number}")
    return standard


def _key_question(table: Table, numbers: Once) -> KeyQuestionDefinition:
    question = KeyQuestionDefinition(
        number=table.text("number", _QUESTION_NUMBER), text=table.text("text", _PROSE)
    )
    table.close()
    numbers.note(table, "number", question.number)
    return question


def _check_ratings(tables: list[Table], method: Method) -> None:
    """Bands and scores start at 0 and rise, so that every figure falls in exactly one band."""
    names = Once()
    for table, rating in zip(tables, method.ratings, strict=True):
        _note_names(names, table, rating)
    for key in ("score", "percentage_from", "total_from"):
        figures = [getattr(rating, key) for rating in method.ratings]
        for table, below, figure in zip(tables, [None, *figures], figures, strict=False):
            if not table.is_sound(key):
                continue
            if below is None and figure != 0:
                table.refuse(key, f"found {figure}, expected 0 for the lowest rating")
            if below is not None and figure <= below:
                table.refuse(key, f"found {figure}, expected more than {below}, the one below")
    if method.ratings and method.ratings[-1].total_from > method.maximum():
        tables[-1].refuse(
            "total_from",
            f"found {method.ratings[-1].total_from}, expected at most {method.maximum()},"
            " every rated standard at the highest score",
        )
