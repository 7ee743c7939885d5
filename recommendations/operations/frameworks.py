"""Recording an inspectorate's measuring stick. A version once recorded never changes."""

from dataclasses import replace
from datetime import datetime
from operator import attrgetter

from recommendations.errors import Refused
from recommendations.framework import Method
from recommendations.models import Framework, Judgement, KeyQuestion, Rating, Standard, User
from recommendations.operations.record import recording


def record_framework(*, method: Method, by: User, at: datetime) -> tuple[Framework, bool]:
    """Return the framework of `method` and whether it was made now.

    Raises Refused where that version is recorded already and says something else.
    """
    recorded = Framework.objects.with_parts().filter(slug=method.slug, version=method.version).first()
    if recorded is None:
        return _create(method, by=by, at=at), True
    if _in_order(recorded.as_method()) != _in_order(method):
        raise Refused(
            [
                f"Framework {method.slug} version {method.version} is recorded with other content."
                f" A version is never changed: give the new content version {method.version + 1}."
            ]
        )
    return recorded, False


def _in_order(method: Method) -> Method:
    """The same measuring stick with its parts sorted: a file may list them in any order."""
    standards = [
        replace(standard, key_questions=tuple(sorted(standard.key_questions, key=attrgetter("number"))))
        for standard in method.standards
    ]
    return replace(
        method,
        domains=tuple(sorted(method.domains)),
        ratings=tuple(sorted(method.ratings, key=attrgetter("score"))),
        judgements=tuple(sorted(method.judgements, key=attrgetter("order"))),
        standards=tuple(sorted(standards, key=attrgetter("number"))),
    )


def _create(method: Method, *, by: User, at: datetime) -> Framework:
    with recording("record framework", by=by, at=at) as change:
        framework = change.add(
            Framework(
                slug=method.slug,
                version=method.version,
                name=method.name,
                discretion_points=method.discretion_points,
            )
        )
        change.add_all(Rating, (Rating(framework=framework, **vars(one)) for one in method.ratings))
        change.add_all(Judgement, (Judgement(framework=framework, **vars(one)) for one in method.judgements))
        domains = dict(method.domains)
        for part in method.standards:
            standard = change.add(
                Standard(
                    framework=framework,
                    number=part.number,
                    name=part.name,
                    domain=part.domain,
                    domain_name=domains[part.domain],
                    rated=part.rated,
                )
            )
            questions = (KeyQuestion(standard=standard, **vars(one)) for one in part.key_questions)
            change.add_all(KeyQuestion, questions)
    return Framework.objects.with_parts().get(pk=framework.pk)
