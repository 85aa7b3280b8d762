"""The public contract, written by hand: one file a resource."""
