"""Estimate imports of any size on AWS: time, US dollars and bottleneck.

calibration   processor time and bytes per record, from the benchmark on this machine
shape         numbers of spans, ranges, key ranges and state transitions of an import
machines      database classes and functions, as AWS lists them
duration      seconds of each phase, and its bottleneck
money         US dollars of an import, and of a month without imports
report        the tables and docs/COST.md
"""
