"""Writes order.json: small graphs with the peak that dask.order gives them.

    pip install dask && python order.py

A task is a list of the tasks that it reads; a size is what its value takes
until the last task that reads it has run. Tasks of size 0 take what is written
to a file, or summed up.
"""
import json
from importlib.metadata import version

from dask.order import order

BLOCK, PART = 16, 1


class Graph:
    def __init__(self):
        self.reads, self.size = [], []

    def add(self, size, *reads):
        self.reads.append(list(reads))
        self.size.append(size)
        return len(self.reads) - 1

    def blocks(self, n):
        return [self.add(BLOCK) for _ in range(n)]

    def sink(self, *reads):
        return self.add(0, *reads)

    def tree(self, size, tasks, fan):
        while len(tasks) > 1:
            tasks = [self.add(size, *tasks[i:i + fan]) for i in range(0, len(tasks), fan)]
        return tasks[0]

    def peak(self):
        prio = order({f"t{i}": (max, *[f"t{r}" for r in reads]) for i, reads in enumerate(self.reads)})
        left = [sum(i in reads for reads in self.reads) for i in range(len(self.reads))]
        live = peak = 0
        for i in sorted(range(len(self.reads)), key=lambda i: prio[f"t{i}"]):
            live += self.size[i]
            peak = max(peak, live)
            for r in set(self.reads[i]):
                left[r] -= 1
                if left[r] == 0:
                    live -= self.size[r]
        return peak


def tree_sum(n, size, fan):
    g = Graph()
    x = g.blocks(n)
    g.sink(g.tree(size, [g.add(PART, b) for b in x] if size == PART else x, fan))
    return g


def anomalies(n):
    g = Graph()
    x = g.blocks(n)
    mean = g.tree(PART, [g.add(PART, b) for b in x], 4)
    for b in x:
        g.sink(g.add(BLOCK, b, mean))
    return g


def anomalies_read_twice(n):
    g = Graph()
    mean = g.tree(PART, [g.add(PART, b) for b in g.blocks(n)], 4)
    for b in g.blocks(n):
        g.sink(g.add(BLOCK, b, mean))
    return g


def rechunk(n):
    g = Graph()
    parts = [[g.add(BLOCK // n, row) for _ in range(n)] for row in g.blocks(n)]
    for j in range(n):
        g.sink(g.add(BLOCK, *[row[j] for row in parts]))
    return g


def matmul(n):
    g = Graph()
    a, b = [g.blocks(n) for _ in range(n)], [g.blocks(n) for _ in range(n)]
    for i in range(n):
        for j in range(n):
            g.sink(g.add(BLOCK, *[g.add(BLOCK, a[i][k], b[k][j]) for k in range(n)]))
    return g


def overlap(n, steps):
    g = Graph()
    x = g.blocks(n)
    for _ in range(steps):
        x = [g.add(BLOCK, *x[max(i - 1, 0):i + 2]) for i in range(n)]
    for b in x:
        g.sink(b)
    return g


def two_sums(n, size):
    g = Graph()
    x = g.blocks(n)
    y, z = [g.add(size, b) for b in x], [g.add(size, b) for b in x]
    for parts in y, z:
        g.sink(g.tree(PART, [g.add(PART, p) for p in parts], 4))
    return g


def shared_outputs(n):
    g = Graph()
    x = g.blocks(n)
    for _ in range(3):
        for b in x:
            g.sink(g.add(BLOCK, b))
    return g


def transpose_mean(n):
    g = Graph()
    x = [g.blocks(n) for _ in range(n)]
    for j in range(n):
        parts = [g.add(PART, g.add(BLOCK, x[i][j], x[j][i])) for i in range(n)]
        g.sink(g.add(PART, *parts))
    return g


def main():
    cases = {
        "sum of 8": tree_sum(8, PART, 4), "sum of 64": tree_sum(64, PART, 4),
        "tree of 8 blocks": tree_sum(8, BLOCK, 2), "tree of 64 blocks": tree_sum(64, BLOCK, 2),
        "anomalies of 4": anomalies(4), "anomalies of 64": anomalies(64),
        "anomalies of 4, read twice": anomalies_read_twice(4), "anomalies of 64, read twice": anomalies_read_twice(64),
        "rechunk 2": rechunk(2), "rechunk 4": rechunk(4), "rechunk 8": rechunk(8),
        "matmul 2": matmul(2), "matmul 4": matmul(4),
        "overlap 6": overlap(6, 1), "overlap 64": overlap(64, 1),
        "stencil 4, 2 steps": overlap(4, 2), "stencil 16, 4 steps": overlap(16, 4),
        "two sums of 3": two_sums(3, BLOCK), "two sums of 64": two_sums(64, BLOCK), "two small sums of 64": two_sums(64, PART),
        "three outputs of 3": shared_outputs(3), "three outputs of 64": shared_outputs(64),
        "x + x.T, 2": transpose_mean(2), "x + x.T, 6": transpose_mean(6),
    }
    with open("order.json", "w") as f:
        rows = [json.dumps({"name": name, "dask": g.peak(), "size": g.size, "reads": g.reads}) for name, g in cases.items()]
        f.write(f'{{"dask": "{version("dask")}", "cases": [\n' + ",\n".join(rows) + "\n]}\n")


main()
