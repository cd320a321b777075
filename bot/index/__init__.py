"""Passages become an index: built beside the serving one, checked, then swapped in."""
