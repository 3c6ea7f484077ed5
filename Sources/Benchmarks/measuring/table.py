"""What was measured, as lines of a table."""

import statistics

COLUMNS = ["row", "peer", "ours", "spread", "peer takes", "spread", "ratio", "goal", "reached"]


def in_words(seconds):
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * factor >= 1 or unit == "µs":
            value = seconds * factor
            return f"{value:.3g}" + " " + unit if value < 100 else f"{value:.0f} {unit}"


def spread(times):
    return f"{in_words(min(times))}–{in_words(max(times))}"


class Table:
    def __init__(self):
        self.lines = []

    def add(self, row, peer, ours, theirs, goal):
        a, b = statistics.median(ours), statistics.median(theirs)
        self.put(row, peer, in_words(a), spread(ours), in_words(b), spread(theirs), b / a, goal)

    def put(self, row, peer, ours, ours_spread, theirs, theirs_spread, ratio, goal):
        verdict = "" if goal is None else "yes" if ratio >= goal else "**no**"
        wanted = "" if goal is None else f"{goal:.2g}"
        self.keep(row, peer, [
            ours, ours_spread, theirs, theirs_spread, f"{ratio:.2f}", wanted, verdict])

    def absent(self, row, peer, reason):
        self.keep(row, peer, ["", "", f"absent: {reason}", "", "", "", ""])

    def keep(self, row, peer, cells):
        line = [row, peer] + cells
        self.lines.append(line)
        print(" | ".join(line), flush=True)
