"""The ten measures of Inputs, in published order (definitions.md, section 4).

What the report does not print (`referrals`, `closed_or_nfa`, `to_early_help`,
`referral_reasons`) has a title of our own.
"""

from collections.abc import Mapping

from domain.measures.measure import (
    COUNT_TOLERANCE,
    PROPORTION_TOLERANCE,
    Basis,
    Breakdown,
    Measure,
    Polarity,
)
from domain.vocabulary import Reason

CONTACTS = "contacts"
CONTACTS_CLOSED_AND_LOGGED = "contacts_closed_and_logged"
CLOSED_AND_LOGGED_WITH_ACTIVE_CAF = "closed_and_logged_with_active_caf"
REFERRALS = "referrals"
REFERRALS_NFA = "referrals_nfa"
CONTACTS_TO_ASSESSMENT = "contacts_to_assessment"
CLOSED_OR_NFA = "closed_or_nfa"
TO_EARLY_HELP = "to_early_help"
CAF2_COMMENCED = "caf2_commenced"
REFERRAL_REASONS = "referral_reasons"

EARLY_HELP_REASONS = frozenset({Reason.EARLY_HELP_ACCEPTED, Reason.SIGNPOSTED_TO_EARLY_HELP})
"""The reasons of closing and NFA that `to_early_help` counts."""

INPUTS: tuple[Measure, ...] = (
    Measure(
        code=CONTACTS,
        label="Contacts made to children's social care",
        polarity=Polarity.LOWER,
        tolerance=COUNT_TOLERANCE,
    ),
    Measure(
        code=CONTACTS_CLOSED_AND_LOGGED,
        label="Closed and logged contacts",
        polarity=Polarity.LOWER,
        share_of=CONTACTS,
        tolerance=PROPORTION_TOLERANCE,
    ),
    Measure(
        code=CLOSED_AND_LOGGED_WITH_ACTIVE_CAF,
        label="Closed and logged contacts with an active CAF",
        polarity=Polarity.HIGHER,
        share_of=CONTACTS_CLOSED_AND_LOGGED,
        tolerance=PROPORTION_TOLERANCE,
    ),
    Measure(code=REFERRALS, label="Contacts accepted as referrals", tolerance=COUNT_TOLERANCE),
    Measure(
        code=REFERRALS_NFA,
        label="Referrals which were NFAs",
        polarity=Polarity.LOWER,
        share_of=REFERRALS,
        tolerance=PROPORTION_TOLERANCE,
    ),
    Measure(
        code=CONTACTS_TO_ASSESSMENT,
        label="Contacts that become referrals for assessment (assessment has commenced)",
        polarity=Polarity.LOWER,
        tolerance=COUNT_TOLERANCE,
    ),
    Measure(
        code=CLOSED_OR_NFA,
        label='Contacts closed and logged or NFA (the report\'s "do not meet the threshold")',
        share_of=CONTACTS,
        tolerance=PROPORTION_TOLERANCE,
        breakdowns=(Breakdown.REFERRER_TYPE, Breakdown.AGENCY, Breakdown.REASON),
    ),
    Measure(
        code=TO_EARLY_HELP,
        label="Contacts closed and logged or NFA that went to early help",
        share_of=CONTACTS,
        tolerance=PROPORTION_TOLERANCE,
    ),
    Measure(
        code=CAF2_COMMENCED,
        label="CAF2s commenced",
        basis=Basis.YEAR_TO_DATE,
        polarity=Polarity.HIGHER,
        tolerance=COUNT_TOLERANCE,
        breakdowns=(Breakdown.CAF_AGENCY_KIND,),
    ),
    Measure(
        code=REFERRAL_REASONS,
        label="Referrals by presenting need",
        tolerance=COUNT_TOLERANCE,
        breakdowns=(Breakdown.PRESENTING_NEED,),
    ),
)

INPUTS_BY_CODE: Mapping[str, Measure] = {measure.code: measure for measure in INPUTS}
