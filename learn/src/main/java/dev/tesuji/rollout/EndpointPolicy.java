package dev.tesuji.rollout;

import dev.tesuji.chat.Conversation;
import dev.tesuji.check.BadInput;
import dev.tesuji.endpoint.ChatClient;
import dev.tesuji.endpoint.ChatQuestion;
import dev.tesuji.endpoint.ChatReply;
import dev.tesuji.endpoint.Endpoint;
import dev.tesuji.env.ChatTask;
import dev.tesuji.env.Problem;
import dev.tesuji.env.PromptTemplate;
import dev.tesuji.env.Segment;
import dev.tesuji.env.Task;
import dev.tesuji.env.Trajectory;
import dev.tesuji.generate.FinishReason;
import dev.tesuji.generate.Sampling;
import dev.tesuji.json.Json;
import dev.tesuji.random.Rng;
import dev.tesuji.reward.Response;
import dev.tesuji.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A model behind an endpoint, as a policy: poses a task's problems to it and reads its texts.
///
/// @param client asks
/// @param task the problems
/// @param asking how they are put
/// @param reader makes tokens of the texts; null where no tokenizer is known
public record EndpointPolicy(ChatClient client, Task task, Asking asking, @Nullable Reader reader) {
  private static final String OPENED = "<think>";
  private static final int SEED_BITS = 31; // what servers take that read it as a signed integer

  /// How problems are put.
  ///
  /// @param api as a conversation, or as the text of the task's prompt
  /// @param system the system message of conversations that have none; null for none
  /// @param template the user's turn; null for the task's own
  public record Asking(
      Endpoint.Api api, @Nullable String system, @Nullable PromptTemplate template) {
    /// Checks that what is said of conversations goes with one.
    public Asking {
      if (api == Endpoint.Api.COMPLETIONS && (system != null || template != null)) {
        throw new IllegalArgumentException(
            "system and template go with api chat, got api completions, which sends the task's own"
                + " prompt");
      }
    }
  }

  /// The model that is to learn from the texts, whose tokens they become.
  ///
  /// @param tokenizer its tokenizer
  /// @param endToken the token that ends its texts
  public record Reader(Tokenizer tokenizer, int endToken) {}

  /// A question and the number of the answer.
  ///
  /// @param posed the problem
  /// @param sample the answer's number
  /// @param settings how it is drawn
  record Draw(PosedProblem posed, int sample, RolloutSettings settings) {
    /// Returns a number that follows from seed, problem and sample.
    long seed() {
      return Rng.bits(settings.seed(), posed.id(), sample, 0) >>> (Long.SIZE - SEED_BITS);
    }
  }

  /// An answer before it is judged.
  ///
  /// @param response what is judged
  /// @param trajectory its tokens; none where no tokenizer is known
  /// @param completion the text that follows the prompt
  record Drawn(Response response, Trajectory trajectory, String completion) {}

  /// Asks, and reads the answer.
  ///
  /// @throws dev.tesuji.endpoint.EndpointFailure when there is none
  Drawn draw(Draw draw, Sampling sampling) {
    ChatReply reply = client.ask(question(draw, sampling));
    Problem problem = draw.posed().problem();
    String completion =
        asking.api() == Endpoint.Api.CHAT ? completion(problem, reply.whole()) : reply.text();
    FinishReason reason = reply.isCut() ? FinishReason.LENGTH : FinishReason.EOS;
    int[] prompt = draw.posed().prompt();
    int[] ids = reader == null ? new int[0] : ids(reader, problem, prompt, completion, reason);
    int tokens = reader == null ? (int) reply.usage().completion() : ids.length;
    float[] unknown = new float[ids.length];
    Arrays.fill(unknown, Float.NaN);
    return new Drawn(
        new Response(problem, task.response(problem, completion), ids, tokens, reason),
        Trajectory.of(prompt).append(Segment.sampled(ids, unknown)),
        completion);
  }

  private ChatQuestion question(Draw draw, Sampling sampling) {
    Problem problem = draw.posed().problem();
    String id = "problem " + problem.id() + ", sample " + draw.sample();
    ObjectNode options = options(draw, sampling);
    return switch (asking.api()) {
      case CHAT -> {
        addFields(problem, options);
        yield ChatQuestion.chat(id, messages(problem), options, problem.source());
      }
      case COMPLETIONS ->
          ChatQuestion.completion(id, task.prompt(problem), options, problem.source());
    };
  }

  /// Sends what a problem's own conversation has beside its messages, under the names that servers
  /// of open models know.
  private void addFields(Problem problem, ObjectNode options) {
    Conversation own = problem.conversation();
    if (own == null) {
      return;
    }
    if (asking.template() != null) {
      throw new BadInput(
          problem.source()
              + ": is a conversation, which 'template' has no place for; leave it out");
    }
    if (own.tools() != null) {
      options.set("tools", own.tools());
    }
    if (own.documents() != null) {
      options.set("documents", own.documents());
    }
    if (!own.variables().isEmpty()) {
      own.variables().forEach(options.putObject("chat_template_kwargs")::set);
    }
  }

  private List<ObjectNode> messages(Problem problem) {
    PromptTemplate template = asking.template();
    List<ObjectNode> own =
        template == null
            ? task.messages(problem)
            : List.of(Conversation.message("user", template.fill(problem.text())));
    return new ChatTask.Asking(asking.system(), Map.of()).messages(own);
  }

  /// Writes how an answer is drawn; what OpenAI does not know is sent only where it does something.
  private static ObjectNode options(Draw draw, Sampling sampling) {
    ObjectNode options = Json.MAPPER.createObjectNode();
    options.put("max_tokens", draw.settings().maxNewTokens());
    options.put("temperature", sampling.temperature());
    if (sampling.topP() < 1) {
      options.put("top_p", sampling.topP());
    }
    if (sampling.topK() > 0) {
      options.put("top_k", sampling.topK());
    }
    if (sampling.minP() > 0) {
      options.put("min_p", sampling.minP());
    }
    if (sampling.repetitionPenalty() != 1) {
      options.put("repetition_penalty", sampling.repetitionPenalty());
    }
    return options.put("seed", draw.seed());
  }

  /// Returns what follows the task's prompt of an answer: a tag that opens the thinking is taken
  /// off where the prompt ends with one.
  private String completion(Problem problem, String whole) {
    String prompt = task.prompt(problem);
    if (!prompt.stripTrailing().endsWith(OPENED) || !whole.startsWith(OPENED)) {
      return whole;
    }
    String after = prompt.substring(prompt.lastIndexOf(OPENED) + OPENED.length());
    String rest = whole.substring(OPENED.length());
    return rest.startsWith(after) ? rest.substring(after.length()) : rest;
  }

  private int[] ids(
      Reader student, Problem problem, int[] prompt, String completion, FinishReason reason) {
    int[] ids = student.tokenizer().encodeContinuation(task.prompt(problem), prompt, completion);
    if (reason == FinishReason.EOS) {
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = student.endToken();
    }
    return ids;
  }
}
