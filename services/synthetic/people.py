"""Synthetic children and their households; nobody in here is, or is numbered as, a real person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from domain.identifiers import nhs_number_check_digit, upn_check_letter
from services.synthetic import names
from services.synthetic.chance import Chance
from services.synthetic.locality import Locality

DAYS_IN_YEAR = 365
DAYS_IN_FOUR_YEARS = 1461
ADULT_AGE = 18
SCHOOL_AGE = 4
UNBORN = -1
UNBORN_NAME = "Unborn"
NHS_NUMBER_SHARE = 0.7
SECOND_CARER_SHARE = 0.55
REMEMBERED = 4096
TRIES = 8


@dataclass(frozen=True, slots=True)
class Household:
    """A family at an address; `carers` are items of `parents_carers` in the contract."""

    family_name: str
    address: str
    postcode: str
    ethnicity: str
    carers: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A child, or an unborn one: then `expected_on` is given and `born_on` is None.

    `number` is the child's own among all that were made.
    """

    number: int
    household: Household
    given_name: str
    sex: str
    born_on: date | None
    expected_on: date | None
    nhs_number: str | None
    upn: str | None

    def age_on(self, day: date) -> int:
        """Whole years of age, by the average year; UNBORN when not born."""
        if self.born_on is None:
            return UNBORN
        return (day - self.born_on).days * 4 // DAYS_IN_FOUR_YEARS


def nhs_numbers(chance: Chance) -> Iterator[str]:
    """Yield valid NHS numbers of the 999 range, which is kept for tests, each once."""
    start = chance.randrange(1_000_000)
    for step in range(1_000_000):
        # A step that shares no factor with the range meets each number once, in no visible order.
        body = f"999{(start + step * 612_391) % 1_000_000:06}"
        check = nhs_number_check_digit(body)
        if check is not None:
            yield f"{body}{check}"


def upn_bodies() -> Iterator[str]:
    """Yield pupil numbers without check letter and year, ten digits, nine million before any again.

    They start with 999, which is no education authority's number, so that none is a real child's.
    """
    while True:
        yield from (f"999{number}" for number in range(1_000_000, 10_000_000))


class Population:
    """Makes families, and remembers some of their children so that they come again.

    `chance` is used and moved on by every call; days are London days.
    """

    def __init__(self, *, chance: Chance, locality: Locality) -> None:
        self._chance = chance
        self._locality = locality
        self._nhs_numbers = nhs_numbers(chance)
        self._upn_bodies = upn_bodies()
        self._numbers = count(1)
        self._known: list[Child] = []

    def family(self, *, on: date, first_age: int, size: int) -> list[Child]:
        """Make `size` (1 to 9) siblings on a day, the first of whom has `first_age` or is UNBORN.

        Siblings are at least a year apart and under 18.
        """
        ages = [first_age]
        if size > 1:
            # Every other year of age only: so no two are born within the same twelve months.
            others = [age for age in range(first_age % 2, ADULT_AGE, 2) if age != first_age]
            ages += self._chance.sample(others, size - 1)
        household = self._household(on=on, eldest=max(ages))
        children = [self._child(household, on=on, age=age) for age in ages]
        self._remember(children[0])
        return children

    def known_child(self, *, on: date, ages: tuple[int, int]) -> Child | None:
        """Draw a child who was made before and is of these ages on the day, or give None."""
        for _ in range(TRIES if self._known else 0):
            child = self._chance.one_of(self._known)
            if ages[0] <= child.age_on(on) <= ages[1]:
                return child
        return None

    def _remember(self, child: Child) -> None:
        if child.born_on is None:
            return
        if len(self._known) < REMEMBERED:
            self._known.append(child)
        else:
            self._known[self._chance.whole(0, REMEMBERED - 1)] = child

    def _household(self, *, on: date, eldest: int) -> Household:
        chance = self._chance
        family_name = chance.one_of(names.SURNAMES)
        born_by = on - timedelta(days=(max(eldest, 0) + ADULT_AGE + 1) * 366)
        carers = [self._carer("Mother", names.WOMEN, family_name, born_by)]
        if chance.happens(SECOND_CARER_SHARE):
            surname = family_name if chance.happens(0.6) else chance.one_of(names.SURNAMES)
            relationship = "Father" if chance.happens(0.8) else "Mother's partner"
            carers.append(self._carer(relationship, names.MEN, surname, born_by))
        return Household(
            family_name,
            self._address(),
            self._postcode(),
            chance.one_of(names.ETHNICITIES),
            tuple(carers),
        )

    def _carer(
        self,
        relationship: str,
        given_names: tuple[str, ...],
        surname: str,
        born_by: date,
    ) -> dict[str, str]:
        born_on = born_by - timedelta(days=self._chance.whole(0, 16 * DAYS_IN_YEAR))
        return {
            "name": f"{self._chance.one_of(given_names)} {surname}",
            "relationship": relationship,
            "date_of_birth": born_on.isoformat(),
            "phone": mobile_number(self._chance),
        }

    def _address(self) -> str:
        chance = self._chance
        street = f"{chance.one_of(names.STREET_BEGINNINGS)} {chance.one_of(names.STREET_ENDINGS)}"
        return f"{chance.whole(1, 120)} {street}, {chance.one_of(self._locality.towns)}"

    def _postcode(self) -> str:
        chance = self._chance
        letters = chance.one_of(names.POSTCODE_LETTERS) + chance.one_of(names.POSTCODE_LETTERS)
        return f"{chance.one_of(self._locality.postcode_districts)} {chance.whole(1, 9)}{letters}"

    def _child(self, household: Household, *, on: date, age: int) -> Child:
        if age == UNBORN:
            return self._unborn(household, on=on)
        chance = self._chance
        sex = chance.one_of("FM")
        born_on = on - timedelta(
            days=age * DAYS_IN_FOUR_YEARS // 4 + chance.whole(1, DAYS_IN_YEAR - 1)
        )
        has_number = chance.happens(NHS_NUMBER_SHARE)
        return Child(
            number=next(self._numbers),
            household=household,
            given_name=chance.one_of(names.GIRLS if sex == "F" else names.BOYS),
            sex=sex,
            born_on=born_on,
            expected_on=None,
            nhs_number=next(self._nhs_numbers, None) if has_number else None,
            upn=self._upn(born_on) if age >= SCHOOL_AGE else None,
        )

    def _unborn(self, household: Household, *, on: date) -> Child:
        return Child(
            number=next(self._numbers),
            household=household,
            given_name=UNBORN_NAME,
            sex="U",
            born_on=None,
            expected_on=on + timedelta(days=self._chance.whole(21, 200)),
            nhs_number=None,
            upn=None,
        )

    def _upn(self, born_on: date) -> str:
        body = next(self._upn_bodies)
        digits = f"{body[:7]}{(born_on.year + SCHOOL_AGE) % 100:02}{body[7:]}"
        return f"{upn_check_letter(digits)}{digits}"


def mobile_number(chance: Chance) -> str:
    """Draw a mobile number of the range that Ofcom keeps for drama."""
    return f"07700 900{chance.whole(0, 999):03}"
