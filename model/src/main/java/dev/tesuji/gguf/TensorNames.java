package dev.tesuji.gguf;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The names of tensors in GGUF files and in Hugging Face checkpoints.
public final class TensorNames {
  public static final String EMBEDDING = "token_embd.weight";
  public static final String HEAD = "output.weight";
  public static final String ROPE_FACTORS = "rope_freqs.weight";

  private static final Map<String, String> OUTSIDE =
      Map.of(
          EMBEDDING,
          "model.embed_tokens.weight",
          "output_norm.weight",
          "model.norm.weight",
          HEAD,
          "lm_head.weight");

  /// Parts of a layer, without their endings.
  private static final Map<String, String> PARTS =
      Map.ofEntries(
          Map.entry("attn_norm", "input_layernorm"),
          Map.entry("attn_q", "self_attn.q_proj"),
          Map.entry("attn_k", "self_attn.k_proj"),
          Map.entry("attn_v", "self_attn.v_proj"),
          Map.entry("attn_output", "self_attn.o_proj"),
          Map.entry("attn_q_norm", "self_attn.q_norm"),
          Map.entry("attn_k_norm", "self_attn.k_norm"),
          Map.entry("attn_q_a", "self_attn.q_a_proj"),
          Map.entry("attn_q_a_norm", "self_attn.q_a_layernorm"),
          Map.entry("attn_q_b", "self_attn.q_b_proj"),
          Map.entry("attn_kv_a_mqa", "self_attn.kv_a_proj_with_mqa"),
          Map.entry("attn_kv_a_norm", "self_attn.kv_a_layernorm"),
          Map.entry("attn_kv_b", "self_attn.kv_b_proj"),
          Map.entry("ffn_norm", "post_attention_layernorm"),
          Map.entry("ffn_gate", "mlp.gate_proj"),
          Map.entry("ffn_up", "mlp.up_proj"),
          Map.entry("ffn_down", "mlp.down_proj"),
          Map.entry("ffn_gate_inp", "mlp.gate"),
          Map.entry("ffn_gate_shexp", "mlp.shared_experts.gate_proj"),
          Map.entry("ffn_up_shexp", "mlp.shared_experts.up_proj"),
          Map.entry("ffn_down_shexp", "mlp.shared_experts.down_proj"));

  private static final Map<String, String> BACK = new TreeMap<>();

  /// Experts of a layer: one tensor in a GGUF file, one each in a checkpoint.
  private static final Map<String, String> EXPERTS =
      Map.of(
          "ffn_gate_exps", "gate_proj",
          "ffn_up_exps", "up_proj",
          "ffn_down_exps", "down_proj");

  private static final Pattern LAYER =
      Pattern.compile("blk\\.(\\d{1,6})\\.([a-z_0-9]+)\\.(weight|bias)");
  private static final Pattern CHECKPOINT_LAYER =
      Pattern.compile("model\\.layers\\.(\\d{1,6})\\.(.+?)\\.(weight|bias)");
  private static final Pattern CHECKPOINT_EXPERT =
      Pattern.compile(
          "model\\.layers\\.(\\d{1,6})\\.mlp\\.experts\\.(\\d{1,6})\\.([a-z_]+)\\.weight");
  private static final Pattern CHECKPOINT_ROUTING =
      Pattern.compile("model\\.layers\\.(\\d{1,6})\\.mlp\\.gate\\.e_score_correction_bias");

  static {
    PARTS.forEach((gguf, checkpoint) -> BACK.put(checkpoint, gguf));
  }

  private TensorNames() {}

  /// A tensor of experts: which layer's and which projection of each.
  ///
  /// @param layer the layer's number
  /// @param projection `gate_proj`, `up_proj` or `down_proj`
  public record Experts(int layer, String projection) {
    /// Returns the checkpoint's name of one expert.
    public String of(long expert) {
      return "model.layers." + layer + ".mlp.experts." + expert + "." + projection + ".weight";
    }
  }

  /// The part of a layer that a tensor of a GGUF file is.
  ///
  /// @param layer the layer's number
  /// @param part for instance `attn_q`
  /// @param ending `weight` or `bias`
  public record Part(int layer, String part, String ending) {
    /// Returns the whole name.
    public String name() {
      return "blk." + layer + "." + part + "." + ending;
    }
  }

  /// Takes the name of a layer's tensor apart; null where it is none.
  public static @Nullable Part part(String name) {
    Matcher layer = LAYER.matcher(name);
    return layer.matches()
        ? new Part(Integer.parseInt(layer.group(1)), layer.group(2), layer.group(3))
        : null;
  }

  /// Returns the checkpoint's name of a tensor that is the same there; null where there is none.
  public static @Nullable String checkpoint(String name) {
    Part part = part(name);
    if (part == null) {
      return OUTSIDE.get(name);
    }
    String layer = "model.layers." + part.layer() + ".";
    if (part.part().equals("exp_probs_b") && part.ending().equals("bias")) {
      return layer + "mlp.gate.e_score_correction_bias";
    }
    String known = PARTS.get(part.part());
    return known == null ? null : layer + known + "." + part.ending();
  }

  /// Returns whose experts a tensor holds; null where it holds none.
  public static @Nullable Experts experts(String name) {
    Part part = part(name);
    String projection = part == null ? null : EXPERTS.get(part.part());
    return part == null || projection == null ? null : new Experts(part.layer(), projection);
  }

  /// Returns the name in a GGUF file of a checkpoint's tensor: of an expert that of all experts of
  /// its layer; null where there is none.
  public static @Nullable String gguf(String checkpoint) {
    for (Map.Entry<String, String> e : OUTSIDE.entrySet()) {
      if (e.getValue().equals(checkpoint)) {
        return e.getKey();
      }
    }
    Matcher expert = CHECKPOINT_EXPERT.matcher(checkpoint);
    if (expert.matches()) {
      for (Map.Entry<String, String> e : EXPERTS.entrySet()) {
        if (e.getValue().equals(expert.group(3))) {
          return "blk." + Integer.parseInt(expert.group(1)) + "." + e.getKey() + ".weight";
        }
      }
      return null;
    }
    Matcher routing = CHECKPOINT_ROUTING.matcher(checkpoint);
    if (routing.matches()) {
      return "blk." + Integer.parseInt(routing.group(1)) + ".exp_probs_b.bias";
    }
    Matcher layer = CHECKPOINT_LAYER.matcher(checkpoint);
    String part = layer.matches() ? BACK.get(layer.group(2)) : null;
    return part == null
        ? null
        : "blk." + Integer.parseInt(layer.group(1)) + "." + part + "." + layer.group(3);
  }
}
