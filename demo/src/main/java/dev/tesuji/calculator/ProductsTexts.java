package dev.tesuji.calculator;

import dev.tesuji.check.Unwrapped;
import dev.tesuji.env.Problem;
import dev.tesuji.recipe.Corpus;
import dev.tesuji.recipe.TaskConfig;
import dev.tesuji.tokenized.TextSource;
import dev.tesuji.tokenized.TokenizedDataset;
import dev.tesuji.yaml.Named;

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
    return TextSource.endless(
        index -> {
          Problem problem = products.problem(index);
          return products.prompt(problem) + mixture.response(problem);
        },
        words.tokenizer(),
        words.endToken());
  }
}
