"""Workload (h) in JAX, in pieces of 1000 rows, as a whole array would not be fused with its sum."""
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)


def piece(key):
    x, y = jax.random.uniform(key, (2, 1000, 20000), dtype="float64")
    z = jnp.sqrt(x * y + 1)
    z = jnp.sqrt(z * y + 1)
    z = jnp.sqrt(z * x + 1)
    return (z - 0.5).sum()


def workload(args):
    keys = jax.random.split(jax.random.key(1), 20)
    compiled = jax.jit(piece).lower(keys[0]).compile()
    return lambda: sum(float(compiled(k)) for k in keys)
