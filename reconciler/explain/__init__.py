"""Explain: one user or group on its road through the pipeline, step by step.

Every answer comes from the stages that make the plan. They are asked about one object only; for
what nobody has read they get imagined answers of the app: no account, or one of ours.
"""
