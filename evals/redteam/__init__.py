"""The red team: attacks by others, wrapped round our hardest questions, against a model that obeys.

Read ``harvest`` (where the prompts come from), ``obedient`` (what the model says), ``trial`` (how
one prompt is tried), ``tally`` (what is counted) and ``page`` (what is published) in that order.
"""
