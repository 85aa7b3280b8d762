"""The measurements of `make bench`: Front Door beside the peers that a user would pick instead."""
