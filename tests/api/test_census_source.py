"""Every record carries its census source, by the authority's own setting where there is one."""

from datetime import date

from sqlalchemy import select

from domain.referrer_types import ReferrerGroup
from models import Contact
from services.reference.register import ReferrerTypeDetails, register_referrer_type


def stored_source(hub, record):
    with hub.transaction() as session:
        return session.scalar(
            select(Contact.census_source).where(
                Contact.authority_code == hub.authority, Contact.contact_id == record["id"]
            )
        )


def set_source(hub, code, source, **dates):
    details = ReferrerTypeDetails(
        label=code, group=ReferrerGroup.OTHER, census_source=source, **dates
    )
    with hub.transaction() as session:
        register_referrer_type(session, authority=hub.authority, code=code, details=details)


def test_a_record_carries_the_default_source_of_its_type(hub):
    assert stored_source(hub, hub.police.submit()) == "6"


def test_a_correction_of_the_type_corrects_the_source(hub):
    record = hub.police.submit()
    answer = hub.police.patch(f"contacts/{record['id']}", {"referrer_type": "housing"}, '"1"')
    assert answer.status_code == 200
    assert stored_source(hub, record) == "4"


def test_an_authority_overrides_the_source_of_a_type(hub):
    set_source(hub, "police", "8")
    record = hub.police.submit()
    assert stored_source(hub, record) == "8"
    hub.police.patch(f"contacts/{record['id']}", {"presenting_need": "N4"}, '"1"')
    assert stored_source(hub, record) == "8"


def test_a_type_of_the_authoritys_own_has_the_source_that_it_was_given(hub):
    set_source(hub, "youth_hub", "5B", valid_from=date(2014, 1, 1))
    set_source(hub, "drop_in", None)
    assert stored_source(hub, hub.police.submit(referrer_type="youth_hub")) == "5B"
    assert stored_source(hub, hub.police.submit(referrer_type="drop_in")) == "8"
