"""What may be read off published tables: small counts, figures bound by sums, and the promise."""
