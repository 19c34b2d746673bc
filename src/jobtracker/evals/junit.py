"""A run as JUnit XML, which CI systems show: a suite is a testsuite, a case a testcase.

A metric below its bound, or worse than the baseline, is a failing testcase of its own: a case that
fails within the bounds is reported in `system-out`, for it does not fail the run.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from jobtracker.evals.model import RunResult, SuiteResult
from jobtracker.evals.report import metric_line, short

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no room for."""


def junit(result: RunResult) -> str:
    """Return the XML document."""
    root = ET.Element("testsuites", name="jobtracker eval")
    totals = [0, 0, 0]
    for suite in result.suites.values():
        element, counts = _suite(suite)
        root.append(element)
        totals = [a + b for a, b in zip(totals, counts, strict=True)]
    for name, count in zip(("tests", "failures", "skipped"), totals, strict=True):
        root.set(name, str(count))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(suite: SuiteResult) -> tuple[ET.Element, tuple[int, int, int]]:
    element = ET.Element("testsuite", name=_clean(suite.suite))
    failures = 0
    for name, metric in suite.metrics.items():
        case = ET.SubElement(element, "testcase", classname=suite.suite, name=f"metric {name}")
        line = metric_line(name, metric)
        if metric.passed:
            ET.SubElement(case, "system-out").text = line
            continue
        failures += 1
        names = [one.id for one in suite.results if not one.passed]
        message = f"{line}; against the baseline: {suite.against.get(name, 'none')}"
        failure = ET.SubElement(case, "failure", message=_clean(message))
        failure.text = _clean("failing cases: " + ", ".join(names))
    for scored in suite.results:
        case = ET.SubElement(element, "testcase", classname=suite.suite, name=_clean(scored.id))
        if not scored.passed:
            told = f"wrong: expected {short(scored.expected)}, got {short(scored.got)}"
            if suite.passed:
                ET.SubElement(case, "system-out").text = _clean(told)
            else:
                failures += 1
                ET.SubElement(case, "failure", message=_clean(told))
    for name, why in suite.missing.items():
        case = ET.SubElement(element, "testcase", classname=suite.suite, name=_clean(name))
        ET.SubElement(case, "skipped", message=_clean(why))
    tests = len(suite.metrics) + len(suite.results) + len(suite.missing)
    counts = (tests, failures, len(suite.missing))
    for name, count in zip(("tests", "failures", "skipped"), counts, strict=True):
        element.set(name, str(count))
    return element, counts


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
