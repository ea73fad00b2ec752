"""The questions of ``guanxi insight``, one a file; each loads numpy only when it is asked."""
