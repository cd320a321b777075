"""The guard on questions and drafts that nobody who mends it has read."""
