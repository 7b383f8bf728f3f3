// The shapes of the per-task rows, and what the C++ peers share.
#pragma once
#include "serve.h"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <malloc.h>
#include <string>
#include <vector>

// The predecessors of each task, one after the other: those of task i are
// pred[first[i]] to pred[first[i+1]].
struct Graph {
  int n = 0;
  std::vector<int> first{0}, pred;
  void close() { first.push_back((int)pred.size()), n++; }
};

inline Graph make(const std::string &shape, int n) {
  Graph g;
  if (shape == "independent") {
    for (int i = 0; i < n; i++) g.close();
  } else if (shape == "chain") {
    for (int i = 0; i < n; i++) {
      if (i) g.pred.push_back(i - 1);
      g.close();
    }
  } else if (shape == "tree") {
    int leaves = 1;
    while (leaves * 4 - 1 <= n) leaves *= 2;
    for (int i = 0; i < leaves; i++) g.close();
    for (int i = leaves; i < 2 * leaves - 1; i++) {
      g.pred.push_back(2 * (i - leaves)), g.pred.push_back(2 * (i - leaves) + 1);
      g.close();
    }
  } else if (shape == "wavefront") {
    int side = (int)std::sqrt((double)n);
    for (int i = 0; i < side; i++)
      for (int j = 0; j < side; j++) {
        if (i) g.pred.push_back((i - 1) * side + j);
        if (j) g.pred.push_back(i * side + j - 1);
        g.close();
      }
  } else { // up to three of the thousand tasks before
    uint64_t x = 88172645463325252ull;
    auto next = [&] { return x ^= x << 13, x ^= x >> 7, x ^= x << 17; };
    for (int i = 0; i < n; i++) {
      int count = i == 0 ? 0 : (int)(next() % 4), last = -1;
      for (int k = 0; k < count; k++) {
        int p = i - 1 - (int)(next() % std::min(i, 1000));
        if (p != last) g.pred.push_back(p);
        last = p;
      }
      g.close();
    }
  }
  return g;
}

// The values of tasks, and their sum, by which results are compared.
struct Values {
  const Graph &g;
  std::vector<int64_t> v;
  explicit Values(const Graph &graph) : g(graph), v(graph.n) {}
  void task(int i) {
    int64_t x = 1;
    for (int q = g.first[i]; q < g.first[i + 1]; q++) x += v[g.pred[q]] & 0xff;
    v[i] = x;
  }
  int64_t sum() const {
    int64_t s = 0;
    for (int64_t x : v) s += x;
    return s;
  }
};

// allocated is how much the main thread has allocated, in bytes.
inline double allocated() {
  struct mallinfo2 m = mallinfo2();
  return (double)m.uordblks + (double)m.hblkhd;
}

// reply prints ns a task of the run, ns a task of building and running, bytes a
// task, and the sum of the values.
inline void reply(const Values &v, double build, double run, double bytes) {
  double n = v.g.n;
  printf("ok %g %g %g %lld\n", run * 1e9 / n, (build + run) * 1e9 / n, bytes / n, (long long)v.sum());
}

// An idle request: 1000 tasks of nothing, then one of n milliseconds.
constexpr int idle_before = 1000;

inline void spin(int ms) {
  for (double t = now(); now() - t < ms * 1e-3;) {
  }
}

// reply_idle prints how many processors were busy on average since then.
inline void reply_idle(double wall, clock_t cpu) {
  printf("ok %g\n", (double)(clock() - cpu) / CLOCKS_PER_SEC / (now() - wall));
}

struct Request {
  std::string shape;
  int n, threads;
  explicit Request(const char *line) {
    char name[32] = "";
    if (sscanf(line, "%31s %d %d", name, &n, &threads) != 3) n = 0;
    shape = name;
  }
};
