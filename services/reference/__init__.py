"""Authorities, agencies, partnerships and each authority's own words."""
