#!/usr/bin/env python3
"""The published RocketWelder SDK in its role: sdk.py CONNECTION_STRING. It prints `ready` when its buffer is made, a
line for each picture it gets, with its first byte and whether the others count up from there, and answers a duplex
picture with itself. It ends with its input."""

import os
import sys
import time

import numpy as np
from rocket_welder_sdk import RocketWelderClient


def tell(picture):
    values = np.asarray(picture).reshape(-1)
    first = int(values[0])
    expected = (first + np.arange(values.size)) % 256
    print("picture", first, "right" if np.array_equal(values, expected) else "wrong", flush=True)


def one_way(picture):
    tell(picture)


def duplex(picture, answer):
    tell(picture)
    np.copyto(np.asarray(answer), np.asarray(picture))


def main(connection):
    client = RocketWelderClient.from_connection_string(connection)
    is_duplex = "mode=duplex" in connection
    client.start(duplex if is_duplex else one_way)
    # Its duplex side makes the buffer on a thread of its own; the semaphores come last.
    name = connection.split("://")[1].split("?")[0] + ("_request" if is_duplex else "")
    while not os.path.exists("/dev/shm/sem.sem-r-" + name):
        time.sleep(0.001)
    print("ready", flush=True)
    while client.is_running and not is_duplex:
        time.sleep(0.01)
    if is_duplex:
        sys.stdin.read()
    print("ended", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
