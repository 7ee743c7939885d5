"""What made-up bodies are called and made-up people write: plain sentences from lists of words."""

from random import Random

HEADS = [
    *("Ald", "Ash", "Bar", "Beck", "Birch", "Bram", "Brook", "Carn", "Cold", "Crag", "Dun", "East", "Elm"),
    *("Fern", "Glen", "Green", "Hal", "Hart", "Hazel", "High", "Holm", "Kel", "King", "Lang", "Lin", "Long"),
    *("Mar", "Mill", "Nether", "North", "Oak", "Over", "Pen", "Red", "Rowan", "Sand", "South", "Stan"),
]
TAILS = [
    *("bridge", "brook", "bury", "by", "cliff", "combe", "dale", "den", "field", "ford", "ham", "hill"),
    *("ley", "mere", "mouth", "stead", "ton", "wick", "worth"),
]

ASKED = (
    "Improve the quality of {work} in cases {where}.",
    "Ensure that {work} is carried out and recorded {where}.",
    "Make sure that {who} have the time and training for {work}.",
    "Review how {work} is overseen by managers, and act on what is found.",
    "Agree with local partners how {work} is shared, and by whom.",
    "Reduce delays in {work} {where}.",
    "Involve people on probation when {work} is planned {where}.",
)
WORK = (
    "risk assessment",
    "safety planning",
    "home visiting",
    "sentence planning",
    "management oversight",
    "domestic abuse enquiries",
    "child safeguarding enquiries",
    "unpaid work placement",
    "court report writing",
    "referral to accommodation services",
    "referral to substance misuse treatment",
    "programme delivery",
    "case recording",
    "supervision of new staff",
    "contact with victims",
    "resettlement work before release",
)
WHERE = (
    "where there is a risk to children",
    "within four weeks of sentence",
    "with a known risk of domestic abuse",
    "after release from custody",
    "in every team",
    "for women on probation",
    "at each review",
    "for young adults",
)
WHO = (
    "practitioners",
    "senior probation officers",
    "case administrators",
    "court staff",
    "newly qualified officers",
)
PLANNED = (
    "Train all {who} in {work}, and test what was learnt.",
    "Hold a monthly audit of {work} and discuss the results in every team.",
    "Write a short guide to {work} with {who}, and keep it up to date.",
    "Give {who} protected time for {work}.",
    "Check {work} {where} every quarter and report the figures.",
    "Appoint a lead for {work} and publish who it is.",
    "Agree a protocol for {work} with the police and the councils.",
)
POSTS = (
    "Head of PDU",
    "Deputy Head of PDU",
    "Quality Development Officer",
    "Senior Probation Officer, courts",
    "Partnerships Manager",
    "Interventions Manager",
    "Business Manager",
    "Learning and Development Lead",
)
REPORTED = (
    "{number} of {total} {who} have completed the training on {work}.",
    "The audit of {work} looked at {total} cases; {number} met the standard.",
    "Work on {work} is on track. The next check is planned for the end of the month.",
    "Two posts are vacant, and {work} has slowed. {number} of {total} tasks are done.",
    "The guide to {work} was issued to {who} and discussed in team meetings.",
    "We met with partners about {work}; {number} of {total} points are agreed.",
    "Figures for {work} {where}: {number} out of {total} this month.",
)
DELAYED = (
    "The trainer left, and the second round was put off.",
    "Two of six posts are vacant.",
    "Partners asked for more time to agree the protocol.",
    "The new case system was delivered later than promised.",
    "The first audit showed that more cases have to be read.",
    "New starters have to attend first.",
)
TITLES = (
    "Case audit, {total} cases: {work}",
    "Training log: {work}",
    "Guide to {work}",
    "Minutes on {work}",
    "Figures on {work} {where}",
    "Observation of {work} by {who}",
)
OUTCOMES = (
    "All {who} are trained, and {work} is checked every month.",
    "In the last audit {number} of {total} cases met the standard for {work}.",
    "The guide to {work} is in use in every team.",
    "{work} now takes place {where}.",
)
ACCEPTED = (
    "The sample is large enough, and it was drawn at random.",
    "The document was issued, and cases show that it is used.",
    "Figures come from the case system, by month.",
    "The log names every post, and the test is attached.",
)
REJECTED = (
    "Minutes say what was intended. Show cases in which it was done.",
    "Three cases are too few to say anything.",
    "It speaks of a time before the work began.",
)
RETURNED = (
    "The figures stop before the work was finished. Please bring them up to date.",
    "Only one team was audited; the claim speaks of all.",
    "The evidence shows a plan, and no practice.",
)
CLOSED = (
    "The work was done as planned, and the evidence shows it.",
    "Evidence and figures support the claim.",
    "Done as agreed. The figures are to be watched.",
)
WITHDRAWN = ("We found cases that do not fit the claim.", "The audit has to be repeated first.")
REOPENED = ("A later audit shows that practice fell back.", "The guide is no longer in use in two teams.")
DECLINED = (
    "The national programme does the same from next year.",
    "Its cost outweighs what it would change.",
)
DECLINE_ACCEPTED = ("The risk is known and small, and its carrier is named.", "Another programme covers it.")
SUPERSEDED = ("Two steps were joined into one.", "A wider step takes its place.")
DISAGREED = (
    "This is for the courts to decide; we cannot promise it.",
    "It would need a change of the national contract.",
    "A national programme covers this part already.",
)
ACCEPTED_PARTS = ("All that concerns {work}.", "{work}, {where}.", "The training of {who}.")
JUDGED = (
    "We read {total} cases. In {number} of them {work} was sufficient.",
    "Leaders know where {work} is weak. In {number} of {total} cases it had improved.",
    "Staff described {work} well; {number} of {total} cases bore this out.",
)
QUESTIONS = (
    "Cases in which {work} was not sufficient {where}",
    "Cases with no {work} {where}",
    "People who waited too long for {work}",
)
SOURCES = (
    "Case audit by the region",
    "Case system, all open cases",
    "Local dip sample",
    "Court team's own count",
)
MOVED = (
    "The unit that does the work was moved.",
    "The region's lead for this passed to the national service.",
)


def say(draw: Random, sentences: tuple[str, ...]) -> str:
    """One of the sentences, its gaps filled."""
    total = 8 + int(draw.random() * 70)
    said = pick(draw, sentences)
    if "{" in said:
        said = said.format(
            work=pick(draw, WORK),
            where=pick(draw, WHERE),
            who=pick(draw, WHO),
            number=int(draw.random() * (total + 1)),
            total=total,
        )
    return said[0].upper() + said[1:]


def pick(draw: Random, words: tuple[str, ...] | list[str]) -> str:
    return words[int(draw.random() * len(words))]


def drawn_from(seed: int, what: str) -> Random:
    """The draw of one thing: the same on every machine, whatever else was drawn before."""
    return Random(f"{seed} {what}")  # noqa: S311  Nothing here is secret.


def places(draw: Random, count: int) -> list[str]:
    """`count` names of places, each another."""
    return draw.sample([head + tail for head in HEADS for tail in TAILS], count)
