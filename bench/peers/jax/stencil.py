"""Workload (g) in JAX."""
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)


def stencil(key):
    def step(_, x):
        b = jnp.pad(x, 1)
        return 0.2 * (b[1:-1, 1:-1] + b[:-2, 1:-1] + b[2:, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:])
    x = jax.random.uniform(key, (8000, 8000), dtype="float64")
    return jax.lax.fori_loop(0, 10, step, x).sum()


def workload(args):
    key = jax.random.key(1)
    compiled = jax.jit(stencil).lower(key).compile()
    return lambda: jax.block_until_ready(compiled(key))
