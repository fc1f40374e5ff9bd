"""The model, what a method adds to it, and the folders that hold both.

base        the model that is tuned, and how an adapter finds it again
methods     giving a model what a method trains
houlsby     bottleneck adapters, kgllm's own
virtual     virtual tokens
fused       the same layers in fewer kernels
safety      what a folder with weights must be before it is loaded
checkpoint  folders that are whole or not there; spread: tensors that several processes hold in parts
adapters    `load`, `Adapters`: folders written, loaded, exchanged
cards       the model card of one
exporting   `export`: merged, or as GGUF
"""
