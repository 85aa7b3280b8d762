"""The closed code lists of the front door, with labels (definitions.md, sections 2, 3, 6 and 7).

Every list is a `StrEnum` whose value is the code that travels over HTTP and stands in the tables.
`LABELS` gives the words that people read.
"""

from enum import StrEnum


class SubmittedAs(StrEnum):
    """What the sender called the record; it does not decide what the record is."""

    CONTACT = "contact"
    REFERRAL = "referral"


class Outcome(StrEnum):
    """The columns of Table 1, in published order (definitions.md, section 2)."""

    CLOSED_AND_LOGGED = "closed_and_logged"
    NO_FURTHER_ACTION = "no_further_action"
    TO_ASSESSMENT = "to_assessment"
    YET_TO_PROCEED = "yet_to_proceed"


class DecisionKind(StrEnum):
    """What an authority may decide about a contact (definitions.md, section 2)."""

    GATHER_INFORMATION = "gather_information"
    SECTION_47_THRESHOLD_MET = "section_47_threshold_met"
    CLOSE_AND_LOG = "close_and_log"
    ACCEPT_AS_REFERRAL = "accept_as_referral"
    NO_FURTHER_ACTION = "no_further_action"
    START_ASSESSMENT = "start_assessment"
    REOPEN = "reopen"
    RETRACT = "retract"
    VOID = "void"


class Reason(StrEnum):
    """Why a contact was closed and logged or a referral got no further action."""

    INFORMATION_ONLY = "information_only"
    ADVICE_GIVEN = "advice_given"
    EARLY_HELP_ACCEPTED = "early_help_accepted"
    SIGNPOSTED_TO_EARLY_HELP = "signposted_to_early_help"
    REFERRED_TO_OTHER_AGENCY = "referred_to_other_agency"
    STATUTORY_CHECK = "statutory_check"
    THRESHOLD_NOT_MET = "threshold_not_met"
    ALREADY_OPEN_CASE = "already_open_case"
    TRANSFERRED_OUT = "transferred_out"
    UNABLE_TO_IDENTIFY = "unable_to_identify"
    OTHER = "other"


WITHHELD_REASONS = frozenset({Reason.ALREADY_OPEN_CASE})
"""The reasons that a sender does not read: they tell what others know of the child."""


class VoidReason(StrEnum):
    """Why a record was taken out of every figure."""

    RECORDED_IN_ERROR = "recorded_in_error"
    WRONG_CHILD = "wrong_child"
    WRONG_AUTHORITY = "wrong_authority"
    TEST = "test"
    DUPLICATE = "duplicate"


class AssessmentType(StrEnum):
    """The assessments that take a referral to `to_assessment`; a core assessment follows one."""

    INITIAL = "initial"
    SINGLE = "single"


class Priority(StrEnum):
    """How urgently information is gathered."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class IndividualKind(StrEnum):
    """Who an individual is to the child; each has a census source of its own."""

    FAMILY = "family"
    ACQUAINTANCE = "acquaintance"
    SELF = "self"
    OTHER_INDIVIDUAL = "other_individual"
    ANONYMOUS = "anonymous"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    """Children in need census: sex."""

    FEMALE = "F"
    MALE = "M"
    UNKNOWN = "U"


class PresentingNeed(StrEnum):
    """Children in need census: primary need."""

    ABUSE_OR_NEGLECT = "N1"
    CHILD_DISABILITY = "N2"
    PARENT_DISABILITY = "N3"
    ACUTE_STRESS = "N4"
    FAMILY_DYSFUNCTION = "N5"
    UNACCEPTABLE_BEHAVIOUR = "N6"
    LOW_INCOME = "N7"
    ABSENT_PARENTING = "N8"
    NOT_IN_NEED = "N9"
    NOT_STATED = "N0"


class Ethnicity(StrEnum):
    """Children in need census: ethnicity."""

    WBRI = "WBRI"
    WIRI = "WIRI"
    WIRT = "WIRT"
    WROM = "WROM"
    WOTH = "WOTH"
    MWBC = "MWBC"
    MWBA = "MWBA"
    MWAS = "MWAS"
    MOTH = "MOTH"
    AIND = "AIND"
    APKN = "APKN"
    ABAN = "ABAN"
    AOTH = "AOTH"
    BCRB = "BCRB"
    BAFR = "BAFR"
    BOTH = "BOTH"
    CHNE = "CHNE"
    OOTH = "OOTH"
    REFU = "REFU"
    NOBT = "NOBT"


class Concern(StrEnum):
    """What the sender is worried about; any number of them."""

    DOMESTIC_ABUSE = "domestic_abuse"
    SUBSTANCE_MISUSE = "substance_misuse"
    NEGLECT = "neglect"
    PHYSICAL_ABUSE = "physical_abuse"
    EMOTIONAL_ABUSE = "emotional_abuse"
    SEXUAL_ABUSE = "sexual_abuse"
    SEXUAL_EXPLOITATION = "sexual_exploitation"
    CRIMINAL_EXPLOITATION = "criminal_exploitation"
    PARENTAL_MENTAL_HEALTH = "parental_mental_health"
    CHILD_MENTAL_HEALTH = "child_mental_health"
    SELF_HARM = "self_harm"
    MISSING = "missing"
    RADICALISATION = "radicalisation"
    HOMELESSNESS = "homelessness"
    YOUNG_CARER = "young_carer"
    DISABILITY = "disability"
    OTHER = "other"


class RiskLevel(StrEnum):
    """The grade of a domestic abuse risk assessment."""

    STANDARD = "standard"
    MEDIUM = "medium"
    HIGH = "high"


class AgreementStatus(StrEnum):
    """Whether the family agreed that information is shared."""

    GIVEN = "given"
    NOT_SOUGHT = "not_sought"
    REFUSED = "refused"
    OVERRIDDEN = "overridden"


class AgencyKind(StrEnum):
    """What sort of organisation an agency is; feedback compares agencies of one kind."""

    POLICE = "police"
    EDUCATION = "education"
    HEALTH = "health"
    HOUSING = "housing"
    COUNCIL = "council"
    JUSTICE = "justice"
    VOLUNTARY = "voluntary"
    PUBLIC = "public"
    OTHER = "other"


LABELS: dict[type[StrEnum], dict[StrEnum, str]] = {
    SubmittedAs: {SubmittedAs.CONTACT: "Contact", SubmittedAs.REFERRAL: "Referral"},
    Outcome: {
        Outcome.CLOSED_AND_LOGGED: "Contact (Closed & Logged as Enquiry)",
        Outcome.NO_FURTHER_ACTION: "No Further Action (NFA)",
        Outcome.TO_ASSESSMENT: "Proceeded to Initial Assessment or Single Assessment",
        Outcome.YET_TO_PROCEED: (
            "Yet to Proceed to Initial or Single Assessment or be Closed Down as a NFA Referral"
        ),
    },
    DecisionKind: {
        DecisionKind.GATHER_INFORMATION: "Gather information",
        DecisionKind.SECTION_47_THRESHOLD_MET: "Section 47 threshold met",
        DecisionKind.CLOSE_AND_LOG: "Close and log as enquiry",
        DecisionKind.ACCEPT_AS_REFERRAL: "Accept as referral",
        DecisionKind.NO_FURTHER_ACTION: "No further action",
        DecisionKind.START_ASSESSMENT: "Start initial or single assessment",
        DecisionKind.REOPEN: "Reopen",
        DecisionKind.RETRACT: "Retract a decision that was recorded wrongly",
        DecisionKind.VOID: "Void the record",
    },
    Reason: {
        Reason.INFORMATION_ONLY: "Information only",
        Reason.ADVICE_GIVEN: "Advice given",
        Reason.EARLY_HELP_ACCEPTED: "Early help accepted",
        Reason.SIGNPOSTED_TO_EARLY_HELP: "Signposted to early help",
        Reason.REFERRED_TO_OTHER_AGENCY: "Referred to another agency",
        Reason.STATUTORY_CHECK: "Statutory check",
        Reason.THRESHOLD_NOT_MET: "Threshold not met",
        Reason.ALREADY_OPEN_CASE: "Already an open case",
        Reason.TRANSFERRED_OUT: "Transferred to another authority",
        Reason.UNABLE_TO_IDENTIFY: "Child could not be identified",
        Reason.OTHER: "Other",
    },
    VoidReason: {
        VoidReason.RECORDED_IN_ERROR: "Recorded in error",
        VoidReason.WRONG_CHILD: "Wrong child",
        VoidReason.WRONG_AUTHORITY: "Wrong authority",
        VoidReason.TEST: "Test record",
        VoidReason.DUPLICATE: "Duplicate of another record",
    },
    AgencyKind: {
        AgencyKind.POLICE: "Police",
        AgencyKind.EDUCATION: "Education",
        AgencyKind.HEALTH: "Health",
        AgencyKind.HOUSING: "Housing",
        AgencyKind.COUNCIL: "Council services",
        AgencyKind.JUSTICE: "Justice",
        AgencyKind.VOLUNTARY: "Voluntary sector",
        AgencyKind.PUBLIC: "Public",
        AgencyKind.OTHER: "Other",
    },
    PresentingNeed: {
        PresentingNeed.ABUSE_OR_NEGLECT: "Abuse or neglect",
        PresentingNeed.CHILD_DISABILITY: "Child's disability or illness",
        PresentingNeed.PARENT_DISABILITY: "Parent's disability or illness",
        PresentingNeed.ACUTE_STRESS: "Family in acute stress",
        PresentingNeed.FAMILY_DYSFUNCTION: "Family dysfunction",
        PresentingNeed.UNACCEPTABLE_BEHAVIOUR: "Socially unacceptable behaviour",
        PresentingNeed.LOW_INCOME: "Low income",
        PresentingNeed.ABSENT_PARENTING: "Absent parenting",
        PresentingNeed.NOT_IN_NEED: "Cases other than children in need",
        PresentingNeed.NOT_STATED: "Not stated",
    },
    Ethnicity: {
        Ethnicity.WBRI: "White British",
        Ethnicity.WIRI: "White Irish",
        Ethnicity.WIRT: "Traveller of Irish heritage",
        Ethnicity.WROM: "Gypsy or Roma",
        Ethnicity.WOTH: "Any other White background",
        Ethnicity.MWBC: "White and Black Caribbean",
        Ethnicity.MWBA: "White and Black African",
        Ethnicity.MWAS: "White and Asian",
        Ethnicity.MOTH: "Any other mixed background",
        Ethnicity.AIND: "Indian",
        Ethnicity.APKN: "Pakistani",
        Ethnicity.ABAN: "Bangladeshi",
        Ethnicity.AOTH: "Any other Asian background",
        Ethnicity.BCRB: "Black Caribbean",
        Ethnicity.BAFR: "Black African",
        Ethnicity.BOTH: "Any other Black background",
        Ethnicity.CHNE: "Chinese",
        Ethnicity.OOTH: "Any other ethnic group",
        Ethnicity.REFU: "Refused",
        Ethnicity.NOBT: "Information not yet obtained",
    },
    Concern: {
        Concern.DOMESTIC_ABUSE: "Domestic abuse",
        Concern.SUBSTANCE_MISUSE: "Substance misuse",
        Concern.NEGLECT: "Neglect",
        Concern.PHYSICAL_ABUSE: "Physical abuse",
        Concern.EMOTIONAL_ABUSE: "Emotional abuse",
        Concern.SEXUAL_ABUSE: "Sexual abuse",
        Concern.SEXUAL_EXPLOITATION: "Sexual exploitation",
        Concern.CRIMINAL_EXPLOITATION: "Criminal exploitation",
        Concern.PARENTAL_MENTAL_HEALTH: "Parent's or carer's mental health",
        Concern.CHILD_MENTAL_HEALTH: "Child's mental health",
        Concern.SELF_HARM: "Self-harm",
        Concern.MISSING: "Missing",
        Concern.RADICALISATION: "Radicalisation",
        Concern.HOMELESSNESS: "Homelessness",
        Concern.YOUNG_CARER: "Young carer",
        Concern.DISABILITY: "Disability",
        Concern.OTHER: "Other",
    },
}
