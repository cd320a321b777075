"""Slack: the same events as on every other way to a person, shown as Slack shows things.

Only this package imports ``slack_bolt`` and ``slack_sdk``; nothing outside it does.
"""
