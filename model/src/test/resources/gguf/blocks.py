"""Makes blocks.json: random blocks of each type and what the reference implementation (the Python
package `gguf`) decodes them to, as the bits of float32. Run: python blocks.py > blocks.json"""

import json

import numpy as np
from gguf import GGMLQuantizationType, quants
from gguf.constants import GGML_QUANT_SIZES

rng = np.random.default_rng(7)


def half():
    return np.frombuffer(np.float16(rng.normal() * 0.01).tobytes(), dtype=np.uint8)


cases = {}
for name in ["F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K"]:
    kind = GGMLQuantizationType[name]
    elements, size = GGML_QUANT_SIZES[kind]
    blocks = {1: 8, 32: 2, 256: 1}[elements]
    raw = rng.integers(0, 256, size=(blocks, size), dtype=np.uint8)
    for block in raw:
        if name == "BF16":
            block[:] = np.frombuffer(np.float32(rng.normal()).tobytes(), dtype=np.uint8)[2:]
        elif name == "Q6_K":
            block[208:210] = half()
        else:
            block[0:2] = half()
            if name in ("Q4_1", "Q5_1", "Q4_K", "Q5_K"):
                block[2:4] = half()
    raw = raw.reshape(1, -1)
    values = quants.dequantize(raw, kind).reshape(-1).astype(np.float32)
    cases[name] = {"bytes": raw.tobytes().hex(), "bits": [int(x) for x in values.view(np.int32)]}
print(json.dumps(cases))
