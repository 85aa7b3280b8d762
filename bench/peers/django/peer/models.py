"""The tables that a contact is written to; made by Front Door's migrations, not by Django."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Contact(models.Model):
    """The facts of a contact."""

    pk = models.CompositePrimaryKey("authority_code", "contact_id")
    authority_code = models.TextField()
    contact_id = models.UUIDField()
    agency_code = models.TextField()
    agency_reference = models.TextField()
    submitted_as = models.TextField()
    content_digest = models.BinaryField()
    received_at = models.DateTimeField()
    received_on = models.DateField()
    is_received_time_known = models.BooleanField()
    sent_received_at = models.DateTimeField(null=True)
    referrer_type = models.TextField()
    individual_kind = models.TextField(null=True)
    original_referrer_type = models.TextField(null=True)
    census_source = models.TextField()
    incident_reference = models.TextField(null=True)
    relates_to = models.TextField(null=True)
    presenting_need = models.TextField(null=True)
    concerns = ArrayField(models.TextField())
    has_active_caf = models.BooleanField(null=True)
    immediate_concern = models.BooleanField()
    victim_risk_level = models.TextField(null=True)
    child_risk_level = models.TextField(null=True)
    children_present = models.BooleanField(null=True)
    family_agreement_status = models.TextField(null=True)
    family_informed = models.BooleanField(null=True)
    safe_to_contact = models.BooleanField(null=True)
    is_referral = models.BooleanField()
    is_open = models.BooleanField()
    is_void = models.BooleanField()
    referred_at = models.DateTimeField(null=True)
    referred_on = models.DateField(null=True)
    outcome = models.TextField(null=True)
    outcome_rule = models.TextField()
    outcome_since = models.DateField()
    ruleset_version = models.TextField()
    reason = models.TextField(null=True)
    decision_due_on = models.DateField(null=True)
    decision_stopped_on = models.DateField(null=True)
    information_gathering_due_on = models.DateField(null=True)
    information_gathering_stopped_on = models.DateField(null=True)
    section_47_due_on = models.DateField(null=True)
    section_47_stopped_on = models.DateField(null=True)
    new_information_at = models.DateTimeField(null=True)
    warnings = models.JSONField()
    version = models.IntegerField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        """The table."""

        managed = False
        db_table = "contact"


class ContactIdentity(models.Model):
    """Who the child, the carers and the referrer are."""

    pk = models.CompositePrimaryKey("authority_code", "contact_id")
    authority_code = models.TextField()
    contact_id = models.UUIDField()
    agency_code = models.TextField()
    agency_child_reference = models.TextField(null=True)
    local_id = models.TextField(null=True)
    nhs_number = models.TextField(null=True)
    upn = models.TextField(null=True)
    given_name = models.TextField(null=True)
    family_name = models.TextField(null=True)
    also_known_as = models.TextField(null=True)
    matching_name = models.TextField(null=True)
    date_of_birth = models.DateField(null=True)
    expected_date_of_birth = models.DateField(null=True)
    estimated_age = models.IntegerField(null=True)
    sex = models.TextField(null=True)
    ethnicity = models.TextField(null=True)
    address = models.TextField(null=True)
    postcode = models.TextField(null=True)
    referrer_detail = models.TextField(null=True)
    referrer = models.JSONField(null=True)
    parents_carers = models.JSONField()
    family_agreement_given_by = models.TextField(null=True)
    family_agreement_reason = models.TextField(null=True)
    narrative = models.TextField(null=True)

    class Meta:
        """The table."""

        managed = False
        db_table = "contact_identity"


class ContactVersion(models.Model):
    """One version of a contact."""

    pk = models.CompositePrimaryKey("authority_code", "contact_id", "version")
    authority_code = models.TextField()
    contact_id = models.UUIDField()
    version = models.IntegerField()
    agency_code = models.TextField()
    event = models.TextField()
    key_id = models.TextField()
    recorded_by = models.TextField()
    recorded_at = models.DateTimeField()
    changes = models.JSONField()

    class Meta:
        """The table."""

        managed = False
        db_table = "contact_version"


class LedgerEntry(models.Model):
    """One entry of the outcome ledger."""

    pk = models.CompositePrimaryKey("authority_code", "contact_id", "version", "line")
    authority_code = models.TextField()
    contact_id = models.UUIDField()
    version = models.IntegerField()
    line = models.IntegerField()
    agency_code = models.TextField()
    received_on = models.DateField()
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    referrer_type = models.TextField()
    outcome = models.TextField()
    is_referral = models.BooleanField()
    presenting_need = models.TextField(null=True)
    has_active_caf = models.BooleanField(null=True)
    reason = models.TextField(null=True)
    n = models.IntegerField()

    class Meta:
        """The table."""

        managed = False
        db_table = "outcome_ledger"
