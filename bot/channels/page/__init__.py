"""The web page: its words, its HTML, its style and its script."""
