"""Mutation testing of the guard: a test suite that misses a broken line is not finished.

Read ``changes`` (what is broken, one place at a time), ``places`` (where), ``plant`` (how a broken
line gets into a running process), ``trial`` (how the tests are set on it), ``listed`` (which files,
which tests, which mutants change nothing) and ``page`` (what is published) in that order.
"""
