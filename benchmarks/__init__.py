"""What kgllm costs and reaches, as tables: `python -m benchmarks`."""
