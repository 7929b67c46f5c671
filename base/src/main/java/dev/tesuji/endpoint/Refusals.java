package dev.tesuji.endpoint;

import dev.tesuji.check.BadInput;
import dev.tesuji.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads refusals: which may pass, for how long, and what the others say to a user.
final class Refusals {
  static final int OK = 200;
  static final int BAD_REQUEST = 400;
  static final int NOT_FOUND = 404;
  static final int NOT_ALLOWED = 405;
  private static final int UNAUTHORIZED = 401;
  private static final int NO_CREDIT = 402;
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final Set<Integer> NEVER = Set.of(501, 505);
  private static final Set<Integer> PASSING = Set.of(408, 425, TOO_MANY_REQUESTS);
  private static final int SERVER_ERROR = 500;
  private static final int REDIRECTED = 300;

  /// The longest pause that a server may ask for; beyond it we give up and say so.
  private static final Duration LONGEST_ASKED = Duration.ofMinutes(10);

  private static final Pattern TOO_LONG =
      Pattern.compile(
          "context[_ ](length|size|window)|maximum (context|sequence|input)|too long|too many"
              + " (input )?tokens",
          Pattern.CASE_INSENSITIVE);

  private final Endpoint endpoint;

  Refusals(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /// Returns the beginning of a sentence about the endpoint.
  String where() {
    return "endpoint " + endpoint.url() + " ";
  }

  /// Returns whether the same request may be answered later.
  boolean passes(Transport.Reply reply) {
    int status = reply.status();
    return !isOutOfCredit(reply)
        && (PASSING.contains(status) || (status >= SERVER_ERROR && !NEVER.contains(status)));
  }

  private static boolean isOutOfCredit(Transport.Reply reply) {
    return reply.status() == NO_CREDIT
        || (reply.status() == TOO_MANY_REQUESTS
            && new String(reply.body(), StandardCharsets.UTF_8).contains("insufficient_quota"));
  }

  /// Returns the pause that the server asks for; null where it asks for none.
  ///
  /// @throws EndpointFailure when it is too long to wait for
  @Nullable Duration pause(Transport.Reply reply) {
    String after = reply.headers().firstValue("retry-after").orElse("").strip();
    Duration asked = seconds(after);
    if (asked != null && asked.compareTo(LONGEST_ASKED) > 0) {
      throw new EndpointFailure(
          where()
              + "asks to be left alone for "
              + asked.toSeconds()
              + " s ("
              + status(reply)
              + "); go on after that time");
    }
    return asked;
  }

  private static @Nullable Duration seconds(String after) {
    if (after.matches("\\d{1,9}(\\.\\d{1,9})?")) {
      return Duration.ofMillis((long) (Double.parseDouble(after) * 1000));
    }
    try {
      Instant then = ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration left = Duration.between(Instant.now(), then);
      return left.isNegative() ? Duration.ZERO : left;
    } catch (DateTimeParseException _) {
      return null;
    }
  }

  /// Returns the status and what the server says, for a sentence.
  String status(Transport.Reply reply) {
    String said = hidden(message(reply.body()));
    return "status " + reply.status() + (said.isEmpty() ? "" : ": " + said);
  }

  /// Returns what went wrong, as the server puts it.
  static String message(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    try {
      JsonNode json = Json.MAPPER.readTree(body);
      JsonNode error = json.path("error");
      for (JsonNode said :
          List.of(error.path("message"), error, json.path("message"), json.path("detail"))) {
        if (said.isString()) {
          return said.stringValue();
        }
      }
    } catch (JacksonException _) {
      return text.strip();
    }
    return text.strip();
  }

  /// Returns the beginning of a text without the key, which some servers repeat.
  private String hidden(String text) {
    Endpoint.Key key = endpoint.key();
    return BadInput.brief(key == null ? text : text.replace(key.text(), "***"));
  }

  /// Makes the error for a refusal that stays.
  ///
  /// @param path what was asked
  /// @param model the model's name; null where none was sent
  /// @param about what the question was about; empty where there was none
  EndpointFailure of(Transport.Reply reply, String path, @Nullable String model, String about) {
    String said = message(reply.body());
    String given = " (" + status(reply) + ")";
    String problem =
        switch (reply.status()) {
          case UNAUTHORIZED, FORBIDDEN -> refusesKey(given);
          case NO_CREDIT, TOO_MANY_REQUESTS -> "has no credit left for this key" + given;
          case NOT_FOUND, NOT_ALLOWED ->
              model != null && said.toLowerCase(Locale.ROOT).contains("model")
                  ? "has no model '" + BadInput.brief(model) + "'" + given
                  : "has no "
                      + path
                      + given
                      + "; its url must end where that begins, mostly in /v1";
          default -> refuses(reply, said, given, about);
        };
    return new EndpointFailure(where() + problem);
  }

  private static String refuses(Transport.Reply reply, String said, String given, String about) {
    int status = reply.status();
    String of = about.isEmpty() ? "" : " about " + about;
    if (status >= REDIRECTED && status < BAD_REQUEST) {
      String to = reply.headers().firstValue("location").orElse("nowhere");
      return "leads elsewhere, to " + BadInput.brief(to) + given + "; give that address";
    }
    return isTooLong(reply, said)
        ? "has no room in its context for a prompt and its answer"
            + of
            + given
            + "; lower maxNewTokens, or leave long prompts out"
        : "refuses a question" + of + given;
  }

  private static boolean isTooLong(Transport.Reply reply, String said) {
    return TOO_LONG.matcher(said).find()
        || new String(reply.body(), StandardCharsets.UTF_8).contains("context_length_exceeded");
  }

  private String refusesKey(String given) {
    return endpoint.key() == null
        ? "wants a key"
            + given
            + "; put one into an environment variable and name that under 'keyVariable'"
        : "refuses the key" + given + "; see the environment variable that 'keyVariable' names";
  }

  /// Makes the error for a model that is not there.
  ///
  /// @param listed those that are
  EndpointFailure noModel(String wanted, List<String> listed) {
    return new EndpointFailure(
        where()
            + "has no model '"
            + BadInput.brief(wanted)
            + "'; it has "
            + BadInput.brief(String.join(", ", listed)));
  }
}
