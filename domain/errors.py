"""What can be wrong with a request, in the domain's words; `api.errors` gives each a status."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong (an error) or that should be better (a warning).

    `pointer` is an RFC 6901 pointer into the body, `parameter` the name of a query parameter or
    header; one of them is given. `detail` never repeats what was submitted.
    """

    code: str
    detail: str
    pointer: str | None = None
    parameter: str | None = None

    def as_dict(self) -> dict[str, str]:
        """The finding as it stands in answers: only the keys that it has."""
        place = {"pointer": self.pointer, "parameter": self.parameter}
        return {key: value for key, value in place.items() if value is not None} | {
            "code": self.code,
            "detail": self.detail,
        }


def all_findings(form: Sequence[Finding], rules: Sequence[Finding]) -> list[Finding]:
    """What is wrong with the form and by the rules, each place once.

    A rule says nothing about a place whose form is wrong, there or within: what stands there is
    not known.
    """
    spoiled = [finding.pointer or "" for finding in form]
    return [
        *form,
        *(rule for rule in rules if not any(_holds(rule.pointer or "", each) for each in spoiled)),
    ]


def _holds(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith(outer + "/")


class DomainError(Exception):
    """A request that cannot be done; `slug` names the problem type, `detail` says what to do."""

    slug: ClassVar[str]

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotFoundError(DomainError):
    """There is nothing of that name, or the caller may not know that there is."""

    slug = "not-found"


class ForbiddenError(DomainError):
    """The caller's role may never do this."""

    slug = "forbidden"


class UnprocessableError(DomainError):
    """The request was understood and breaks a rule; every reason stands in `findings`."""

    slug = "unprocessable"

    def __init__(self, findings: Sequence[Finding]) -> None:
        count = len(findings)
        super().__init__(
            "One thing has to be put right."
            if count == 1
            else f"{count} things have to be put right."
        )
        self.findings = tuple(findings)


class DecisionNotAllowedError(DomainError):
    """The decision is not allowed in the state that the contact is in."""

    slug = "decision-not-allowed"

    def __init__(self, detail: str, *, pointer: str) -> None:
        super().__init__(detail)
        self.findings = (Finding("not_allowed", detail, pointer=pointer),)


class SentBeforeWithOtherContentError(DomainError):
    """The agency used this reference before, for a contact with other content."""

    slug = "sent-before-with-other-content"
    kind: ClassVar[str] = "contact"

    def __init__(self, record_id: str) -> None:
        super().__init__(
            "A record with this agency_reference was sent before with other content. To correct "
            "it, PATCH the existing record; for a new record use a new agency_reference."
        )
        self.record_id = record_id


class CafSentBeforeWithOtherContentError(SentBeforeWithOtherContentError):
    """The agency used this reference before, for a CAF with other content."""

    kind = "caf"


class ChangeNotAllowedError(DomainError):
    """The record has been decided, so its sender may no longer change this part of it."""

    slug = "change-not-allowed"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            "The authority has decided on this record. Its sender may now change only child, "
            "parents_carers and referrer; send anything else as added information."
        )
        self.findings = tuple(findings)


class RecordVoidedError(DomainError):
    """The record was voided and takes no more changes."""

    slug = "record-voided"


class VersionMismatchError(DomainError):
    """`If-Match` names a version that the record no longer has."""

    slug = "version-mismatch"

    def __init__(self) -> None:
        super().__init__(
            "The record has changed since you read it. Read it again, look at what changed, and "
            "repeat your change with its new ETag."
        )


class IdempotencyKeyReusedError(DomainError):
    """The same `Idempotency-Key` came with another body."""

    slug = "idempotency-key-reused"

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was used before with another body. Use a new key for a new "
            "request."
        )


class PublishedBeforeError(DomainError):
    """What was asked for, or what belongs together with it, is published as at another instant."""

    slug = "published-before"


class CannotBeProtectedError(DomainError):
    """Nothing is published: small figures could be worked out, or could not be proven safe."""

    slug = "cannot-be-protected"


class _AtWorkError(DomainError):
    """Something else is at work on what this needs; the same request may come again soon."""

    slug = "busy"
    headers: ClassVar = {"Retry-After": "1"}


class NotSettledError(_AtWorkError):
    """What was known at the instant can still change: a write that began before it is open."""


class PublishedMeanwhileError(_AtWorkError):
    """Others published what belongs together with it, again and again while it was chosen."""
