package dev.tesuji.weights;

import static java.util.Objects.requireNonNull;

import dev.tesuji.check.BadInput;
import dev.tesuji.compute.choice.Decoders;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.nn.CausalLm;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.tensor.Device;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import dev.tesuji.text.NewTokens;
import dev.tesuji.weights.SafetensorsWriter.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Rewrites a model directory with another type of weights or in other shards.
///
/// One tensor is in memory at a time, so that a model of any size can be rewritten on any machine.
/// What the model does not ask for (`lm_head.weight` beside tied embeddings) is left out.
public final class ModelConverter {
  private static final double LARGEST_FLOAT16 = 65504;
  private static final int NAMES_SHOWN = 5;

  private ModelConverter() {}

  /// Reads one directory and writes another. An adapter's directory becomes a whole model: its base
  /// with the adapter merged in, in float32 whatever is written.
  ///
  /// @param to a directory that is empty or does not exist
  /// @param dtype the type to write; null keeps each tensor's own, but for 8-bit floats, which
  ///   bfloat16 is written for
  /// @param shardBytes the size above which weights are split into several files
  /// @throws BadInput when the model is broken, its weights are too large for `dtype`, or `to`
  ///   cannot be written or holds files already
  public static void convert(Path from, Path to, @Nullable Dtype dtype, long shardBytes) {
    convert(from, to, new Changes(dtype, shardBytes, NewTokens.NONE));
  }

  /// Changes that are made on the way.
  ///
  /// @param dtype the type to write; null keeps each tensor's own, but for 8-bit floats, which
  ///   bfloat16 is written for
  /// @param shardBytes the size above which weights are split into several files
  /// @param tokens are added
  public record Changes(@Nullable Dtype dtype, long shardBytes, NewTokens tokens) {}

  /// Reads one directory and writes another, as [#convert] without further tokens does.
  ///
  /// @return the tokens that were added, with their ids
  public static Map<String, Integer> convert(Path from, Path to, Changes changes) {
    ModelParts parts = ModelParts.of(from);
    long shardBytes = changes.shardBytes;
    Path base = parts.base();
    ModelConfig stored = ModelDirectory.config(base);
    ModelConfig fitting =
        parts.adapter() == null ? stored : AdapterDirectory.fitting(stored, parts.adapter());
    boolean eightBit = changes.dtype == null && fitting.dtype() == Dtype.FLOAT8;
    Dtype dtype = eightBit ? Dtype.BFLOAT16 : changes.dtype;
    Vocabulary vocabulary = Vocabulary.of(fitting, parts, changes.tokens);
    ModelConfig config = vocabulary.config();
    ModelFiles files = vocabulary.files().fitting(config);
    requireEmpty(to);
    try (Checkpoint checkpoint = Checkpoint.open(base)) {
      ModelDirectory.check(base, stored, checkpoint);
      Map<String, Form> forms = forms(config, checkpoint, dtype);
      if (parts.adapter() != null) {
        writeMerged(from, to, forms, vocabulary, shardBytes);
      } else {
        Source source = vocabulary.grown((name, form) -> read(checkpoint, name, form));
        write(from, to, forms, source, shardBytes);
      }
    }
    files.write(to, dtype == null ? config.dtype() : dtype);
    return vocabulary.added();
  }

  /// Plans a model with further tokens before it is made ([LoadedModel#planned]).
  public static LoadedModel planned(Path from, NewTokens tokens, Dtype dtype, Device device) {
    ModelParts parts = ModelParts.of(from);
    ModelConfig stored = ModelDirectory.config(parts.base());
    ModelConfig fitting =
        parts.adapter() == null ? stored : AdapterDirectory.fitting(stored, parts.adapter());
    Vocabulary vocabulary = Vocabulary.of(fitting, parts, tokens);
    ModelConfig config = vocabulary.config();
    try {
      Path folder = Files.createTempDirectory("tesuji-plan");
      try {
        vocabulary.files().fitting(config).write(folder, dtype);
        return LoadedModel.planned(folder, dtype, device);
      } finally {
        SafeFiles.deleteFolder(folder);
      }
    } catch (IOException e) {
      throw new BadInput("a temporary file could not be written: " + e.getMessage(), e);
    }
  }

  /// Makes a weight of a form, in the innermost scope.
  @FunctionalInterface
  interface Source {
    Tensor make(String name, Form form);
  }

  private static void writeMerged(
      Path adapter, Path to, Map<String, Form> forms, Vocabulary vocabulary, long shardBytes) {
    try (LoadedModel model = LoadedModel.load(adapter, Dtype.FLOAT32, Device.CPU);
        Scope _ = Scope.open()) {
      model.decoder().mergeAdapters();
      Map<String, Tensor> weights = ModelDirectory.weights(model.decoder());
      Source source = (name, form) -> requireNonNull(weights.get(name)).to(form.dtype());
      write(adapter, to, forms, vocabulary.grown(source), shardBytes);
    }
  }

  private static void write(
      Path from, Path to, Map<String, Form> forms, Source source, long shardBytes) {
    refuseOverflow(from, forms, source);
    CheckpointWriter.write(
        to, forms, name -> source.make(name, requireNonNull(forms.get(name))), shardBytes);
  }

  private static void requireEmpty(Path to) {
    try (Stream<Path> inside = Files.list(to)) {
      if (inside.findAny().isPresent()) {
        throw BadInput.in(to, "must be empty or not exist yet, so that nothing is overwritten");
      }
    } catch (NotDirectoryException e) {
      throw new BadInput(to + ": must be a directory to write, got a file", e);
    } catch (IOException e) {
      if (Files.exists(to)) {
        throw new BadInput(to + ": could not be read: " + e.getMessage(), e);
      }
    }
  }

  /// Asks a model that computes in `dtype` which type it holds each weight in: a few are kept in
  /// float32 whatever it computes in.
  private static Map<String, Form> forms(
      ModelConfig config, Checkpoint checkpoint, @Nullable Dtype dtype) {
    Map<String, Form> forms = new LinkedHashMap<>();
    try (Scope _ = Scope.open();
        CausalLm plan =
            Decoders.create(config, dtype == null ? config.dtype() : dtype, Device.META)) {
      ModelDirectory.weights(plan)
          .forEach((name, tensor) ->
              forms.put(
                  name,
                  dtype == null
                      ? new Form(stored(checkpoint, name, config), tensor.shape())
                      : Form.of(tensor)));
    }
    return forms;
  }

  private static Dtype stored(Checkpoint checkpoint, String name, ModelConfig config) {
    return checkpoint.names().contains(name) ? checkpoint.entry(name).dtype() : config.dtype();
  }

  private static Tensor read(Checkpoint checkpoint, String name, Form form) {
    Tensor tensor = Tensor.empty(form.dtype(), form.shape().sizes());
    checkpoint.readInto(name, tensor);
    return tensor;
  }

  /// Looks at all weights before any is written.
  private static void refuseOverflow(Path from, Map<String, Form> forms, Source source) {
    List<String> beyond = new ArrayList<>();
    forms.forEach((name, form) -> {
      if (form.dtype() == Dtype.FLOAT16) {
        double largest = largest(name, form.shape(), source);
        if (largest > LARGEST_FLOAT16) {
          beyond.add(BadInput.brief(name) + " up to " + (float) largest);
        }
      }
    });
    if (!beyond.isEmpty()) {
      throw BadInput.in(
          from,
          "cannot be written as float16, whose largest number is 65504: "
              + String.join(", ", beyond.subList(0, Math.min(NAMES_SHOWN, beyond.size())))
              + (beyond.size() > NAMES_SHOWN
                  ? ", and " + (beyond.size() - NAMES_SHOWN) + " more"
                  : "")
              + "; bfloat16 holds them");
    }
  }

  private static double largest(String name, Shape shape, Source source) {
    try (Scope _ = Scope.open()) {
      Tensor values = source.make(name, new Form(Dtype.FLOAT32, shape));
      return values.view(shape.elements()).abs().max(0, false).item();
    }
  }
}
