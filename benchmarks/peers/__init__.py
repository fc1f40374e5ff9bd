"""kgllm beside other libraries, on the same graph and questions, in one run: `python -m benchmarks.peers`."""
