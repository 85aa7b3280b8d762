"""The tables, one tight cluster a file, without behaviour."""

from models.base import Base
from models.caf import Caf, CafChange, CafIdentity, CafLinkPass, CafVersion
from models.contact import (
    Contact,
    ContactIdentity,
    ContactInformation,
    ContactVersion,
    ContactVersionIdentity,
)
from models.decision import DecisionIdentity, DecisionTaken
from models.imports import ImportResult, ImportRun
from models.key import ApiKey, ApiKeyRole, IdempotencyKey
from models.ledger import LedgerBalance, LedgerEntry, LedgerFold, LedgerFoldProgress
from models.publication import Publication, PublishedFigures
from models.publication_setting import PublicationSetting
from models.reference import (
    Agency,
    AgencySetting,
    Authority,
    AuthoritySetting,
    MeasureSetting,
    Partnership,
    PartnershipMember,
    ReferrerTypeAlias,
    ReferrerTypeSetting,
)

__all__ = [
    "Agency",
    "AgencySetting",
    "ApiKey",
    "ApiKeyRole",
    "Authority",
    "AuthoritySetting",
    "Base",
    "Caf",
    "CafChange",
    "CafIdentity",
    "CafLinkPass",
    "CafVersion",
    "Contact",
    "ContactIdentity",
    "ContactInformation",
    "ContactVersion",
    "ContactVersionIdentity",
    "DecisionIdentity",
    "DecisionTaken",
    "IdempotencyKey",
    "ImportResult",
    "ImportRun",
    "LedgerBalance",
    "LedgerEntry",
    "LedgerFold",
    "LedgerFoldProgress",
    "MeasureSetting",
    "Partnership",
    "PartnershipMember",
    "Publication",
    "PublicationSetting",
    "PublishedFigures",
    "ReferrerTypeAlias",
    "ReferrerTypeSetting",
]
