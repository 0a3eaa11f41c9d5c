"""`python -m tools.bench.herald.importing deliverer`: the import of a function, in a process with nothing of it yet."""

import json
import sys
from importlib import import_module

from tools.bench.herald.stopwatch import Stopwatch, peak_memory

if __name__ == "__main__":
    before = peak_memory()
    with Stopwatch() as importing:
        import_module(f"{sys.argv[1]}.app")
    figures = {"count": 1, "cpu": importing.cpu, "wall": importing.wall, "memory": peak_memory(), "bare": before}
    print(json.dumps({**figures, "modules": len(sys.modules)}))
