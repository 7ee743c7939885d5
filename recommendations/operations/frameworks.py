"""Recording an inspectorate's measuring stick. A version once recorded never changes."""

from dataclasses import replace
from operator import attrgetter

from django.db import transaction

from recommendations.errors import Refused
from recommendations.framework import Method
from recommendations.models import Framework, Judgement, KeyQuestion, Rating, Standard


@transaction.atomic
def record_framework(method: Method) -> tuple[Framework, bool]:
    """Return the framework of `method` and whether it was made now.

    Raises Refused where that version is recorded already and says something else.
    """
    recorded = Framework.objects.with_parts().filter(slug=method.slug, version=method.version).first()
    if recorded is None:
        return _create(method), True
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


def _create(method: Method) -> Framework:
    framework = Framework.objects.create(
        slug=method.slug,
        version=method.version,
        name=method.name,
        discretion_points=method.discretion_points,
    )
    Rating.objects.bulk_create(Rating(framework=framework, **vars(rating)) for rating in method.ratings)
    Judgement.objects.bulk_create(
        Judgement(framework=framework, **vars(judgement)) for judgement in method.judgements
    )
    domains = dict(method.domains)
    for part in method.standards:
        standard = Standard.objects.create(
            framework=framework,
            number=part.number,
            name=part.name,
            domain=part.domain,
            domain_name=domains[part.domain],
            rated=part.rated,
        )
        KeyQuestion.objects.bulk_create(
            KeyQuestion(standard=standard, **vars(question)) for question in part.key_questions
        )
    return Framework.objects.with_parts().get(pk=framework.pk)
