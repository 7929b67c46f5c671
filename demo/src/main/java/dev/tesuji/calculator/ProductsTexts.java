package dev.tesuji.calculator;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.env.Problem;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenSequence;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.yaml.Named;
import java.util.Arrays;

/// Products and answers of mixed quality, as the texts of a pretraining stage.
///
/// @param mixture the shares of good and bad responses
@Named("calculator")
public record ProductsTexts(@Unwrapped ProductsCorpus mixture) implements Corpus.Made {
  /// The usual mixture.
  public static final ProductsTexts DEFAULT = new ProductsTexts(ProductsCorpus.DEFAULT);

  @Override
  public void requireTask(TaskConfig task) {
    if (!(task instanceof ProductsTask)) {
      throw TaskConfig.belongs("corpus calculator goes", "calculator");
    }
  }

  @Override
  public TextSource texts(TaskConfig task, TokenizedDataset.Words words) {
    requireTask(task);
    Products products = new Products();
    return new TextSource() {
      @Override
      public long size() {
        return Long.MAX_VALUE;
      }

      @Override
      public TokenSequence text(long index) {
        Problem problem = products.problem(index);
        String text = products.prompt(problem) + mixture.response(problem);
        int[] ids = words.tokenizer().encode(text);
        int[] ended = Arrays.copyOf(ids, ids.length + 1);
        ended[ids.length] = words.endToken();
        return TokenSequence.whole(ended);
      }
    };
  }
}
