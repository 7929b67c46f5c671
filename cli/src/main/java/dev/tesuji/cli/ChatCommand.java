package dev.tesuji.cli;

import dev.tesuji.chat.ChatTemplate;
import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.generate.Completion;
import dev.tesuji.generate.EngineCapacity;
import dev.tesuji.generate.GeneratedToken;
import dev.tesuji.generate.GenerationEngine;
import dev.tesuji.generate.GenerationListener;
import dev.tesuji.generate.GenerationRequest;
import dev.tesuji.generate.Limits;
import dev.tesuji.generate.RandomKey;
import dev.tesuji.generate.Sampling;
import dev.tesuji.nn.ModelConfig;
import dev.tesuji.text.TextStream;
import dev.tesuji.text.Tokenizer;
import dev.tesuji.weights.LoadedModel;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// Talks with a model.
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    header = "Talks with a model in the terminal.",
    description = {
      "",
      "Each line is a message; the answer appears as it is written, its thoughts dimmed. '/new'"
          + " starts over, '/quit' or the end of the input leaves.",
      "",
      "A model without a chat template continues each line as plain text.",
      "",
      "  ./tesuji chat --model DIR --temperature 0.6",
      ""
    })
final class ChatCommand implements Runnable {
  private static final String TERMINAL = "tesuji.terminal";

  @Mixin ModelOptions model = new ModelOptions();
  @Mixin SamplingOptions options = new SamplingOptions();
  @Mixin LookupOption lookup = new LookupOption();

  @Option(
      names = "--system",
      paramLabel = "TEXT",
      description = "The system message that every conversation begins with.")
  @Nullable String system;

  @Override
  public void run() {
    Sampling sampling = options.sampling();
    try (LoadedModel loaded = model.load()) {
      ChatTemplate template = loaded.parts().chatTemplate();
      System.err.println(
          template == null
              ? model.directory
                  + ": has no chat template, so each line is continued as plain text; /quit leaves"
              : "/new starts over, /quit leaves");
      ModelConfig config = loaded.decoder().config();
      EngineCapacity capacity = lookup.in(EngineCapacity.whole(config, 1, 1));
      try (GenerationEngine engine =
          new GenerationEngine(loaded.decoder(), loaded.tokenizer(), capacity)) {
        lookup.note(engine);
        new Talk(loaded, new Voice(engine, options, sampling), template, system).listen();
      }
    } catch (IllegalArgumentException e) {
      throw new BadInput("option " + e.getMessage(), e);
    }
  }

  private static boolean isTerminal() {
    return Boolean.getBoolean(TERMINAL)
        || Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  /// How answers are drawn.
  private record Voice(GenerationEngine engine, SamplingOptions options, Sampling sampling) {
    /// Draws an answer and hands over each token when it is drawn.
    void answer(int[] prompt, Set<Integer> ends, long turn, IntConsumer token) {
      Limits limits = new Limits(options.maxNewTokens, ends);
      engine.submit(
          new GenerationRequest(prompt, 1, sampling, limits, new RandomKey(options.seed, turn)),
          new GenerationListener() {
            @Override
            public void drawn(GeneratedToken next) {
              token.accept(next.token());
            }

            @Override
            public void finished(Completion completion) {}
          });
      engine.drain();
    }
  }

  /// One conversation after the other, until the input ends.
  private static final class Talk {
    private final LoadedModel model;
    private final Tokenizer tokenizer;
    private final Voice voice;
    private final @Nullable ChatTemplate template;
    private final @Nullable String system;
    private final boolean thinks; // answers begin inside of a thought
    private final boolean terminal = isTerminal();
    private final List<ObjectNode> messages = new ArrayList<>();
    private int turns;

    Talk(LoadedModel model, Voice voice, @Nullable ChatTemplate template, @Nullable String system) {
      this.model = model;
      this.tokenizer = model.requireTokenizer();
      this.voice = voice;
      this.template = template;
      this.system = system;
      this.thinks = template != null && template.thinkingPrefilled();
    }

    void listen() {
      startOver();
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      try {
        for (String line = read(in); line != null; line = read(in)) {
          switch (line.strip()) {
            case "" -> {}
            case "/quit" -> {
              return;
            }
            case "/new" -> startOver();
            default -> turn(line);
          }
        }
      } catch (IOException e) {
        throw new BadInput("standard input could not be read: " + e.getMessage(), e);
      }
    }

    private @Nullable String read(BufferedReader in) throws IOException {
      System.out.print(terminal ? "> " : "");
      System.out.flush();
      return in.readLine();
    }

    private void startOver() {
      messages.clear();
      if (system != null) {
        messages.add(Conversation.message("system", system));
      }
    }

    /// Says something and prints the answer; what cannot be said is forgotten again.
    private void turn(String said) {
      messages.add(Conversation.message("user", said));
      try {
        String answer = answer(prompt(said));
        messages.add(Conversation.message("assistant", (thinks ? "<think>" : "") + answer));
      } catch (BadInput e) {
        messages.removeLast();
        System.err.println("tesuji: " + e.getMessage());
      }
    }

    private int[] prompt(String said) {
      int[] ids =
          template == null
              ? tokenizer.encodeWithSpecials(said)
              : tokenizer.encode(
                  template.render(new Conversation(messages, null, null, Map.of()), true).text());
      int positions = model.decoder().config().maxPositions();
      if (ids.length == 0 || ids.length >= positions) {
        throw new BadInput(
            "the conversation must have from 1 to "
                + (positions - 1)
                + " tokens to leave room for an answer, got "
                + ids.length
                + "; /new starts over");
      }
      return ids;
    }

    /// Prints the answer as it is written, and returns it.
    private String answer(int[] ids) {
      ThoughtDimmer out = new ThoughtDimmer(System.out, terminal, thinks);
      TextStream stream = tokenizer.stream(false);
      StringBuilder answer = new StringBuilder();
      voice.answer(
          ids,
          model.endTokens(),
          turns++,
          token -> {
            if (!model.endTokens().contains(token)) {
              String piece = stream.add(token);
              answer.append(piece);
              out.print(piece);
            }
          });
      String rest = stream.finish();
      answer.append(rest);
      out.print(rest);
      out.end();
      return answer.toString();
    }
  }
}
