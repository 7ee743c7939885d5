"""Writes reports of the family that the published one belongs to, with other facts in them."""

from recommendations.framework import KeyQuestion, Method, Rating, Standard

NAMES = (
    ("1.1", "Leadership"),
    ("1.2", "Staff"),
    ("1.3", "Services"),
    ("1.4", "Information and facilities"),
    ("2.1", "Court work"),
    ("2.2", "Assessment"),
    ("2.3", "Planning"),
    ("2.4", "Implementation and delivery"),
    ("2.5", "Reviewing"),
    ("2.6", "Outcomes"),
)
QUESTIONS = {
    "2.1": (
        "Is the pre-sentence information and advice provided to court sufficiently analytical and "
        "personalised to the individual, supporting the court's decision-making?",
    ),
    "2.2": (
        "Does assessment focus sufficiently on engaging the person on probation?",
        "Does assessment focus sufficiently on the factors linked to offending and desistance?",
        "Does assessment focus sufficiently on keeping other people safe?",
    ),
    "2.3": (
        "Does planning focus sufficiently on engaging the person on probation?",
        "Does planning focus sufficiently on reducing reoffending and supporting desistance?",
        "Does planning focus sufficiently on keeping other people safe?",
    ),
    "2.4": (
        "Is the sentence or post-custody period implemented effectively with a focus on engaging "
        "the person on probation?",
        "Does the implementation and delivery of services effectively support desistance?",
        "Does the implementation and delivery of services effectively support the safety of other people?",
    ),
    "2.5": (
        "Does reviewing focus sufficiently on supporting the compliance and engagement of the "
        "person on probation?",
        "Does reviewing focus sufficiently on supporting desistance?",
        "Does reviewing focus sufficiently on keeping other people safe?",
    ),
    "2.6": (
        "Do early outcomes demonstrate that reasonable progress has been made, in line with the "
        "personalised needs of the person on probation?",
    ),
}


def _rating(code: str, score: int, percentage_from: int, total_from: int) -> Rating:
    name = code.replace("_", " ").capitalize()
    confirmed = percentage_from in (0, 50)
    return Rating(
        code,
        name,
        score,
        percentage_from,
        total_from,
        percentage_confirmed=confirmed,
        total_confirmed=False,
    )


RATINGS = (
    _rating("inadequate", 0, 0, 0),
    _rating("requires_improvement", 1, 50, 5),
    _rating("good", 2, 65, 14),
    _rating("outstanding", 3, 80, 23),
)


def method() -> Method:
    """The framework of the family: nine rated standards, 2.6 measured and not rated."""
    standards = tuple(
        Standard(
            number,
            name,
            int(number[0]),
            rated=number != "2.6",
            key_questions=tuple(
                KeyQuestion(f"{number}.{n}", text) for n, text in enumerate(QUESTIONS.get(number, ()), 1)
            ),
        )
        for number, name in NAMES
    )
    domains = ((1, "Organisational delivery"), (2, "Court work and case supervision"))
    return Method("hmip-pdu", 1, "PDU inspections", domains, RATINGS, (), standards, 5)
