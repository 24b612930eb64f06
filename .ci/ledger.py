"""Adds up what ran: suites from the test reports, corpora from what the tests counted, coverage, wall time.

Writes target/ci-ledger.json and the same as text, and fails where a suite ran no test, a test was skipped that may not
be, or a corpus counts less than .ci/corpora.json says.
"""

import csv
import fnmatch
import json
import pathlib
import sys
import xml.etree.ElementTree as xml

TARGET = pathlib.Path("target")
CI = pathlib.Path(".ci")
REPORTS = {
    "unit": "surefire-reports",
    "server": "failsafe-reports",
    "interop": "interop-reports",
    "cluster": "cluster-reports",
}


def lines(name):
    return [line.strip() for line in (CI / name).read_text().splitlines() if line.strip() and line[0] != "#"]


def read_suites():
    suites, skips = {}, []
    for kind, directory in REPORTS.items():
        for file in sorted((TARGET / directory).glob("TEST-*.xml")):
            root = xml.parse(file).getroot()
            cases = list(root.iter("testcase"))
            bad = [c for c in cases if c.find("failure") is not None or c.find("error") is not None]
            skipped = [c for c in cases if c.find("skipped") is not None]
            skips += [f"{c.get('classname')}#{c.get('name')}" for c in skipped]
            suites[root.get("name")] = {
                "kind": kind,
                "run": len(cases) - len(skipped),
                "failed": len(bad),
                "skipped": len(skipped),
                "seconds": round(float(root.get("time", "0").replace(",", "")), 1),
            }
    return suites, skips


def read_corpora():
    corpora = {}
    for file in sorted((TARGET / "ci-corpora").glob("*.json")):
        row = json.loads(file.read_text())
        total = corpora.setdefault(row["corpus"], {"executed": 0, "accepted": 0, "refused": 0})
        for count in total:
            total[count] += row[count]
    return corpora


def read_rows():
    """What each row of the threat catalogue cost, over all suites: see RowLedger."""
    rows = {}
    for file in (TARGET / "ci-corpora").glob("rows-*.tsv"):
        for number, _, *figures in csv.reader(file.open(), delimiter="\t"):
            rows.setdefault(int(number), []).append([float(figure) for figure in figures])
    return {
        number: [int(sum(column)) for column in columns[:4]] + [max(column) for column in columns[4:]]
        for number, columns in ((number, list(zip(*rows[number]))) for number in sorted(rows))
    }


def read_coverage():
    file = TARGET / "site/jacoco/jacoco.csv"
    if not file.exists():
        return {}
    coverage = {}
    for row in csv.DictReader(file.open()):
        for kind in ("LINE", "BRANCH"):
            missed, covered = int(row[f"{kind}_MISSED"]), int(row[f"{kind}_COVERED"])
            counts = coverage.setdefault(kind.lower(), [0, 0])
            counts[0] += covered
            counts[1] += covered + missed
    return {kind: round(100 * covered / all_, 1) for kind, (covered, all_) in coverage.items() if all_}


def expected_suites():
    sources = pathlib.Path("src/test/java")
    files = [*sources.rglob("*Test.java"), *sources.rglob("*IT.java")]
    return {".".join(f.relative_to(sources).with_suffix("").parts) for f in files}


def find_problems(suites, skips, corpora, steps):
    problems = [f"step {step['name']} failed" for step in steps if step["result"] != "passed"]
    allowed = lines("allowed-skips.txt")
    for suite in sorted(expected_suites()):
        ran = sum(s["run"] for name, s in suites.items() if name.split("$")[0] == suite)
        if ran == 0 and not any(fnmatch.fnmatch(suite, rule.split("#")[0]) for rule in allowed):
            problems.append(f"{suite} ran no test")
    problems += [f"{s} was skipped" for s in skips if not any(fnmatch.fnmatch(s, rule) for rule in allowed)]
    problems += [f"{name}: {s['failed']} failed" for name, s in suites.items() if s["failed"]]
    for name, least in json.loads((CI / "corpora.json").read_text()).items():
        counts = corpora.get(name, {"executed": 0, "accepted": 0, "refused": 0})
        for count, number in least.items():
            if counts[count] < number:
                problems.append(f"corpus {name}: {count} {counts[count]}, at least {number} expected")
    return problems


def text(ledger):
    out = [f"{'suite':<66} {'kind':<8} {'run':>6} {'failed':>6} {'skipped':>7} {'s':>7}"]
    for name, s in ledger["suites"].items():
        short = name.removeprefix("dev.connaisseur.")
        out.append(f"{short:<66} {s['kind']:<8} {s['run']:>6} {s['failed']:>6} {s['skipped']:>7} {s['seconds']:>7}")
    out.append(f"\n{'corpus':<66} {'executed':>8} {'accepted':>8} {'refused':>8}")
    for name, c in ledger["corpora"].items():
        out.append(f"{name:<66} {c['executed']:>8} {c['accepted']:>8} {c['refused']:>8}")
    out.append(f"\n{'row':<6} {'cases':>6} {'admitted':>9} {'refused':>8} {'beside':>7} {'slowest ms':>11} {'peak MiB':>9}")
    for number, (cases, admitted, refused, beside, slowest, peak, _) in ledger["rows"].items():
        out.append(f"{number:<6} {cases:>6} {admitted:>9} {refused:>8} {beside:>7} {slowest:>11.0f} {peak:>9.1f}")
    out.append("\n" + ", ".join(f"{s['name']} {s['result']} in {s['seconds']} s" for s in ledger["steps"]))
    out.append("coverage " + ", ".join(f"{kind} {percent} %" for kind, percent in ledger["coverage"].items()))
    out.append(f"wall time {ledger['seconds']} s")
    out += [f"NOT WELL: {problem}" for problem in ledger["problems"]]
    return "\n".join(out)


def main():
    suites, skips = read_suites()
    corpora = read_corpora()
    rows = [line.split("\t") for line in pathlib.Path(sys.argv[2]).read_text().splitlines()]
    steps = [{"name": name, "result": result, "seconds": int(seconds)} for name, result, seconds in rows]
    problems = find_problems(suites, skips, corpora, steps)
    totals = {count: sum(s[count] for s in suites.values()) for count in ("run", "failed", "skipped")}
    ledger = {
        "suites": suites,
        "corpora": corpora,
        "rows": read_rows(),
        "skipped": skips,
        "steps": steps,
        "coverage": read_coverage(),
        "seconds": int(sys.argv[1]),
        "problems": problems,
        "totals": totals,
    }
    (TARGET / "ci-ledger.json").write_text(json.dumps(ledger, indent=2) + "\n")
    (TARGET / "ci-ledger.txt").write_text(text(ledger) + "\n")
    print(text(ledger))
    passed = totals["run"] - totals["failed"]
    print(f"ledger: {passed} passed, {totals['failed']} failed, {totals['skipped']} skipped")
    sys.exit(1 if problems or totals["run"] == 0 else 0)


main()
