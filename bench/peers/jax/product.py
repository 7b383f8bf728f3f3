"""Workload (d) in JAX."""
import jax

jax.config.update("jax_enable_x64", True)


def product(key):
    x = jax.random.uniform(key, (8000, 8000), dtype="float64")
    return (x @ x).sum()


def workload(args):
    key = jax.random.key(1)
    compiled = jax.jit(product).lower(key).compile()
    return lambda: jax.block_until_ready(compiled(key))
