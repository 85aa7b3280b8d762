"""The version of Front Door, said once."""

VERSION = "0.1.0"
