"""Plain functions on strings: no state, no I/O."""
