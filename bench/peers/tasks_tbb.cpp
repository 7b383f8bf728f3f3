// The flow graph of oneTBB in the per-task rows: SHAPE N THREADS, one request a line.
#include "shapes.hpp"
#include <memory>
#include <tbb/flow_graph.h>
#include <tbb/global_control.h>

using message = tbb::flow::continue_msg;
using node = tbb::flow::continue_node<message>;

static void answer(char *line) {
  Request r(line);
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
