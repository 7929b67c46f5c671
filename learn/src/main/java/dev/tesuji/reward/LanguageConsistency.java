package dev.tesuji.reward;

import dev.tesuji.language.LanguageShare;
import java.util.List;

/// Pays the share of the thinking's words that are in the target language: words in it / words, as
/// in the second stage of [DeepSeek-R1](https://arxiv.org/abs/2501.12948), 2.3.2.
///
/// Thinking without a word is paid nothing: silence is not consistent.
public final class LanguageConsistency implements Reward {
  private final LanguageShare language;

  /// Makes the reward.
  ///
  /// @param language the target, a code of ISO 639-1 such as `en`
  /// @param among languages of the same script that it must be told from; empty to go by script
  ///   alone, which reads no language model
  /// @throws IllegalArgumentException when a language is not known
  public LanguageConsistency(String language, List<String> among) {
    this.language = new LanguageShare(language, among);
  }

  @Override
  public Judgement judge(Response response) {
    return new Judgement.Points(share(Format.thinking(response.text())));
  }

  /// Returns the share of a text's words that are in the target language; 0 where there is none.
  public double share(String text) {
    return language.of(text);
  }
}
