"""What an import of any size would take on AWS: time, US dollars, and what holds it up.

calibration   what one record costs in processor time and bytes, as the bench measured it here
shape         how many spans, ranges, key ranges and state transitions an import has
machines      database classes and functions, as AWS lists them
duration      seconds of each phase, and which part of the system they are of
money         US dollars of an import, and of a month without any
report        the tables, and docs/COST.md
"""
