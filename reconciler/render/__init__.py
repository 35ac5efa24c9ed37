"""Readings of a plan, a run or problems: value in, text out. Rendering never computes."""
