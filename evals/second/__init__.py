"""What the second reader of the guard learns from, and how: ``python -m evals.second``."""
