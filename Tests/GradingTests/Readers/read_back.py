"""Reads a results file with a reader that knows the form, and prints what it found in it:
passed checks, checks, points. Exits with 77 when the reader is not installed.

    python3 read_back.py json|gradescope|junit|tap|csv FILE

Needs `jsonschema`, `junitparser`, `tap.py` (with its `yaml` extra for the points) for their forms.
"""

import csv
import json
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))


def need(module):
    try:
        return __import__(module)
    except ImportError:
        print(f"no {module}", file=sys.stderr)
        sys.exit(77)


def schema(name, value):
    with open(os.path.join(here, name)) as file:
        need("jsonschema").validate(value, json.load(file))


def read_json(path):
    with open(path) as file:
        whole = json.load(file)
    schema("results.schema.json", whole)
    for submission in whole["submissions"]:
        assert abs(sum(c["points"] for c in submission["checks"]) - submission["score"]) < 0.02
    checks = [check for s in whole["submissions"] for check in s["checks"]]
    passed = sum(check["verdict"] == "pass" for check in checks)
    return passed, len(checks), sum(s["score"] for s in whole["submissions"])


def read_gradescope(path):
    with open(path) as file:
        whole = json.load(file)
    schema("gradescope.schema.json", whole)
    passed = sum(test["status"] == "passed" for test in whole["tests"])
    return passed, len(whole["tests"]), whole["score"]


def read_junit(path):
    junit = need("junitparser")
    suites = junit.JUnitXml.fromfile(path)
    passed = total = 0
    points = 0.0
    for suite in suites:
        cases = [case for case in suite if case.name != "parse"]
        assert suite.tests == len(list(suite))
        kinds = [type(result).__name__ for case in suite for result in case.result]
        assert suite.failures == kinds.count("Failure"), kinds
        assert suite.errors == kinds.count("Error"), kinds
        assert suite.skipped == kinds.count("Skipped"), kinds
        facts = {p.name: p.value for p in suite.properties()}
        points += float(facts["score"])
        total += len(cases)
        passed += sum(not case.result for case in cases)
    return passed, total, points


def read_tap(path):
    need("tap")
    need("yaml")
    need("more_itertools")
    from tap.parser import Parser

    with open(path) as file:
        text = file.read()
    lines = list(Parser().parse_text(text))
    assert text.startswith("TAP version 14\n")
    plan = [line for line in lines if line.category == "plan"]
    tests = [line for line in lines if line.category == "test"]
    assert len(plan) == 1
    unknown = [line for line in lines if line.category == "unknown"]
    assert not unknown, unknown
    if any(line.category == "bail" for line in lines):
        return 0, plan[0].expected_tests, 0
    assert plan[0].expected_tests == len(tests)
    assert [test.number for test in tests] == list(range(1, len(tests) + 1))
    passed = sum(test.ok and not test.skip for test in tests)
    # Points stand in the blocks of what did not pass; the rest is the lesson's.
    worth = {"weights left": 1, "step": 1, "codes": 2, "back again": 3, "values": 1, "bytes": 2}
    points = 0.0
    for test in tests:
        name = test.description.lstrip("- ").split(": ")[-1]
        if test.ok and not test.skip:
            points += worth[name]
        elif not test.ok:
            block = test.yaml_block
            if block is None:
                need("yaml")
            assert block["message"] is not None and block["at"]["line"] > 0
            points += block["data"]["points"]
    return passed, len(tests), points


def read_csv(path):
    passed = total = 0
    points = 0.0
    with open(path, newline="") as file:
        for row in csv.DictReader(file, strict=True):
            assert None not in row and None not in row.values()
            verdicts = [row[key] for key in row if key.endswith(" verdict")]
            passed += verdicts.count("pass")
            total += len(verdicts)
            points += float(row["score"])
    return passed, total, points


form, path = sys.argv[1:]
passed, total, points = globals()["read_" + form](path)
print(passed, total, f"{points:.2f}".rstrip("0").rstrip("."))
