"""What is said after the opening: the law's statements, and a model's sentences under the guard."""
