// Taskflow in the per-task rows: SHAPE N THREADS, one request a line.
#include "shapes.hpp"
#include <taskflow/taskflow.hpp>

static void idle(const Request &r) {
  double wall = now();
  clock_t cpu = clock();
  tf::Executor executor(r.threads);
  tf::Taskflow flow;
  tf::Task last = flow.emplace([&r] { spin(r.n); });
  for (int i = 0; i < idle_before; i++) flow.emplace([] {}).precede(last);
  executor.run(flow).wait();
  reply_idle(wall, cpu);
}

static void answer(char *line) {
  Request r(line);
  if (r.shape == "idle") return idle(r);
  Graph g = make(r.shape, r.n);
  Values v(g);
  tf::Executor executor(r.threads);
  double before = allocated(), t = now();
  tf::Taskflow flow;
  std::vector<tf::Task> tasks(g.n);
  for (int i = 0; i < g.n; i++) tasks[i] = flow.emplace([&v, i] { v.task(i); });
  for (int i = 0; i < g.n; i++)
    for (int q = g.first[i]; q < g.first[i + 1]; q++) tasks[g.pred[q]].precede(tasks[i]);
  double build = now() - t, bytes = allocated() - before;
  t = now();
  executor.run(flow).wait();
  reply(v, build, now() - t, bytes);
}

int main() { serve(answer); }
