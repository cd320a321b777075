"""The regression question set, its runner and graders, and the numbers Habeas publishes."""
