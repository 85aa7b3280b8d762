"""Why people in health services make contacts: stories as in `services.synthetic.stories`."""

from services.synthetic.stories import Story

INFANTS = (
    Story(
        "N1",
        ("neglect",),
        "Several appointments for {child} have been missed and the home visit raised concern "
        "about conditions in the home.",
    ),
    Story(
        "N3",
        ("parental_mental_health",),
        "{child}'s mother reports low mood since the birth. There is family support nearby, and "
        "she would like more help.",
    ),
    Story(
        "N1",
        ("domestic_abuse",),
        "At a routine question {child}'s mother spoke of arguments with her partner. She is "
        "staying with her own mother.",
    ),
    Story(
        "N5",
        ("substance_misuse",),
        "One parent is working with a drug and alcohol service. An assessment of what this "
        "means for {child} is asked for.",
    ),
)

PREGNANCIES = (
    Story(
        "N3",
        ("substance_misuse",),
        "At booking the mother spoke about past drug use. She is attending appointments. An "
        "assessment before the birth is asked for.",
    ),
    Story(
        "N1",
        ("domestic_abuse",),
        "The mother told the midwife about arguments with the father. She lives with her "
        "parents at present.",
    ),
    Story(
        "N5",
        ("parental_mental_health",),
        "Older children of the mother have had support before. She is well and asks what help "
        "there is this time.",
    ),
)

CLINIC = (
    Story(
        "N6",
        ("child_mental_health",),
        "{child} was seen for anxiety. Family relationships came up, and the family agreed to "
        "ask for support.",
        from_age=6,
    ),
    Story(
        "N1",
        ("neglect",),
        "{child} has missed appointments and treatment is not being kept up at home.",
    ),
    Story(
        "N3",
        ("parental_mental_health",),
        "A parent is in treatment. The team asks whether {child} and the family need support "
        "while this lasts.",
    ),
    Story(
        "N1",
        ("physical_abuse",),
        "{child} was seen with an injury whose explanation should be looked into. {child} is "
        "well and at home.",
    ),
)

ATTENDANCES = (
    Story(
        "N1",
        ("physical_abuse",),
        "{child} attended with a minor injury. The account given changed, and the child was "
        "seen by the paediatric team before going home.",
    ),
    Story(
        "N6",
        ("self_harm", "child_mental_health"),
        "{child} attended feeling very low. The mental health team has seen {child} and agreed "
        "a plan for home.",
        from_age=11,
    ),
    Story(
        "N6",
        ("substance_misuse",),
        "{child} was brought in by friends after drinking and went home with a parent.",
        from_age=13,
    ),
    Story(
        "N4",
        ("parental_mental_health",),
        "A parent attended in distress. {child} is being looked after by a grandparent.",
    ),
)
