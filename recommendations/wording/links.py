"""Links between recommendations, in sentences."""

from datetime import date

from django.db.models import Q

from recommendations.models import LinkKind, Recommendation, RecommendationLink

FORWARD = {
    LinkKind.REPEATS: "This repeats {target}",
    LinkKind.DEPENDS_ON: "This depends on {target}",
    LinkKind.SUPERSEDES: "This takes the place of {target}",
}
BACKWARD = {
    LinkKind.REPEATS: "This is repeated by {source}",
    LinkKind.DEPENDS_ON: "{source} depends on this",
    LinkKind.SUPERSEDES: "{source} takes the place of this",
}


def links_in_words(recommendation: Recommendation, *, on: date) -> list[str]:
    """ "This repeats BSG-2021-3 (2021): …". Only those published by `on` are named."""
    published = Q(
        source__inspection__published_latest__lte=on,
        target__inspection__published_latest__lte=on,
    )
    links = RecommendationLink.objects.filter(
        published, Q(source=recommendation) | Q(target=recommendation)
    ).select_related("source", "target")
    return [_sentence(link, recommendation) for link in links.order_by("pk")]


def _sentence(link: RecommendationLink, recommendation: Recommendation) -> str:
    forward = link.source_id == recommendation.pk
    other = link.target if forward else link.source
    words = (FORWARD if forward else BACKWARD)[LinkKind(link.kind)]
    named = words.format(source=link.source, target=link.target)
    return f"{named}: “{other.text}”"
