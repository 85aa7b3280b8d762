"""Mends what schemathesis makes up at random, so that it reaches further than the first rule.

Loaded by schemathesis in an environment of its own. Only bodies that fit their schema are mended,
and only in the phases that make many: the others keep every odd value.
"""

import schemathesis

SUBMISSIONS = (
    "POST /v1/authorities/{authority}/contacts",
    "POST /v1/authorities/{authority}/referrals",
)
CAFS = "POST /v1/authorities/{authority}/cafs"
DECISIONS = "POST /v1/authorities/{authority}/contacts/{contact_id}/decisions"
HISTORY = ("received_on", "closed_on", "referred_on", "nfa_on", "assessment_started_on")
KNOWN_TYPES = ("police", "schools", "individuals", "cesc_others")


@schemathesis.serializer("application/x-ndjson")
def lines(_context, value):
    """Whatever was made up, as it is: the body of an import is text to the document."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@schemathesis.hook
def before_call(context, case, kwargs):  # noqa: ARG001  (the names are schemathesis')
    if not case.meta.generation.mode.is_positive or case.meta.phase.name.value == "coverage":
        return
    case.body = mended(case.body)
    if case.operation.label in SUBMISSIONS:
        mend_contact(case.body)
    elif case.operation.label == CAFS:
        mend_caf(case.body)
    elif case.operation.label == DECISIONS:
        mend_decisions(case.body)


def mended(value):
    """The value without characters that are no text anywhere."""
    if isinstance(value, dict):
        return {name: mended(each) for name, each in value.items()}
    if isinstance(value, list):
        return [mended(each) for each in value]
    if isinstance(value, str):
        return "".join(each for each in value if each.isprintable()).strip() or "x"
    return value


def mend_contact(contact):
    """Make a contact one that the authority's own system might send."""
    contact["agency"] = "cleveland-police"
    if contact["referrer_type"] not in KNOWN_TYPES:
        contact["referrer_type"] = "police"
    contact["individual_kind"] = None
    contact["received_at"] = None
    for name in HISTORY:
        contact.pop(name, None)
    mend_child(contact["child"])
    for person in contact.get("parents_carers") or ():
        person["date_of_birth"] = None


def mend_caf(caf):
    """Make a CAF one that the authority's own system might send."""
    caf["agency"] = "cleveland-police"
    caf["commenced_on"], caf["closed_on"] = "2013-11-04", None
    mend_child(caf["child"])
    caf["child"]["agency_child_reference"] = "A-1"


def mend_child(child):
    """Leave out what a child's identifiers and dates must be by rules that no schema says."""
    child["upn"] = child["nhs_number"] = child["postcode"] = child["date_of_birth"] = None
    child["given_name"] = "Ava"


def mend_decisions(body):
    """Make the first decision one that may be allowed, and leave the others out."""
    if isinstance(body, list):
        del body[1:]
    for decision in body if isinstance(body, list) else [body]:
        for name in decision.keys() - {"decision", "team", "decided_by", "rationale"}:
            del decision[name]
        if decision["decision"] == "start_assessment":
            decision["assessment_type"] = "single"
        if decision["decision"] in {"close_and_log", "no_further_action", "reopen"}:
            decision["reason"] = "other"
