"""Makes the tiny models of this folder and the numbers that transformers gets from them.

    python generate.py [NAME ...]      # all settings, or those named

Made with torch 2.13.0 (CPU, one thread) and transformers 5.18.0. Each setting of a family is a folder:

- config.json, and config.legacy.json, which says the same as published checkpoints say it;
- model.safetensors: random weights in bfloat16, to be small;
- reference.safetensors: `ids` (int64, all sequences end to end), `logits` (float32 [N, V]: every sequence read
  alone, weights widened to float32);
- reference.json: `lengths` of the sequences; `greedy` texts, read whole at every step, without a cache;
  `nll` (mean over all tokens but the first of each sequence) and the L2 norm of its gradient by parameter;
  `bf16_mean_abs`, the mean error of logits when transformers computes everything in bfloat16.

Models of experts, Seed-OSS and GLM-4.7-Flash are made by padded.py and have besides, under `padded`, what the larger
fixtures have: batches padded on either side, training steps, the routers' loss. Of 8-bit floats there is nothing else.
"""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

import padded

torch.set_num_threads(1)
HERE = Path(__file__).parent
LENGTHS = [17, 9, 12, 2]
PROMPTS = [3, 8, 13]
STEPS = 16
TIE = 1e-3

BASE = dict(vocab_size=40, hidden_size=16, intermediate_size=16, num_hidden_layers=3, num_attention_heads=4,
            num_key_value_heads=2, max_position_embeddings=64, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2,
            pad_token_id=0, tie_word_embeddings=False)
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16, "beta_fast": 32, "beta_slow": 1,
        "attention_factor": 1.2, "rope_theta": 500000.0}
LINEAR = {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0}


def plain(theta):
    return {"rope_type": "default", "rope_theta": theta}


def long_rope(pairs, original, theta=10000.0):
    return {"rope_type": "longrope", "rope_theta": theta, "original_max_position_embeddings": original,
            "short_factor": [1.0 + 0.1 * i for i in range(pairs)], "long_factor": [1.5 + 2.0 * i for i in range(pairs)]}


SLIDING, FULL = "sliding_attention", "full_attention"

# name: (family, settings that differ from BASE, fields of the older layout to change or, where None, to drop)
SETTINGS = {
    "mistral_window": ("mistral", dict(sliding_window=5, rope_parameters=plain(1e6)), {}),
    "mistral_full": ("mistral", dict(sliding_window=None, head_dim=6, rope_parameters=plain(1e4)), {}),
    "mistral_tied": ("mistral", dict(sliding_window=7, head_dim=8, num_key_value_heads=1, tie_word_embeddings=True,
                                     rope_parameters={**YARN, "rope_theta": 1e6}), {}),
    "ministral_mixed": ("ministral", dict(sliding_window=3, head_dim=4, layer_types=[SLIDING, FULL, SLIDING]), {}),
    "qwen2_window": ("qwen2", dict(use_sliding_window=True, sliding_window=4, max_window_layers=1),
                     {"layer_types": None}),
    "qwen3_window": ("qwen3", dict(use_sliding_window=True, sliding_window=6, head_dim=8,
                                   layer_types=[SLIDING, FULL, SLIDING]), {}),
    "gemma3_pattern": ("gemma3_text", dict(sliding_window=5, head_dim=8, query_pre_attn_scalar=12,
                                           sliding_window_pattern=3, tie_word_embeddings=True,
                                           rope_parameters={FULL: LINEAR, SLIDING: plain(1e4)}),
                       {"layer_types": None, "sliding_window_pattern": 3}),
    "gemma3_capped": ("gemma3_text", dict(sliding_window=3, head_dim=4, query_pre_attn_scalar=4, num_key_value_heads=1,
                                          final_logit_softcapping=4.0, layer_types=[FULL, SLIDING, FULL],
                                          tie_word_embeddings=True,
                                          rope_parameters={FULL: plain(1e6), SLIDING: plain(2e4)}), {}),
    "gemma3_untied": ("gemma3_text", dict(sliding_window=64, head_dim=6, query_pre_attn_scalar=9,
                                          num_hidden_layers=2, attention_bias=True, layer_types=[FULL, FULL],
                                          rope_parameters={FULL: plain(1e5), SLIDING: plain(1e4)}), {}),
    "gemma2_usual": ("gemma2", dict(sliding_window=5, head_dim=8, query_pre_attn_scalar=12, tie_word_embeddings=True,
                                    attn_logit_softcapping=2.0, final_logit_softcapping=3.0), {"layer_types": None}),
    "gemma2_uncapped": ("gemma2", dict(sliding_window=4, head_dim=4, query_pre_attn_scalar=4, attention_bias=True,
                                       attn_logit_softcapping=None, final_logit_softcapping=None), {}),
    "gemma2_full": ("gemma2", dict(sliding_window=64, head_dim=8, query_pre_attn_scalar=8, num_key_value_heads=4,
                                   num_hidden_layers=2, attn_logit_softcapping=1.0, final_logit_softcapping=5.0,
                                   tie_word_embeddings=True), {}),
    "smollm3_usual": ("smollm3", dict(num_hidden_layers=4, tie_word_embeddings=True, rope_parameters=plain(2e6)), {}),
    "smollm3_listed": ("smollm3", dict(no_rope_layers=[0, 1, 0], attention_bias=True, mlp_bias=True,
                                       rope_parameters=plain(1e4)), {}),
    "smollm3_window": ("smollm3", dict(use_sliding_window=True, sliding_window=4, no_rope_layer_interval=2,
                                       rope_parameters=plain(1e4)), {"layer_types": None, "no_rope_layers": None}),
    "phi3_plain": ("phi3", dict(num_key_value_heads=4, sliding_window=None, rope_parameters=plain(1e4)), {}),
    "phi3_window": ("phi3", dict(sliding_window=6, rope_parameters=plain(1e4)), {}),
    "phi3_long": ("phi3", dict(sliding_window=None, num_hidden_layers=2, num_attention_heads=2,
                               num_key_value_heads=1, max_position_embeddings=48, original_max_position_embeddings=12,
                               partial_rotary_factor=0.75, tie_word_embeddings=True,
                               rope_parameters={**long_rope(3, 12), "partial_rotary_factor": 0.75}), {}),
    "phi3_long_window": ("phi3", dict(sliding_window=7, max_position_embeddings=64,
                                      original_max_position_embeddings=11, rope_parameters=long_rope(2, 11)), {}),
    "olmo2_usual": ("olmo2", dict(num_key_value_heads=4, rope_parameters=plain(5e5)), {}),
    "olmo2_grouped": ("olmo2", dict(num_key_value_heads=1, tie_word_embeddings=True, rope_parameters=plain(1e4)), {}),
    "olmo2_biased": ("olmo2", dict(attention_bias=True, num_hidden_layers=2, rope_parameters=dict(LINEAR)), {}),
    "olmo3_usual": ("olmo3", dict(num_hidden_layers=4, sliding_window=5, num_key_value_heads=4,
                                  rope_parameters={FULL: YARN, SLIDING: plain(5e5)}), {"layer_types": None}),
    "olmo3_mixed": ("olmo3", dict(sliding_window=4, layer_types=[FULL, SLIDING, FULL],
                                  rope_parameters={FULL: plain(5e5), SLIDING: plain(5e5)}), {}),
    "olmo3_biased": ("olmo3", dict(sliding_window=64, attention_bias=True, num_hidden_layers=2,
                                   tie_word_embeddings=True, layer_types=[SLIDING, SLIDING],
                                   rope_parameters={FULL: plain(5e5), SLIDING: plain(5e5)}), {}),
    "granite_usual": ("granite", dict(embedding_multiplier=12.0, residual_multiplier=0.22, attention_multiplier=0.3,
                                      logits_scaling=8.0, tie_word_embeddings=True), {}),
    "granite_biased": ("granite", dict(embedding_multiplier=0.7, residual_multiplier=1.3, attention_multiplier=0.9,
                                       logits_scaling=0.5, attention_bias=True, mlp_bias=True), {}),
    "granite_absent": ("granite", dict(num_key_value_heads=4, num_hidden_layers=2),
                       {"embedding_multiplier": None, "residual_multiplier": None, "attention_multiplier": None,
                        "logits_scaling": None}),
}


@torch.no_grad()
def randomise(model, gen, from_one):
    """Fill every parameter from one seeded stream, in name order, with numbers that bfloat16 holds."""
    for name, p in sorted(model.named_parameters()):
        if "norm" in name:
            mean, std = (0.0 if from_one else 1.0), 0.2
        elif name.endswith("bias"):
            mean, std = 0.0, 0.3
        else:
            mean, std = 0.0, 0.5 if "embed" in name else 0.35
        p.copy_(torch.empty(p.shape).normal_(mean, std, generator=gen).bfloat16().float())
    model.tie_weights()


def legacy(config, changes):
    """The configuration as published checkpoints have it: rope_theta and rope_scaling, torch_dtype."""
    c = dict(config)
    rope = c.pop("rope_parameters")
    full = dict(rope.get(FULL, rope))
    if SLIDING in rope and c["model_type"] == "gemma3_text":
        c["rope_local_base_freq"] = rope[SLIDING]["rope_theta"]
    c["rope_theta"] = full.pop("rope_theta")
    part = full.pop("partial_rotary_factor", None)
    if part is not None:
        c["partial_rotary_factor"] = part
    kind = full.pop("rope_type")
    c["rope_scaling"] = None if kind == "default" else {"type" if kind == "longrope" else "rope_type": kind, **full}
    if kind == "longrope":
        c["rope_scaling"].pop("original_max_position_embeddings")
    c["torch_dtype"] = c.pop("dtype")
    for name, value in changes.items():
        c.pop(name, None)
        if value is not None:
            c[name] = value
    return c


def logits(model, ids):
    return model(input_ids=torch.tensor([ids]), use_cache=False).logits[0]


@torch.no_grad()
def greedy(model, prompt):
    ids, gaps = list(prompt), []
    for _ in range(STEPS):
        top = logits(model, ids)[-1].double().topk(2)
        gaps.append((top.values[0] - top.values[1]).item())
        ids.append(int(top.indices[0]))
    safe = next((i for i, gap in enumerate(gaps) if gap < TIE), STEPS)
    return {"prompt": list(prompt), "continuation": ids[len(prompt):], "safe_steps": safe}


def load(folder, dtype):
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="eager")
    model.config._experts_implementation = "eager"
    return model.eval()


def generator(name):
    return torch.Generator().manual_seed(int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big"))


def dense(name, gen):
    """Writes a model of the settings, and its configuration in both layouts."""
    family, settings, changes = SETTINGS[name]
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    config = AutoConfig.for_model(family, **{**BASE, **settings})
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    randomise(model, gen, family.startswith("gemma"))
    model.bfloat16().save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    written = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(written, indent=1, sort_keys=True) + "\n")
    (folder / "config.legacy.json").write_text(json.dumps(legacy(written, changes), indent=1, sort_keys=True) + "\n")


def draw(gen, vocabulary, lengths):
    return [torch.randint(3, vocabulary, (n,), generator=gen).tolist() for n in lengths]


def texts(name, model, gen):
    """Sequences for whose tokens no rounding chooses other experts."""
    vocabulary = model.config.vocab_size
    while True:
        sequences = draw(gen, vocabulary, LENGTHS)
        if name in SETTINGS or (padded.margin(model, sequences) or 1) > 0.01:
            return sequences


def alone(name, gen):
    """The numbers of sequences that are read one by one."""
    folder = HERE / name
    model = load(folder, torch.float32)
    sequences = texts(name, model, gen)
    all_logits = [logits(model, s) for s in sequences]
    loss = sum(F.cross_entropy(z[:-1], torch.tensor(s[1:]), reduction="sum") for z, s in zip(all_logits, sequences))
    loss = loss / sum(n - 1 for n in LENGTHS)
    loss.backward()
    want = torch.cat(all_logits).detach()
    by_name = padded.stored_names({n: p.grad for n, p in model.named_parameters()})
    grads = {n: g.double().norm().item() for n, g in sorted(by_name.items())}
    assert all(g > 0 for g in grads.values()), f"every parameter must receive a gradient: {grads}"
    with torch.no_grad():
        low = load(folder, torch.bfloat16)
        error = (torch.cat([logits(low, s) for s in sequences]).float() - want).abs().mean().item()

    old = HERE / ".old"
    shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(folder, old)
    shutil.copy(folder / "config.legacy.json", old / "config.json")
    with torch.no_grad():
        same = torch.cat([logits(load(old, torch.float32), s) for s in sequences])
    difference = (same - want).abs().max().item()
    shutil.rmtree(old)
    assert difference < 1e-5, f"{name}: the older layout must mean the same, differs by {difference}"

    starts = draw(gen, model.config.vocab_size, PROMPTS)
    report = {"lengths": LENGTHS, "greedy": [greedy(model, p) for p in starts], "nll": loss.item(), "grad_l2": grads,
              "bf16_mean_abs": error}
    print(name, f"nll {loss.item():.3f}, logits' std {want.std():.2f}, bfloat16 costs {error:.4f}, safe steps",
          [g["safe_steps"] for g in report["greedy"]])
    return {"ids": torch.tensor(sum(sequences, [])), "logits": want}, report


def make(name):
    gen = generator(name)
    tensors, report = {}, {}
    if name in SETTINGS:
        dense(name, gen)
    else:
        tensors, report["padded"] = padded.make(name)
    if not name.endswith("eight_bit"):
        more, numbers = alone(name, gen)
        tensors, report = {**more, **tensors}, {**numbers, **report}
    save_file(tensors, HERE / name / "reference.safetensors")
    (HERE / name / "reference.json").write_text(json.dumps(report) + "\n")


if __name__ == "__main__":
    for setting in sys.argv[1:] or [*SETTINGS, *padded.MODELS]:
        make(setting)
