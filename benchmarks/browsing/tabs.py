"""Shows the board in two real tabs beside the crowd, in a process of its own."""

import sys

from benchmarks.browsing.looking import tabs
from benchmarks.browsing.served import Running

if __name__ == "__main__":
    port, pid, address, seconds = sys.argv[1:]
    for line in tabs(Running(address, int(port), int(pid)), float(seconds)):
        print(line)
