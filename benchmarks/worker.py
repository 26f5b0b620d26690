"""A contestant in a process of its own, which does what it is told, line by line, and measures its own CPU time.

Both sides speak JSON: `{"workload": ..., "iterations": ...}` is answered by CPU seconds, `{"check": ...}` by what is
wrong or null. The measured time is that of all threads of the process.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from typing import Any

from benchmarks.checks import problem
from benchmarks.contest import Task, enter, task
from benchmarks.endpoint import ROOT

# What all contestants have in common: no configuration of the machine gets in, and no chance.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "benchmark",
    "AWS_SECRET_ACCESS_KEY": "benchmark",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "PYTHONHASHSEED": "0",
}


def environment(url: str) -> dict[str, str]:
    """Return the environment of a process that is to work with an endpoint."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return rest | ENVIRONMENT | {"AWS_ENDPOINT_URL_DYNAMODB": url}


class Worker:
    """The near end of a worker."""

    def __init__(self, module: str, url: str, python: str = sys.executable) -> None:
        self._module = module
        self._process = subprocess.Popen(
            [python, "-X", "faulthandler", "-m", "benchmarks.worker", module],
            cwd=ROOT,
            env=environment(url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _ask(self, question: dict[str, object]) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise AssertionError  # both are pipes
        print(json.dumps(question), file=stdin, flush=True)
        answer = stdout.readline()
        if not answer:
            message = f"the worker of {self._module} has died, with {self._process.wait()}"
            raise RuntimeError(message)
        return json.loads(answer)

    def problem(self, workload: str) -> str | None:
        """Return what is wrong with a workload."""
        found: str | None = self._ask({"check": workload})
        return found

    def can(self, workload: str) -> bool:
        """Return whether the contestant has an operation for a workload."""
        found: bool = self._ask({"can": workload})
        return found

    def seconds(self, workload: str, iterations: int) -> float:
        """Return the CPU time of a workload, done so many times."""
        found: float = self._ask({"workload": workload, "iterations": iterations})
        return found

    def close(self) -> None:
        """End the process."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


def measured(todo: Task, iterations: int) -> float:
    """Return the CPU seconds of a task, done so many times.

    The garbage collector goes on from where it was: begun anew for each measurement, it would come so and so often in
    each, and never in others, whatever the task leaves to it in the long run.
    """
    start = time.process_time()
    for _ in range(iterations):
        todo()
    return time.process_time() - start


def main(module: str) -> None:
    """Answer questions until there are no more."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    contestant = enter(module)
    for line in sys.stdin:
        question: dict[str, Any] = json.loads(line)
        answer: object
        if workload := question.get("can"):
            gc.collect()  # what other workloads have left is theirs
            answer = task(contestant, workload) is not None
        elif workload := question.get("check"):
            try:
                answer = problem(contestant, workload, os.environ["AWS_ENDPOINT_URL_DYNAMODB"])
            except Exception as error:  # noqa: BLE001 - whatever it raises, it has not done it
                answer = repr(error)
        else:
            todo = task(contestant, question["workload"])
            if todo is None:
                raise AssertionError(question)
            answer = measured(todo, question["iterations"])
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
