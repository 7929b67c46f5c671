"""Prints the largest difference between the logits of two model directories, in transformers, float32."""
import sys

import torch
from transformers import AutoModelForCausalLM


def load(directory):
    return AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32).eval()


first, second = load(sys.argv[1]), load(sys.argv[2])
ids = torch.randint(0, first.config.vocab_size, (2, 17), generator=torch.Generator().manual_seed(0))
with torch.no_grad():
    difference = (first(ids).logits - second(ids).logits).abs().max().item()
print(f"{type(second).__name__}: largest difference of logits {difference:.3g}")
