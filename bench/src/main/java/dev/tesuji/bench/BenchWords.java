package dev.tesuji.bench;

import dev.tesuji.chainsums.ChainSums;
import dev.tesuji.check.BadInput;
import dev.tesuji.files.SafeFiles;
import dev.tesuji.json.Json;
import dev.tesuji.text.Alphabet;
import dev.tesuji.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The built-in tokenizer in a folder of its own, and prompts of chain sums.
record BenchWords(Path folder, Tokenizer tokenizer) implements AutoCloseable {
  BenchWords() {
    this(write());
  }

  private BenchWords(Path folder) {
    this(folder, Tokenizer.load(folder));
  }

  private static Path write() {
    try {
      Path folder = Files.createTempDirectory("tesuji-bench");
      SafeFiles.replace(folder.resolve("tokenizer.json"), Json.pretty(Alphabet.tokenizer()));
      return folder;
    } catch (IOException e) {
      throw new BadInput("no temporary folder could be made: " + e.getMessage(), e);
    }
  }

  int[] prompt(int i) {
    ChainSums task = ChainSums.DEFAULT;
    return tokenizer.encode(task.prompt(task.problem(i)));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
