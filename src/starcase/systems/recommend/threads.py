"""Limit BLAS to one thread, which is faster for small products."""

from __future__ import annotations

from functools import cache

from threadpoolctl import threadpool_info, threadpool_limits


@cache
def limit_blas_threads() -> int:
    """Limit BLAS to one thread from here on, and return its number of threads.

    >>> limit_blas_threads()
    1
    """
    threadpool_limits(limits=1, user_api="blas")
    return max((pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"), default=1)
