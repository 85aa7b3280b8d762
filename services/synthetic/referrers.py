"""Who makes a contact: people at work, and individuals, some of whom give no name."""

from domain.vocabulary import IndividualKind
from services.synthetic import names
from services.synthetic.chance import Chance, weighted
from services.synthetic.people import Child, mobile_number

OWN_CALL_AGE = 12
KINDS = weighted(family=8, acquaintance=6, anonymous=4, other_individual=2, self=1, unknown=1)
RELATIVES = (
    ("Grandmother", names.WOMEN),
    ("Grandfather", names.MEN),
    ("Aunt", names.WOMEN),
    ("Uncle", names.MEN),
)
# The range of landline numbers that Ofcom keeps for drama.
LANDLINE_NUMBERS = tuple(f"01632 960{number:03}" for number in range(1000))
ACQUAINTANCES = ("Neighbour", "Family friend", "Parent of a school friend")

Body = dict[str, object]


def professional(chance: Chance, *, roles: tuple[str, ...], agency: str) -> Body:
    """Draw a `referrer` who works for the agency (its code), in one of the roles."""
    random = chance.random
    given_name, surname = _adult(chance)
    local_part = f"{given_name}.{surname}".lower().replace("'", "")
    return {
        "name": f"{given_name} {surname}",
        "role": roles[int(random() * len(roles))],
        "email": f"{local_part}@{agency}.example.org",
        "phone": LANDLINE_NUMBERS[int(random() * len(LANDLINE_NUMBERS))],
    }


def individual(chance: Chance, *, child: Child, age: int) -> Body:
    """Draw `individual_kind` and, but for those who are anonymous, the `referrer`.

    Children call for themselves from OWN_CALL_AGE on; `age` is the child's in whole years.
    """
    kind = chance.one_of(KINDS)
    if kind == IndividualKind.SELF and age < OWN_CALL_AGE:
        kind = IndividualKind.FAMILY.value
    if kind == IndividualKind.ANONYMOUS:
        return {"individual_kind": kind}
    return {
        "individual_kind": kind,
        "referrer": _caller(chance, kind=kind, child=child),
    }


def _caller(chance: Chance, *, kind: str, child: Child) -> Body:
    family_name = child.household.family_name
    phone = mobile_number(chance)
    if kind == IndividualKind.FAMILY:
        role, given_names = chance.one_of(RELATIVES)
        return {
            "name": f"{chance.one_of(given_names)} {family_name}",
            "role": role,
            "phone": phone,
        }
    if kind == IndividualKind.SELF:
        return {
            "name": f"{child.given_name} {family_name}",
            "role": "The child",
            "phone": phone,
        }
    if kind == IndividualKind.ACQUAINTANCE:
        role = chance.one_of(ACQUAINTANCES)
        return {"name": " ".join(_adult(chance)), "role": role, "phone": phone}
    return {
        "name": " ".join(_adult(chance)),
        "role": "Member of the public",
        "phone": phone,
    }


def _adult(chance: Chance) -> tuple[str, str]:
    random = chance.random
    given_names = (names.WOMEN, names.MEN)[int(random() * 2)]
    given_name = given_names[int(random() * len(given_names))]
    return given_name, names.SURNAMES[int(random() * len(names.SURNAMES))]
