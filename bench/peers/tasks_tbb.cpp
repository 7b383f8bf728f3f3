// The flow graph of oneTBB in the per-task rows: SHAPE N THREADS, one request a line.
#include "shapes.hpp"
#include <memory>
#include <tbb/flow_graph.h>
#include <tbb/global_control.h>

using message = tbb::flow::continue_msg;
using node = tbb::flow::continue_node<message>;

static void idle(const Request &r) {
  tbb::global_control threads(tbb::global_control::max_allowed_parallelism, r.threads);
  double wall = now();
  clock_t cpu = clock();
  tbb::flow::graph graph;
  std::vector<std::unique_ptr<node>> tasks;
  node last(graph, [&r](const message &m) { return spin(r.n), m; });
  for (int i = 0; i < idle_before; i++) {
    tasks.emplace_back(new node(graph, [](const message &m) { return m; }));
    tbb::flow::make_edge(*tasks[i], last);
  }
  for (auto &t : tasks) t->try_put(message());
  graph.wait_for_all();
  reply_idle(wall, cpu);
}

static void answer(char *line) {
  Request r(line);
  if (r.shape == "idle") return idle(r);
  Graph g = make(r.shape, r.n);
  Values v(g);
  tbb::global_control threads(tbb::global_control::max_allowed_parallelism, r.threads);
  double before = allocated(), t = now();
  tbb::flow::graph graph;
  std::vector<std::unique_ptr<node>> tasks;
  tasks.reserve(g.n);
  for (int i = 0; i < g.n; i++) tasks.emplace_back(new node(graph, [&v, i](const message &m) { return v.task(i), m; }));
  for (int i = 0; i < g.n; i++)
    for (int q = g.first[i]; q < g.first[i + 1]; q++) tbb::flow::make_edge(*tasks[g.pred[q]], *tasks[i]);
  double build = now() - t, bytes = allocated() - before;
  t = now();
  for (int i = 0; i < g.n; i++)
    if (g.first[i] == g.first[i + 1]) tasks[i]->try_put(message());
  graph.wait_for_all();
  reply(v, build, now() - t, bytes);
}

int main() { serve(answer); }
