package dev.tesuji.recipe;

import dev.tesuji.text.NewTokens;
import dev.tesuji.yaml.Default;
import dev.tesuji.yaml.Shorthand;
import java.nio.file.Path;
import java.util.List;

/// A model to start from, and tokens to add to it: `model: DIR`, or `model: {path: DIR, addTokens:
/// ['<think>', '</think>']}`.
///
/// With tokens, a copy of the model is made in the run directory first (`models/initial`), whose
/// embedding and head have their rows: the mean of the others. Under adapters these rows are
/// trained where `lora.modulesToSave` names `embed_tokens` and `lm_head`.
///
/// @param path the model directory
/// @param addTokens are part of texts as any other
/// @param addSpecialTokens are left out where completions are read
public record BaseModel(
    @OfModel @Shorthand Path path,
    @Default("[]") List<String> addTokens,
    @Default("[]") List<String> addSpecialTokens) {
  /// Copies the lists and checks that they hold texts, each once.
  public BaseModel {
    addTokens = new NewTokens(addTokens, addSpecialTokens).plain();
    addSpecialTokens = List.copyOf(addSpecialTokens);
  }

  /// Starts from a model as it is.
  public static BaseModel at(Path path) {
    return new BaseModel(path, List.of(), List.of());
  }

  /// Returns the tokens to add.
  public NewTokens tokens() {
    return new NewTokens(addTokens, addSpecialTokens);
  }
}
