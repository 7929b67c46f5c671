package dev.tesuji.toolcall;

import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Makes ids of calls as OpenAI's look: `call_` and 24 letters and digits.
///
/// @param random where they come from; ids need to be different, not secret
public record ToolCallIds(RandomGenerator random) implements Supplier<String> {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final int LENGTH = 24;

  @Override
  public String get() {
    StringBuilder id = new StringBuilder("call_");
    for (int i = 0; i < LENGTH; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }
}
