"""Habeas: questions about United States citizenship and removal law, answered from the law."""
