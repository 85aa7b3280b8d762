"""Entity tags that a request names."""

import pytest
from flask import Flask

from api.etags import expected_versions


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('"7"', {7}),
        ('W/"7"', {7}),
        ('"7", "8"', {7, 8}),
        ('"seven"', set()),
        ('""', set()),
        ("7", set()),
        ('"' + "9" * 5_000 + '"', set()),
        ("*", None),
        ("", None),
    ],
)
def test_if_match_names_versions(header, expected):
    with Flask(__name__).test_request_context(headers={"If-Match": header}):
        assert expected_versions(is_required=False) == expected
