"""The catalogue of problem types (RFC 9457): each slug's status, title, and what to do about it.

A domain error names its slug; this table gives the status, `/problems/<slug>` shows the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem. `meaning` and `remedy` are sentences for people."""

    slug: str
    status: HTTPStatus
    title: str
    meaning: str
    remedy: str

    @property
    def path(self) -> str:
        """The value of `type`, and where the page about it is."""
        return f"/problems/{self.slug}"


_CATALOGUE = (
    ProblemType(
        "malformed-body",
        HTTPStatus.BAD_REQUEST,
        "The body cannot be read",
        "The body is not JSON in UTF-8, or it holds what JSON text should not: a name twice in "
        "one object, NaN or Infinity, a NUL, half of a surrogate pair, or very deep nesting.",
        "Write the body with a JSON library, and send it as UTF-8. Nothing was stored.",
    ),
    ProblemType(
        "bad-request",
        HTTPStatus.BAD_REQUEST,
        "The request cannot be understood",
        "The request breaks the rules of HTTP, or a part of it is not in a form that can be read.",
        "Compare the request with the documentation at /docs.",
    ),
    ProblemType(
        "import-refused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "Nothing was imported",
        "The import is atomic, and at least one of its records was rejected or conflicts with what "
        "was sent before, so none of them was written.",
        "Put right what stands in errors (all are in the results), and send the whole again; or "
        "send it with mode=partial, which writes every good record.",
    ),
    ProblemType(
        "unauthenticated",
        HTTPStatus.UNAUTHORIZED,
        "A valid key is required",
        "The request has no key, or one that is unknown, expired or revoked.",
        "Send the key as: Authorization: Bearer, a space, and the key. Ask the authority for a "
        "new key if yours no longer works.",
    ),
    ProblemType(
        "forbidden",
        HTTPStatus.FORBIDDEN,
        "Your role may not do this",
        "The key is valid, but none of its roles may ever do this.",
        "Ask the authority's administrator for a key with the role that the documentation names.",
    ),
    ProblemType(
        "not-found",
        HTTPStatus.NOT_FOUND,
        "There is nothing here",
        "There is no such page, record or authority, or it is none that your key may know of.",
        "Check the address, the authority's code and the id.",
    ),
    ProblemType(
        "method-not-allowed",
        HTTPStatus.METHOD_NOT_ALLOWED,
        "This address does not take that method",
        "The address exists, but not for the HTTP method that was used.",
        "Use one of the methods in the Allow header.",
    ),
    ProblemType(
        "not-acceptable",
        HTTPStatus.NOT_ACCEPTABLE,
        "No format that you accept",
        "The Accept header admits none of the formats in which this can be given.",
        "Ask for one of the formats that the detail lists, or leave the Accept header out.",
    ),
    ProblemType(
        "decision-not-allowed",
        HTTPStatus.CONFLICT,
        "The decision is not allowed now",
        "The contact is in a state in which this decision cannot be made; the detail names it.",
        "Read the record again. A decision made in error can be retracted.",
    ),
    ProblemType(
        "sent-before-with-other-content",
        HTTPStatus.CONFLICT,
        "This reference was used for another record",
        "The agency sent a record with this agency_reference before, with other content. The "
        "first one stands; the member contact (caf, of a CAF) and the Link header lead to it.",
        "To correct the record that is there, PATCH it. For a new record use a new reference.",
    ),
    ProblemType(
        "change-not-allowed",
        HTTPStatus.CONFLICT,
        "This part can no longer be changed",
        "The authority has decided on the record, so its sender may no longer change this part.",
        "Send what is new as added information.",
    ),
    ProblemType(
        "record-voided",
        HTTPStatus.CONFLICT,
        "The record was voided",
        "The record was taken out of every figure and takes no more changes.",
        "If it was voided in error, send it again under a new reference.",
    ),
    ProblemType(
        "published-before",
        HTTPStatus.CONFLICT,
        "This was published as at another instant",
        "The report of this area and period, or a report that belongs together with it, is "
        "published already, as at the instant that the detail names. What is published stays.",
        "Leave as_at out, or give the instant that the detail names.",
    ),
    ProblemType(
        "cannot-be-protected",
        HTTPStatus.CONFLICT,
        "This cannot be published safely",
        "No choice of figures to hide is proven to protect the small ones, beside what is "
        "published already. Nothing was published.",
        "Tell us the request id: what is published of the area has to be looked at. Keys with the "
        "role report read the exact figures as ever.",
    ),
    ProblemType(
        "busy",
        HTTPStatus.CONFLICT,
        "Another request is at work on this",
        "Another request for the same record took longer than we wait. Nothing was stored by "
        "this one.",
        "Send the same request again after the seconds in Retry-After.",
    ),
    ProblemType(
        "version-mismatch",
        HTTPStatus.PRECONDITION_FAILED,
        "The record has changed",
        "If-Match names a version that the record no longer has.",
        "Read the record again, look at what changed, and repeat the change with its new ETag.",
    ),
    ProblemType(
        "too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "The body is too large",
        "The body is larger than this address takes. None of it was stored.",
        "Send less at once: a large load can be cut into several.",
    ),
    ProblemType(
        "uri-too-long",
        HTTPStatus.REQUEST_URI_TOO_LONG,
        "The address is too long",
        "The address with its query is longer than is accepted.",
        "Use fewer or shorter parameters.",
    ),
    ProblemType(
        "unsupported-media-type",
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "The body has a form that is not taken here",
        "Content-Type is missing or none of those taken here, its charset is not UTF-8, or the "
        "body is compressed.",
        "Send one of the types that the detail lists, in UTF-8, without Content-Encoding.",
    ),
    ProblemType(
        "unprocessable",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "The input breaks a rule",
        "The request was understood, but some of it cannot be accepted. Every reason is in "
        "errors, with its place. Nothing was stored.",
        "Put right what errors lists, and send it again.",
    ),
    ProblemType(
        "idempotency-key-reused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "This Idempotency-Key was used for another body",
        "A key stands for one request. The same key came before with another body.",
        "Use a new key for each new request, and the same key only to repeat one unchanged.",
    ),
    ProblemType(
        "precondition-required",
        HTTPStatus.PRECONDITION_REQUIRED,
        "If-Match is required",
        "A change must say which version of the record it was made for, so that nobody's change "
        "is overwritten unseen.",
        "Read the record, and send its ETag in If-Match.",
    ),
    ProblemType(
        "unexpected",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "Something went wrong here",
        "An error of ours, not of the request. It was logged under the request's id.",
        "Send the request again: it is safe with the same agency_reference or Idempotency-Key. "
        "If it stays, tell us the request id.",
    ),
    ProblemType(
        "unavailable",
        HTTPStatus.SERVICE_UNAVAILABLE,
        "Not available for the moment",
        "A part that is needed, such as the database, does not answer. Whether the request was "
        "carried out may be unknown.",
        "Send the same request again after the seconds in Retry-After: it is safe with the same "
        "agency_reference or Idempotency-Key.",
    ),
)

PROBLEMS: Mapping[str, ProblemType] = {problem.slug: problem for problem in _CATALOGUE}

_OF_HTTP: Mapping[int, ProblemType] = {
    PROBLEMS[slug].status: PROBLEMS[slug]
    for slug in (
        "bad-request",
        "unauthenticated",
        "forbidden",
        "not-found",
        "method-not-allowed",
        "not-acceptable",
        "version-mismatch",
        "too-large",
        "uri-too-long",
        "unsupported-media-type",
        "unprocessable",
        "precondition-required",
        "unexpected",
        "unavailable",
    )
}


def problem_of_status(status: int) -> ProblemType:
    """The problem type that a bare HTTP status stands for."""
    kind = "unexpected" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "bad-request"
    return _OF_HTTP.get(status, PROBLEMS[kind])
