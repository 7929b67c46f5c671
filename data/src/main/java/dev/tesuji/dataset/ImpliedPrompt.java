package dev.tesuji.dataset;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Takes the prompt out of two answers that both begin with it, as
/// [TRL](https://huggingface.co/docs/trl/dataset_formats) does: it is their longest common
/// beginning, of messages or of characters.
///
/// Of plain text a space just before the first difference goes to the answers, because the next
/// word's token begins with it. Each answer keeps at least one message or character; this matters
/// where one is the beginning of the other, or both are the same.
final class ImpliedPrompt {
  private ImpliedPrompt() {}

  static Example.Preference split(Text chosen, Text rejected) {
    return switch (chosen) {
      case Text.Plain(String c) when rejected instanceof Text.Plain(String r) -> plain(c, r);
      case Text.Messages(List<ObjectNode> c)
          when rejected instanceof Text.Messages(List<ObjectNode> r) ->
          messages(c, r);
      default -> throw new IllegalArgumentException("chosen and rejected must be alike");
    };
  }

  private static Example.Preference plain(String chosen, String rejected) {
    int longest = Math.max(0, Math.min(chosen.length(), rejected.length()) - 1);
    int shared = 0;
    while (shared < longest && chosen.charAt(shared) == rejected.charAt(shared)) {
      shared++;
    }
    boolean differs = shared < longest || !sameAt(chosen, rejected, shared);
    if (shared > 0 && Character.isHighSurrogate(chosen.charAt(shared - 1))) {
      shared--; // never half a character
    }
    if (differs && shared > 0 && chosen.charAt(shared - 1) == ' ') {
      shared--;
    }
    return new Example.Preference(
        new Text.Plain(chosen.substring(0, shared)),
        new Text.Plain(chosen.substring(shared)),
        new Text.Plain(rejected.substring(shared)));
  }

  private static boolean sameAt(String a, String b, int index) {
    return index < a.length() && index < b.length() && a.charAt(index) == b.charAt(index);
  }

  private static Example.Preference messages(List<ObjectNode> chosen, List<ObjectNode> rejected) {
    int longest = Math.min(chosen.size(), rejected.size()) - 1;
    int shared = 0;
    while (shared < longest && chosen.get(shared).equals(rejected.get(shared))) {
      shared++;
    }
    return new Example.Preference(
        new Text.Messages(chosen.subList(0, shared)),
        new Text.Messages(chosen.subList(shared, chosen.size())),
        new Text.Messages(rejected.subList(shared, rejected.size())));
  }
}
