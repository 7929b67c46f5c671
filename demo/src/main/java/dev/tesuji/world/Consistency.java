package dev.tesuji.world;

import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.Reward;

/// Pays the share of the thinking's words that are in the language of the question: words in it /
/// words, as in the second stage of [DeepSeek-R1](https://arxiv.org/abs/2501.12948), 2.3.2.
///
/// Unlike [dev.tesuji.reward.LanguageConsistency] it goes by the word, which a closed world allows,
/// and takes the language from the question. Thinking without a word is paid nothing.
public final class Consistency implements Reward {
  @Override
  public Judgement judge(Response response) {
    Language language = Posed.of(response.problem()).language();
    double share = Lexicon.share(Reply.of(response.text()).thinking(), language);
    return new Judgement.Points(Double.isNaN(share) ? 0 : share);
  }
}
