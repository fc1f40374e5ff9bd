"""From rows to token ids and labels.

encode      with the very prompt of later
batches     what each step sees
doctor      `diagnose`: what is trained, token by token
"""
