"""What the service says of itself."""

from marshmallow import fields

from schemas.base import AnswerSchema


class LiveSchema(AnswerSchema):
    """The process runs."""

    status = fields.String(metadata={"enum": ["ok"]})


class ReadySchema(AnswerSchema):
    """The service can do its work."""

    status = fields.String(metadata={"enum": ["ready"]})
    checks = fields.Dict(
        keys=fields.String(),
        values=fields.String(metadata={"enum": ["ok", "failed"]}),
        metadata={"description": "The result of each check by its name."},
    )


class VersionSchema(AnswerSchema):
    """What runs here."""

    version = fields.String(metadata={"description": "Of the software."})
    ruleset_version = fields.String(
        metadata={"description": "Of the rules that give contacts their outcome."}
    )
