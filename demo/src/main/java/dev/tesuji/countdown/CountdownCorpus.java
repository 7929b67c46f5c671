package dev.tesuji.countdown;

import dev.tesuji.check.Require;
import dev.tesuji.countdown.Tries.Try;
import dev.tesuji.env.Problem;
import dev.tesuji.random.Rng;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Responses of mixed quality to rounds, from which the countdown's base is pretrained.
///
/// Four authors write. The first answers at once. The hasty one makes one try and answers with it,
/// right or not. The doubting one does so too, says `wait`, makes another and takes that. The
/// searching one looks at each try (`no`, `yes`), goes back to the numbers for another, and mostly
/// loses patience soon; few go on until they have it, so that long searches are rare, and right.
/// Some who found a solution look at it again (`wait;check:`), and some leave it for another try.
/// The base learns all of their habits.
///
/// @param direct the share of responses that answer at once
/// @param hasty the share that make one try
/// @param doubting the share that make two and take the second; the rest search
/// @param insight the share of answers given at once, and of first tries that are not looked at,
///   that are right where there are two numbers; the others, and all where there are more numbers,
///   are tries by chance
/// @param dogged the share of searches that go on until nothing is left to try
/// @param patience the share of failed tries after which the other searches go on
/// @param waiting the share of those before which it says `wait`
/// @param slipped the share of tries of a search whose result is written down wrongly
/// @param doubted the share of solutions found in a search after which it says `wait`
/// @param restless the share of those that are left for another try; the others are looked at again
/// @param untagged the share of all responses that leave the answer tags out
public record CountdownCorpus(
    double direct,
    double hasty,
    double doubting,
    double insight,
    double dogged,
    double patience,
    double waiting,
    double slipped,
    double doubted,
    double restless,
    double untagged) {
  /// The built-in base's mixture.
  public static final CountdownCorpus DEFAULT =
      new CountdownCorpus(0.15, 0.35, 0.1, 0.5, 0.3, 0.5, 1, 0.02, 0.3, 0.05, 0.1);

  private static final long SEED = 0x5EA7C4;

  /// Checks the ranges.
  public CountdownCorpus {
    share("direct", direct);
    share("hasty", hasty);
    share("doubting", doubting);
    share("direct + hasty + doubting", direct + hasty + doubting);
    share("insight", insight);
    share("dogged", dogged);
    share("patience", patience);
    share("waiting", waiting);
    share("slipped", slipped);
    share("doubted", doubted);
    share("restless", restless);
    share("untagged", untagged);
  }

  private static void share(String name, double value) {
    Require.that(value >= 0 && value <= 1, name, "a share from 0 to 1", value);
  }

  /// Writes the response to a problem; the same problem always gets the same response.
  public String response(Problem problem) {
    NumbersRound round = NumbersRound.of(problem);
    SplittableRandom random = new SplittableRandom(Rng.derive(SEED, problem.id()));
    double style = random.nextDouble();
    StringBuilder out = new StringBuilder();
    String answer;
    if (style < direct) {
      answer = guess(round, random).expression();
    } else {
      out.append("<think>");
      answer =
          style < direct + hasty + doubting
              ? hurry(round, style >= direct + hasty, random, out)
              : new Search(round, random, out).run();
      out.append("</think>");
    }
    return random.nextDouble() < untagged
        ? out.append(answer).toString()
        : out.append("<answer>").append(answer).append("</answer>").toString();
  }

  private Try guess(NumbersRound round, SplittableRandom random) {
    List<Try> all = Tries.all(round.numbers());
    if (round.numbers().size() == 2 && random.nextDouble() < insight) {
      all = all.stream().filter(t -> t.reached() == round.target()).toList();
    }
    return pick(all, random);
  }

  private static Try pick(List<Try> several, SplittableRandom random) {
    return several.get(random.nextInt(several.size()));
  }

  /// Writes one try, or two, without a look at them; returns the last as an expression.
  private String hurry(
      NumbersRound round, boolean doubts, SplittableRandom random, StringBuilder out) {
    Try last = guess(round, random);
    out.append(last.text()).append(';');
    if (doubts) {
      Try first = last;
      List<Try> others = Tries.all(round.numbers()).stream().filter(t -> !t.equals(first)).toList();
      last = others.isEmpty() ? first : pick(others, random);
      out.append("wait;").append(last.text()).append(';');
    }
    return last.expression();
  }

  /// A search that is written down as it goes.
  private final class Search {
    private final NumbersRound round;
    private final SplittableRandom random;
    private final StringBuilder out;
    private final List<Try> left;

    Search(NumbersRound round, SplittableRandom random, StringBuilder out) {
      this.round = round;
      this.random = random;
      this.out = out;
      left = new ArrayList<>(Tries.promising(round));
    }

    /// Writes the search and returns the answer that it ends with.
    String run() {
      boolean dogged = random.nextDouble() < CountdownCorpus.this.dogged;
      while (true) {
        Try made = next();
        boolean found = write(made, "", random.nextDouble() < slipped);
        if (found) {
          if (random.nextDouble() >= doubted) {
            return made.expression();
          }
          out.append("wait;");
          if (!left.isEmpty() && random.nextDouble() < restless) {
            Try other = next();
            write(other, "", false);
            return other.expression();
          }
          if (write(made, "check:", false)) {
            return made.expression();
          }
        }
        if (left.isEmpty() || (!dogged && random.nextDouble() >= patience)) {
          return made.expression();
        }
        if (random.nextDouble() < waiting) {
          out.append("wait;");
        }
      }
    }

    private Try next() {
      return left.remove(random.nextInt(left.size()));
    }

    /// Writes a try and what it looks like; returns whether it looks right.
    private boolean write(Try made, String before, boolean wrongly) {
      int written = made.reached();
      if (wrongly) { // half of the slips see what is wished for
        int off = random.nextBoolean() ? 1 : -1;
        written =
            random.nextBoolean()
                ? round.target()
                : Math.clamp((long) written + off, 1, Countdown.MOST);
      }
      boolean right = written == round.target();
      out.append(before).append(made.text(written)).append(right ? " yes;" : " no;");
      return right;
    }
  }
}
