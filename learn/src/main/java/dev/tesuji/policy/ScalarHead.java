package dev.tesuji.policy;

import dev.tesuji.compute.TokenBatch;
import dev.tesuji.compute.TrainingPass;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.Parameter;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.weights.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A head of one output on a decoder: tells a number at chosen places of a text, `w · h + b`.
///
/// A critic's values and a reward model's scores are such numbers. The head is float32 whatever the
/// decoder computes in, and begins at 0. It owns its weights, not the decoder; close it to free
/// them.
public final class ScalarHead implements AutoCloseable {
  private final CausalLm trunk;
  private final String name;
  private final Scope owner = Scope.owner();
  private final Tensor weight; // float32 [1, C]
  private final @Nullable Tensor bias; // float32 [1]

  /// Makes a head that tells 0 everywhere.
  ///
  /// @param name under which its weights are stored
  public ScalarHead(CausalLm trunk, String name, boolean biased) {
    this.trunk = trunk;
    this.name = name;
    try (Scope _ = Scope.open()) {
      weight = zeros(1, trunk.config().hiddenSize());
      bias = biased ? zeros(1) : null;
    }
  }

  private Tensor zeros(long... shape) {
    return owner.adopt(Tensor.zeros(Dtype.FLOAT32, shape).to(trunk.device()));
  }

  /// Texts that go through the decoder at once, and the places where numbers are told.
  ///
  /// @param texts token ids
  /// @param places per text, the places of its tokens, ascending
  /// @param shareable per text, how many tokens at its beginning other texts may share
  public record Texts(List<int[]> texts, List<int[]> places, int[] shareable) {
    /// Takes the places that predict scored tokens: what is told there knows what stands before the
    /// token.
    public static Texts beforeScored(List<TokenSequence> sequences) {
      List<int[]> places = new ArrayList<>();
      for (TokenSequence s : sequences) {
        int[] before = s.targets().clone();
        for (int i = 0; i < before.length; i++) {
          before[i]--;
        }
        places.add(before);
      }
      return new Texts(
          sequences.stream().map(TokenSequence::ids).toList(),
          places,
          sequences.stream().mapToInt(TokenSequence::given).toArray());
    }

    /// Takes the last token of each text.
    public static Texts atTheEnd(List<int[]> texts) {
      return new Texts(
          texts,
          texts.stream().map(ids -> new int[] {ids.length - 1}).toList(),
          new int[texts.size()]);
    }

    private TokenBatch batch(CausalLm trunk) {
      return trunk.batch(texts, shareable);
    }

    private Tensor rows(TokenBatch batch) {
      int[] rows = new int[places.stream().mapToInt(p -> p.length).sum()];
      int at = 0;
      for (int i = 0; i < places.size(); i++) {
        for (int place : places.get(i)) {
          rows[at++] = batch.row(i, place);
        }
      }
      return Tensor.of(rows, rows.length).to(batch.device());
    }
  }

  /// Returns the numbers at all places, end to end. The products are summed in one order, so that a
  /// number does not depend on how many others are told with it.
  public float[] tell(Texts texts) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      TokenBatch batch = texts.batch(trunk);
      Tensor rows = texts.rows(batch);
      float[] hidden = trunk.hidden(batch).indexSelect(0, rows).to(Dtype.FLOAT32).toFloats();
      float[] w = weight.detach().toFloats();
      float[] told = new float[hidden.length / w.length];
      for (int i = 0; i < told.length; i++) {
        double sum = bias == null ? 0 : bias.detach().item();
        for (int c = 0; c < w.length; c++) {
          sum += (double) w[c] * hidden[i * w.length + c];
        }
        told[i] = (float) sum;
      }
      return told;
    }
  }

  /// Adds the gradient of a loss of the numbers to the head's and the decoder's.
  ///
  /// @param loss makes the scalar loss from the numbers at all places, end to end, float32 `[n]`
  /// @return the loss
  public double backward(Texts texts, TrainingPass.Settings settings, UnaryOperator<Tensor> loss) {
    try (Scope _ = Scope.open()) {
      TokenBatch batch = texts.batch(trunk);
      try (TrainingPass reading = trunk.trainingPass(batch, settings)) {
        Tensor rows = texts.rows(batch);
        Tensor hidden = reading.hidden().indexSelect(0, rows).detach().requiresGrad(true);
        Tensor value = loss.apply(tell(hidden));
        value.backward();
        Tensor whole =
            Tensor.zeros(hidden.dtype(), batch.tokens(), hidden.size(1)).to(trunk.device());
        reading.backward(whole.indexAdd_(0, rows, hidden.grad()));
        return value.item();
      }
    }
  }

  private Tensor tell(Tensor hidden) {
    return hidden.to(Dtype.FLOAT32).linear(weight, bias).squeeze(1);
  }

  /// Returns its weights, for an optimizer.
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    tensors()
        .forEach((label, tensor) ->
            parameters.add(
                new Parameter(
                    tensor, List.of(new Parameter.Part(label, 0, tensor.size(0))), true)));
    return parameters;
  }

  /// Returns w, float32 `[1, C]`.
  public Tensor weight() {
    return weight;
  }

  private Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put(name + ".weight", weight);
    if (bias != null) {
      tensors.put(name + ".bias", bias);
    }
    return tensors;
  }

  /// Writes its weights to a safetensors file.
  public void save(Path file) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on()) {
      Map<String, Tensor> plain = new LinkedHashMap<>();
      tensors().forEach((label, tensor) -> plain.put(label, tensor.detach()));
      Safetensors.write(file, plain);
    }
  }

  /// Reads what [#save] wrote.
  ///
  /// @throws dev.tesuji.check.BadInput when the file is corrupt or belongs to another head
  public void restore(Path file) {
    try (Scope _ = Scope.open();
        NoGrad _ = NoGrad.on();
        Safetensors saved = Safetensors.open(file)) {
      tensors().forEach(saved::readInto);
    }
  }

  @Override
  public void close() {
    owner.close();
  }
}
