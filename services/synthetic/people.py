"""Synthetic children and their households; nobody in here is, or is numbered as, a real person.

Days are London days, as day numbers (`date.toordinal()`): they are reckoned with in every record.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from services.synthetic import names
from services.synthetic.chance import Chance
from services.synthetic.locality import Locality
from services.synthetic.numbers import Numbers, upn

DAYS_IN_YEAR = 365
DAYS_IN_LEAP_YEAR = 366
DAYS_IN_FOUR_YEARS = 1461
ADULT_AGE = 18
SCHOOL_AGE = 4
UNBORN = -1
UNBORN_NAME = "Unborn"
NHS_NUMBER_SHARE = 0.7
SECOND_CARER_SHARE = 0.55
FATHER_SHARE = 0.8
SAME_SURNAME_SHARE = 0.6
REMEMBERED = 4096
TRIES = 8
# The range of mobile numbers that Ofcom keeps for drama.
MOBILE_NUMBERS = tuple(f"07700 900{number:03}" for number in range(1000))


# Households and children are not frozen: they are made in masses, and that would take much longer.
@dataclass(slots=True)
class Household:
    """A family at an address; `carers` are items of `parents_carers` in the contract."""

    family_name: str
    address: str
    postcode: str
    ethnicity: str
    carers: list[dict[str, str]]


@dataclass(slots=True)
class Child:
    """A child, or an unborn one, whose `born_on` is None.

    `number` is the child's own among all that were made; `facts` are what everybody knows, as in
    `child` in the contract; `upn_body` is what makes the pupil number of a child of school age.
    """

    number: int
    household: Household
    given_name: str
    born_on: int | None
    facts: dict[str, object]
    upn_body: str | None

    def age_on(self, day: int) -> int:
        """Whole years of age, by the average year; UNBORN when not born."""
        if self.born_on is None:
            return UNBORN
        return (day - self.born_on) * 4 // DAYS_IN_FOUR_YEARS

    def upn(self) -> str | None:
        """The pupil number of a child of school age."""
        if self.born_on is None or self.upn_body is None:
            return None
        return _upn(self.upn_body, self.born_on)


class Population:
    """Makes families, and remembers some of their children so that they come again.

    `chance` and `numbers` are used and moved on by every call.
    """

    def __init__(self, *, chance: Chance, numbers: Numbers, locality: Locality) -> None:
        self._chance = chance
        self._random = chance.random
        self._numbers = numbers
        self._locality = locality
        self._known: defaultdict[int, list[list[Child]]] = defaultdict(list)

    def family(self, *, on: int, first_age: int, size: int) -> list[Child]:
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
        if first_age != UNBORN:
            self._remember(children[:1])
            if size > 1:
                self._remember(children)
        return children

    def known_family(self, *, on: int, ages: tuple[int, int], size: int) -> list[Child] | None:
        """Draw a child or siblings made before, the first of these ages on the day, or give None.

        All are under 18 on the day.
        """
        random, known = self._random, self._known[size]
        for _ in range(TRIES if known else 0):
            children = known[int(random() * len(known))]
            if ages[0] <= children[0].age_on(on) <= ages[1] and (
                size == 1 or all(child.age_on(on) < ADULT_AGE for child in children)
            ):
                return children
        return None

    def _remember(self, children: list[Child]) -> None:
        known = self._known[len(children)]
        if len(known) < REMEMBERED:
            known.append(children)
        else:
            known[self._chance.whole(0, REMEMBERED - 1)] = children

    def _household(self, *, on: int, eldest: int) -> Household:
        random, surnames = self._random, names.SURNAMES
        family_name = surnames[int(random() * len(surnames))]
        born_by = on - (max(eldest, 0) + ADULT_AGE + 1) * DAYS_IN_LEAP_YEAR
        mother = self._carer("Mother", names.WOMEN, family_name, born_by)
        carers = [mother]
        if random() < SECOND_CARER_SHARE:
            surname = family_name
            if random() >= SAME_SURNAME_SHARE:
                surname = surnames[int(random() * len(surnames))]
            relationship = "Father" if random() < FATHER_SHARE else "Mother's partner"
            carers.append(self._carer(relationship, names.MEN, surname, born_by))
        return Household(
            family_name,
            self._address(),
            self._postcode(),
            names.ETHNICITIES[int(random() * len(names.ETHNICITIES))],
            carers,
        )

    def _carer(
        self,
        relationship: str,
        given_names: tuple[str, ...],
        surname: str,
        born_by: int,
    ) -> dict[str, str]:
        random = self._random
        born_on = born_by - int(random() * (16 * DAYS_IN_YEAR + 1))
        return {
            "name": f"{given_names[int(random() * len(given_names))]} {surname}",
            "relationship": relationship,
            "date_of_birth": iso_day(born_on),
            "phone": MOBILE_NUMBERS[int(random() * len(MOBILE_NUMBERS))],
        }

    def _address(self) -> str:
        random, towns = self._random, self._locality.towns
        beginning = names.STREET_BEGINNINGS[int(random() * len(names.STREET_BEGINNINGS))]
        ending = names.STREET_ENDINGS[int(random() * len(names.STREET_ENDINGS))]
        number = 1 + int(random() * 120)
        return f"{number} {beginning} {ending}, {towns[int(random() * len(towns))]}"

    def _postcode(self) -> str:
        random, letters = self._random, names.POSTCODE_LETTERS
        last = letters[int(random() * len(letters))] + letters[int(random() * len(letters))]
        districts = self._locality.postcode_districts
        return f"{districts[int(random() * len(districts))]} {1 + int(random() * 9)}{last}"

    def _child(self, household: Household, *, on: int, age: int) -> Child:
        if age == UNBORN:
            return self._unborn(household, on=on)
        random = self._random
        sex = "FM"[int(random() * 2)]
        born_on = on - age * DAYS_IN_FOUR_YEARS // 4 - 1 - int(random() * (DAYS_IN_YEAR - 1))
        has_number = random() < NHS_NUMBER_SHARE
        given_names = names.GIRLS if sex == "F" else names.BOYS
        given_name = given_names[int(random() * len(given_names))]
        facts = _facts(household, given_name, sex)
        facts["date_of_birth"] = iso_day(born_on)
        number = next(self._numbers.nhs_numbers, None) if has_number else None
        if number is not None:
            facts["nhs_number"] = number
        upn_body = next(self._numbers.upn_bodies) if age >= SCHOOL_AGE else None
        return Child(next(self._numbers.children), household, given_name, born_on, facts, upn_body)

    def _unborn(self, household: Household, *, on: int) -> Child:
        facts = _facts(household, UNBORN_NAME, "U")
        facts["expected_date_of_birth"] = iso_day(on + self._chance.whole(21, 200))
        return Child(next(self._numbers.children), household, UNBORN_NAME, None, facts, None)


def _facts(household: Household, given_name: str, sex: str) -> dict[str, object]:
    return {
        "given_name": given_name,
        "family_name": household.family_name,
        "sex": sex,
        "ethnicity": household.ethnicity,
        "address": household.address,
        "postcode": household.postcode,
    }


@lru_cache(maxsize=REMEMBERED)
def _upn(body: str, born_on: int) -> str:
    return upn(body, year=(date.fromordinal(born_on).year + SCHOOL_AGE) % 100)


@cache
def iso_day(day: int) -> str:
    """Write a day number as the contract does: "2014-01-06"."""
    return date.fromordinal(day).isoformat()


def mobile_number(chance: Chance) -> str:
    """Draw a mobile number of the range that Ofcom keeps for drama."""
    return chance.one_of(MOBILE_NUMBERS)
