"""Ways to a person: they translate, they decide nothing."""
