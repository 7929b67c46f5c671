package dev.tesuji.weights;

import dev.tesuji.check.BadInput;
import dev.tesuji.gguf.GgufFile;
import dev.tesuji.json.Json;
import dev.tesuji.kernel.BlockForm;
import dev.tesuji.nn.WeightBlocks;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Shape;
import dev.tesuji.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The weights of a model: one safetensors file of a directory, or shards with an index, or a GGUF
/// file.
public final class Checkpoint implements AutoCloseable {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final Pattern FILE_NAME = Pattern.compile("[^/\\\\\\p{Cntrl}]{1,200}");

  private final Path directory;
  private final Map<String, WeightFile> files; // by tensor name
  private @Nullable WeightBlocks blocks; // of 8-bit floats; null until the first is met

  private Checkpoint(Path directory, Map<String, WeightFile> files) {
    this.directory = directory;
    this.files = files;
  }

  /// Opens the weights of a model directory or of a `.gguf` file.
  ///
  /// @throws BadInput when there are none, a shard is missing, or a file is corrupt
  public static Checkpoint open(Path directory) {
    if (GgufFile.isNamed(directory)) {
      return single(directory, GgufWeights.open(directory));
    }
    Path index = directory.resolve(INDEX);
    Path single = directory.resolve(SINGLE);
    if (Files.exists(single)) {
      return single(directory, Safetensors.open(single));
    }
    if (Files.exists(index)) {
      return openShards(directory, index);
    }
    boolean pickled = Files.exists(directory.resolve("pytorch_model.bin"));
    throw BadInput.in(
        directory,
        pickled
            ? "has pytorch_model.bin only, which is a Python pickle; save the model as safetensors"
                + " (transformers: save_pretrained)"
            : "has no weights: it must hold " + SINGLE + " or " + INDEX);
  }

  private static Checkpoint single(Path directory, WeightFile file) {
    Map<String, WeightFile> files = new LinkedHashMap<>();
    file.names().forEach(name -> files.put(name, file));
    return new Checkpoint(directory, files);
  }

  /// Returns whether a directory has no weights that could be opened.
  static boolean missing(Path directory) {
    return !GgufFile.isNamed(directory)
        && !Files.exists(directory.resolve(SINGLE))
        && !Files.exists(directory.resolve(INDEX));
  }

  private static Checkpoint openShards(Path directory, Path index) {
    JsonNode map = Json.readObject(index).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw BadInput.in(index, "field 'weight_map' must be an object of tensor names and files");
    }
    Map<Path, Safetensors> shards = new TreeMap<>();
    Map<String, WeightFile> files = new LinkedHashMap<>();
    Checkpoint checkpoint = new Checkpoint(directory, files);
    try {
      for (Map.Entry<String, JsonNode> e : map.properties()) {
        Path file = shardFile(index, e.getKey(), e.getValue());
        Safetensors shard = shards.get(file);
        if (shard == null) {
          shard = Safetensors.open(file);
          shards.put(file, shard);
        }
        files.put(e.getKey(), shard);
        shard.entry(e.getKey()); // must exist
      }
    } catch (RuntimeException e) {
      shards.values().forEach(Safetensors::close);
      throw e;
    }
    return checkpoint;
  }

  private static Path shardFile(Path index, String tensor, JsonNode value) {
    String name = value.asString("");
    try {
      if (FILE_NAME.matcher(name).matches()) {
        return index.resolveSibling(name);
      }
    } catch (InvalidPathException e) {
      // Refused below: no file of this system has such a name.
    }
    throw BadInput.in(
        index,
        "shard of '"
            + BadInput.brief(tensor)
            + "' must be the name of a file in this folder, got "
            + BadInput.brief(value));
  }

  /// Returns the names of all tensors.
  public Set<String> names() {
    return Collections.unmodifiableSet(files.keySet());
  }

  /// Returns where a tensor lies.
  ///
  /// @throws BadInput when there is none of that name
  public Safetensors.Entry entry(String name) {
    return file(name).entry(name);
  }

  /// Returns the word for the type that a tensor is stored in.
  ///
  /// @throws BadInput when there is none of that name
  public String storedType(String name) {
    return file(name).storedType(name);
  }

  /// Checks that a tensor has a shape and is a weight.
  ///
  /// @throws BadInput when there is none of that name, or it is another
  public void requireWeight(String name, Shape shape) {
    if (isEightBit(name)) {
      eightBit(name).require(name, shape);
    } else {
      file(name).requireWeight(name, shape);
    }
  }

  private boolean isEightBit(String name) {
    return entry(name).dtype() == Dtype.FLOAT8;
  }

  private EightBitWeights eightBit(String name) {
    WeightBlocks known = blocks;
    if (known == null) {
      known = EightBitWeights.blocks(directory, name); // once, and not for every matrix
      blocks = known;
    }
    return new EightBitWeights(
        known, safetensors(name), safetensors(EightBitWeights.scaleOf(name)));
  }

  private Safetensors safetensors(String name) {
    return switch (file(name)) {
      case Safetensors file -> file;
      case GgufWeights file ->
          throw BadInput.in(file.file(), "8-bit floats with scales are not known in GGUF files");
    };
  }

  /// Returns whether a tensor holds the scales of a weight of 8-bit floats.
  boolean isScale(String name) {
    String weight = EightBitWeights.weightOf(name);
    return weight != null && files.containsKey(weight) && isEightBit(weight);
  }

  /// Returns whether two tensors are of one type and have the same bytes.
  boolean isSame(String first, String second) {
    return file(first).isSame(first, file(second), second);
  }

  /// Returns the files, in the order in which their tensors are named.
  public List<Path> files() {
    return files.values().stream().map(WeightFile::file).distinct().toList();
  }

  /// Copies a tensor's elements over an existing tensor of its shape, converting their type.
  ///
  /// @throws BadInput when there is none of that name or its shape differs
  public void readInto(String name, Tensor target) {
    if (isEightBit(name)) {
      eightBit(name).readInto(name, target);
    } else {
      file(name).readInto(name, target);
    }
  }

  /// Returns the form in which kernels multiply a matrix as it is stored; null where they cannot.
  ///
  /// @throws BadInput when there is none of that name
  @Nullable BlockForm blockForm(String name) {
    return file(name).blockForm(name);
  }

  /// Copies a matrix in blocks to memory, in strips of sixteen rows.
  ///
  /// @throws BadInput when there is none in blocks of that name, or it is corrupt
  void readStrips(String name, MemorySegment target) {
    file(name).readStrips(name, target);
  }

  private WeightFile file(String name) {
    WeightFile file = files.get(name);
    if (file == null) {
      throw BadInput.in(directory, "has no tensor '" + BadInput.brief(name) + "'");
    }
    return file;
  }

  @Override
  public void close() {
    files.values().stream().distinct().forEach(WeightFile::close);
  }
}
