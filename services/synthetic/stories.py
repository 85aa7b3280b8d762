"""Why contacts are made: need, concerns and a neutral sentence or two that fit each other.

Needs and concerns are codes of definitions.md, section 7. In a narrative `{child}` stands for
the child's first name. Whoever draws a story draws evenly; a story told twice is twice as likely.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """One reason for a contact: primary need, concerns (at least one) and narrative.

    It is told of children from `from_age` whole years on.
    """

    need: str
    concerns: tuple[str, ...]
    narrative: str
    from_age: int = 0


INCIDENTS = (
    Story(
        "N1",
        ("domestic_abuse",),
        "Officers attended a report of an argument between adults at the home. {child} was in "
        "the house and was seen to be well. Advice was given and a risk assessment completed.",
    ),
    Story(
        "N5",
        ("domestic_abuse", "substance_misuse"),
        "Officers were called to a disagreement between {child}'s parents after drinking. One "
        "adult left for the night. {child} was asleep upstairs.",
    ),
    Story(
        "N1",
        ("domestic_abuse", "emotional_abuse"),
        "A neighbour reported shouting at the address. {child} told officers about being "
        "worried by the arguments at home.",
        from_age=4,
    ),
    Story(
        "N4",
        ("domestic_abuse",),
        "A verbal dispute about contact arrangements was reported. {child} was present and "
        "stays with the mother for now.",
    ),
    Story(
        "N6",
        ("missing",),
        "{child} was reported missing from home in the evening and came back safely before "
        "midnight. A return interview has been offered.",
        from_age=11,
    ),
    Story(
        "N6",
        ("other",),
        "{child} was spoken to about nuisance behaviour with friends in the town centre and "
        "taken home. The parents were spoken to.",
        from_age=10,
    ),
    Story(
        "N1",
        ("neglect",),
        "Officers at the address on another matter found the home untidy and little food in the "
        "kitchen. {child} was seen and appeared well.",
    ),
    Story(
        "N1",
        ("criminal_exploitation", "missing"),
        "{child} was found in the company of older people who are known to officers, some way "
        "from home. There is concern about how {child} came to be there.",
        from_age=12,
    ),
)

SCHOOL = (
    Story(
        "N1",
        ("neglect",),
        "{child} often arrives without breakfast and in unwashed clothes. School has spoken to "
        "the family and offered breakfast club.",
    ),
    Story(
        "N1",
        ("physical_abuse",),
        "{child} came to school with a small mark on the arm and gave two accounts of it. The "
        "designated teacher has kept a record.",
        from_age=3,
    ),
    Story(
        "N5",
        ("emotional_abuse", "domestic_abuse"),
        "{child} told a member of staff about arguments at home and does not like going home "
        "at the weekend.",
        from_age=4,
    ),
    Story(
        "N4",
        ("parental_mental_health",),
        "{child}'s mother told school that she is finding it hard to cope at present and would "
        "like some support.",
    ),
    Story(
        "N6",
        ("child_mental_health", "self_harm"),
        "{child} has been low and withdrawn for some weeks. A friend told staff about a worry "
        "that {child} may hurt themselves.",
        from_age=11,
    ),
    Story(
        "N4",
        ("young_carer",),
        "{child} helps to look after a parent who is unwell and is often late. The family would "
        "welcome help.",
        from_age=7,
    ),
    Story(
        "N6",
        ("sexual_exploitation",),
        "{child} has talked in school about a much older friend met online. Staff are worried "
        "about who this person is.",
        from_age=12,
    ),
)

SPECIAL_NEEDS = (
    Story(
        "N2",
        ("disability",),
        "Advice is asked for as part of the assessment of {child}'s special educational needs: "
        "is {child} known to social care?",
    ),
    Story(
        "N2",
        ("disability", "other"),
        "{child}'s parents ask for short breaks. A statement of special educational needs is "
        "being reviewed.",
    ),
    Story(
        "N0",
        ("disability",),
        "Information is asked for towards a statutory assessment of {child}. No concern about "
        "the care at home has been raised.",
    ),
)

STATUTORY = (
    Story(
        "N0",
        ("other",),
        "Information is asked for in private law proceedings: is {child} known to social care?",
    ),
    Story(
        "N0",
        ("domestic_abuse",),
        "Safeguarding checks on {child} are asked for before a first hearing. The application "
        "speaks of past arguments.",
    ),
    Story(
        "N5",
        ("emotional_abuse",),
        "The court asks for a report on {child}'s circumstances while the parents disagree "
        "about contact.",
    ),
)

COUNCIL = (
    Story(
        "N1",
        ("neglect",),
        "A worker who visits the family is worried that {child}'s day-to-day care has slipped.",
    ),
    Story(
        "N5",
        ("domestic_abuse",),
        "New information about the adults in {child}'s home came to light in work with another "
        "family.",
    ),
    Story(
        "N4",
        ("parental_mental_health",),
        "The family's circumstances have changed and support that was in place has ended. "
        "{child}'s needs should be looked at again.",
    ),
    Story(
        "N8",
        ("other",),
        "{child} is staying with relatives and the arrangement needs to be looked at.",
    ),
)

LOOKED_AFTER = (
    Story(
        "N9",
        ("other",),
        "Notice that {child}, looked after by another authority, has been placed in the area.",
    ),
    Story(
        "N8",
        ("missing",),
        "{child} was away from the placement overnight and has come back. The placing authority "
        "knows.",
        from_age=11,
    ),
)

HOME = (
    Story(
        "N7",
        ("homelessness",),
        "The family has had notice to leave its home. {child} and the parents may have nowhere "
        "to stay from next month.",
    ),
    Story(
        "N1",
        ("neglect",),
        "At a repair visit the home was found in poor condition. {child} was present.",
    ),
    Story(
        "N4",
        ("domestic_abuse", "homelessness"),
        "{child}'s mother has asked for a move because of arguments with a former partner.",
    ),
)

WORRIES = (
    Story(
        "N1",
        ("neglect",),
        "The caller is worried that {child} is often left without an adult in the evening.",
    ),
    Story(
        "N5",
        ("substance_misuse",),
        "The caller says that there is a lot of drinking at the home and that {child} is kept "
        "awake by visitors.",
    ),
    Story(
        "N1",
        ("emotional_abuse",),
        "The caller has heard shouting at {child} over several weeks.",
    ),
    Story(
        "N4",
        ("other",),
        "The caller asks what support there is for {child} after the parents' separation.",
    ),
    Story(
        "N6",
        ("other",),
        "The caller finds {child}'s behaviour hard to manage and asks for help.",
        from_age=3,
    ),
)

PROBATION = (
    Story(
        "N1",
        ("domestic_abuse",),
        "A person under supervision has moved into {child}'s home. The officer asks for a check "
        "and shares what is known.",
    ),
    Story(
        "N5",
        ("substance_misuse",),
        "A parent under supervision spoke of drug use. {child} lives at the same address.",
    ),
    Story(
        "N9",
        ("other",),
        "Is {child} known? The question is asked for a report before sentence on a relative.",
    ),
)

OTHERS = (
    Story(
        "N9",
        ("other",),
        "A relative in custody has asked for visits with {child}; the views of social care are "
        "asked for.",
    ),
    Story(
        "N1",
        ("other",),
        "A concern about an adult who works with children was looked into; {child} may have "
        "been present.",
    ),
    Story(
        "N4",
        ("radicalisation",),
        "{child} has been looking at extreme material online. A family worker is in touch and "
        "asks for advice.",
        from_age=13,
    ),
)
