"""The measures: a module each, with one function from a place and a scale to what was measured."""
