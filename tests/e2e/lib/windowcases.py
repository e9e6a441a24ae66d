"""Runs the cases of a test of the window, one after the other in one window, and tells as Qt Test does."""

import os
import sys
import time
import traceback

from screen import Window, Xvfb


def run(title, make, *arguments):
    """`make(window, display)` gives an object with all(): names and cases, and state(): what helps when one fails."""
    passed = failed = 0
    screen = Xvfb()
    window = Window(os.environ["WEIR_BINARY"], screen.display, *arguments)
    cases = None
    try:
        cases = make(window, screen.display)
        for name, case in cases.all():
            begun = time.monotonic()
            try:
                case()
                passed += 1
                outcome = "PASS"
            except Exception:
                failed += 1
                outcome = "FAIL"
                traceback.print_exc(file=sys.stdout)
                print(cases.state())
            print(f"{outcome} : {title}({name}) {(time.monotonic() - begun) * 1000:.0f} ms", flush=True)
    finally:
        if hasattr(cases, "end"):
            cases.end()
        code = window.stop()
        screen.stop()
    if code != 0:
        failed += 1
        print(f"FAIL : {title}(ends cleanly) {code}")
    print(f"Totals: {passed} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed else 0)
