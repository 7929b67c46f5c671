package dev.tesuji.serve.answer;

/// Parts a text that arrives in pieces into the thinking and the answer, by the tags around the
/// thinking.
///
/// Blanks inside of the tags and after them belong to neither. A text that does not begin with the
/// opening tag has no thinking, unless the prompt opened it.
final class ThinkingSplitter {
  private enum State {
    BEFORE,
    THINKING,
    AFTER,
    ANSWER
  }

  /// The parts of a piece of text.
  record Parts(String thinking, String answer) {
    static final Parts NONE = new Parts("", "");
  }

  private final ThinkingTags tags;
  private State state;
  private String held = "";
  private boolean thought; // whether some of the thinking was given out
  private long taken; // characters that came
  private long thinkingEnd; // of them, how many belong to the thinking

  /// @param open whether the prompt opened the thinking
  ThinkingSplitter(ThinkingTags tags, boolean open) {
    this.tags = tags;
    state = open ? State.THINKING : State.BEFORE;
  }

  /// Takes the next piece and returns what is certain now.
  Parts add(String piece) {
    held += piece;
    taken += piece.length();
    StringBuilder thinking = new StringBuilder();
    StringBuilder answer = new StringBuilder();
    State before;
    do {
      before = state;
      switch (state) {
        case BEFORE -> begin();
        case THINKING -> thinking.append(think());
        case AFTER -> skipBlanks();
        case ANSWER -> {
          answer.append(held);
          held = "";
        }
      }
    } while (state != before);
    return new Parts(thinking.toString(), answer.toString());
  }

  private void begin() {
    String text = held.stripLeading();
    if (text.startsWith(tags.open())) {
      held = text.substring(tags.open().length());
      state = State.THINKING;
    } else if (!tags.open().startsWith(text)) {
      state = State.ANSWER;
    }
  }

  private String think() {
    if (!thought) {
      held = held.stripLeading();
    }
    int end = held.indexOf(tags.close());
    String certain;
    if (end >= 0) {
      certain = held.substring(0, end).stripTrailing();
      held = held.substring(end + tags.close().length());
      thinkingEnd = taken - held.length();
      state = State.AFTER;
    } else {
      String without = held.substring(0, held.length() - beginning()).stripTrailing();
      certain = without;
      held = held.substring(without.length());
    }
    thought |= !certain.isEmpty();
    return certain;
  }

  /// Returns how many of the last characters may be the beginning of the closing tag.
  private int beginning() {
    String close = tags.close();
    for (int n = Math.min(close.length() - 1, held.length()); n > 0; n--) {
      if (held.regionMatches(held.length() - n, close, 0, n)) {
        return n;
      }
    }
    return 0;
  }

  private void skipBlanks() {
    held = held.stripLeading();
    if (!held.isEmpty()) {
      state = State.ANSWER;
    }
  }

  /// Returns what was held back, when no more comes.
  Parts flush() {
    String rest = held;
    held = "";
    return switch (state) {
      case BEFORE, ANSWER -> new Parts("", rest);
      case THINKING -> new Parts(rest.stripTrailing(), "");
      case AFTER -> Parts.NONE;
    };
  }

  /// Returns whether the thinking has not ended.
  boolean isThinking() {
    return state == State.THINKING;
  }

  /// Returns whether it is certain that no thinking comes any more.
  boolean isAnswering() {
    return state == State.ANSWER;
  }

  /// Returns how many characters are neither held back nor to come.
  long certain() {
    return taken - held.length();
  }

  /// Returns how many of the characters belong to the thinking and its tags: all so far while it
  /// goes on.
  long thinkingEnd() {
    return isThinking() ? Long.MAX_VALUE : thinkingEnd;
  }
}
