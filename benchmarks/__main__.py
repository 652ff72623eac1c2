"""`python -m benchmarks [section ...]`: measure, and print one table for each section."""

from __future__ import annotations

import sys
from importlib import import_module

from benchmarks.table import print_table

# A section is a module with `rows()`; it is imported only when it is asked for.
SECTIONS = {
    "acknowledge": "benchmarks.acknowledge",
    "authorise": "benchmarks.authorise",
    "delivery": "benchmarks.delivery",
    "pairing": "benchmarks.pairing",
    "start": "benchmarks.start",
}


def main(names: list[str]) -> int:
    """Run these sections, or all of them; 1 where a promise was not kept, 2 for an unknown section."""
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        print(f"No section called {', '.join(unknown)}. There are: {', '.join(SECTIONS)}.", file=sys.stderr)
        return 2
    kept = True
    for name in names or SECTIONS:
        print(f"\n{name}", flush=True)
        kept = print_table(import_module(SECTIONS[name]).rows()) and kept
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
