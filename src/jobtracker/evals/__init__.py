"""Eval suites: cases as data, a verdict as a number with its interval beside the last one."""
