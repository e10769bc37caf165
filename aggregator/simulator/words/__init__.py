"""The vocabulary of the invented papers: data, and nothing else. See `phrases` for how templates read."""
