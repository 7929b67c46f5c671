package dev.tesuji.constrain;

import dev.tesuji.constrain.Position.Configuration;
import dev.tesuji.constrain.Position.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The positions of a grammar: finds where bytes lead and remembers it, for all threads.
///
/// The memory is bounded: when it is full, it is left to the constraints that stand in it, and a
/// new one begins.
final class Positions {
  private static final int CLAMP = 24; // bits of a text's detail that count characters
  private static final long FULL = 24L << 20; // bytes, estimated

  private final Program program;
  private final AtomicInteger ids = new AtomicInteger(1);
  private volatile Generation generation = new Generation();

  Positions(Program program) {
    this.program = program;
  }

  /// What is remembered until it is too much.
  private static final class Generation {
    private final Map<Links, Frame> frames = new ConcurrentHashMap<>();
    private final Map<Key, Position> positions = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
  }

  private record Link(int returns, Frame below) {}

  private record Links(List<Link> links) {}

  private record Key(List<Configuration> configurations, boolean accepted) {}

  private static final Comparator<Link> LINKS =
      Comparator.comparingInt(Link::returns).thenComparingInt(l -> l.below().id());

  private static final Comparator<Configuration> CONFIGURATIONS =
      Comparator.comparingInt(Configuration::state)
          .thenComparingInt(Configuration::detail)
          .thenComparingInt(c -> c.frame().id());

  Program program() {
    return program;
  }

  /// Returns the position at the start.
  Position start() {
    Generation now = generation;
    Closure closure = new Closure(now);
    int first = program.start(0);
    closure.found(new Configuration(first, textStart(first), Frame.BOTTOM));
    closure.accepted = program.accepts(first);
    return closure.position();
  }

  private int textStart(int state) {
    return program.isText(state) ? detail(TextChars.OPEN, 0) : 0;
  }

  /// Returns where a byte leads; the position is dead where it cannot come.
  Position step(Position from, int symbol) {
    Position known = from.next(symbol);
    if (known != null) {
      return known;
    }
    Closure closure = new Closure(generation);
    for (Configuration c : from.configurations()) {
      if (program.isText(c.state())) {
        stepInText(c, symbol, closure);
      } else {
        int next = program.next(c.state(), symbol);
        if (next >= 0) {
          closure.arrive(next, c.frame());
        }
      }
    }
    Position to = closure.position();
    from.next(symbol, to);
    return to;
  }

  private void stepInText(Configuration c, int symbol, Closure closure) {
    int from = character(c.detail());
    int to = TextChars.next(from, symbol);
    if (to < 0) {
      return;
    }
    Program.Text text = program.text(c.state());
    int begun = begun(c.detail());
    if (to == TextChars.CLOSED) {
      if (begun >= text.min()) {
        closure.leave(c.frame());
      }
      return;
    }
    if (TextChars.begins(from, to)) {
      if (begun >= text.max()) {
        return;
      }
      begun = counted(text, begun + 1);
    }
    closure.found(new Configuration(c.state(), detail(to, begun), c.frame()));
  }

  /// Forgets what makes no difference: how many characters beyond the least, where there is no
  /// most.
  private static int counted(Program.Text text, int begun) {
    return text.max() == Integer.MAX_VALUE ? Math.min(begun, text.min()) : begun;
  }

  private static int detail(int character, int begun) {
    return character << CLAMP | begun;
  }

  /// Returns the state of the character that a text stands in.
  static int character(int detail) {
    return detail >> CLAMP;
  }

  /// Returns how many characters of a text have begun.
  static int begun(int detail) {
    return detail & ((1 << CLAMP) - 1);
  }

  /// Returns the position of some states of another.
  Position of(List<Configuration> some) {
    Closure closure = new Closure(generation);
    some.forEach(closure::found);
    return closure.gathered();
  }

  /// Returns the position after a rule that was called with this frame has ended.
  Position after(Frame frame) {
    Closure closure = new Closure(generation);
    closure.leave(frame);
    return closure.position();
  }

  /// Counts memory that a position takes beyond itself.
  void took(long bytes) {
    generation.bytes.addAndGet(bytes);
  }

  /// Begins a new generation where the present one is full. Positions of an old one go on to work:
  /// where they lead is remembered in the new one.
  void forgetWhenFull() {
    Generation now = generation;
    if (now.bytes.get() > FULL) {
      synchronized (this) {
        if (generation == now) {
          generation = new Generation();
        }
      }
    }
  }

  private Frame intern(List<Link> links, Generation in) {
    links.sort(LINKS);
    return in.frames.computeIfAbsent(
        new Links(List.copyOf(links)),
        key -> {
          in.bytes.addAndGet(100 + 40L * key.links.size());
          return new Frame(
              ids.getAndIncrement(),
              key.links.stream().mapToInt(Link::returns).toArray(),
              key.links.stream().map(Link::below).toArray(Frame[]::new));
        });
  }

  /// Gathers the states of a position: those that were reached, those where ended rules return to,
  /// and those of the rules that all of these call.
  private final class Closure {
    private final Generation in;
    private final Set<Configuration> seen = new HashSet<>();
    private final List<Configuration> order = new ArrayList<>();
    private boolean accepted;

    Closure(Generation in) {
      this.in = in;
    }

    /// Adds a state, and where its rule ends there, the states of the callers.
    void arrive(int state, Frame frame) {
      List<Configuration> open = new ArrayList<>();
      open.add(new Configuration(state, textStart(state), frame));
      while (!open.isEmpty()) {
        Configuration c = open.removeLast();
        if (found(c) && program.accepts(c.state())) {
          if (c.frame() == Frame.BOTTOM) {
            accepted = true;
          }
          pushCallers(c.frame(), open);
        }
      }
    }

    /// Adds the states of a frame's callers.
    void leave(Frame frame) {
      if (frame == Frame.BOTTOM) {
        accepted = true;
      }
      for (int i = 0; i < frame.callers(); i++) {
        arrive(frame.returns(i), frame.below(i));
      }
    }

    private void pushCallers(Frame frame, List<Configuration> open) {
      for (int i = 0; i < frame.callers(); i++) {
        open.add(new Configuration(frame.returns(i), 0, frame.below(i)));
      }
    }

    /// Adds a state that has read something, without what follows from it.
    boolean found(Configuration c) {
      boolean fresh = seen.add(c);
      if (fresh) {
        order.add(c);
      }
      return fresh;
    }

    /// Returns the position with what its states call.
    Position position() {
      call();
      return gathered();
    }

    /// Returns the position of what was found alone.
    Position gathered() {
      Configuration[] reading =
          order.stream()
              .filter(c -> program.reads(c.state()))
              .sorted(CONFIGURATIONS)
              .toArray(Configuration[]::new);
      return in.positions.computeIfAbsent(
          new Key(Arrays.asList(reading), accepted),
          _ -> {
            in.bytes.addAndGet(1300 + 100L * reading.length);
            return new Position(reading, accepted);
          });
    }

    /// Adds the first states of called rules. Callers of the same rule share its frame: rules are
    /// taken by rank, when all their callers are known. A rule that can be empty does not end here:
    /// its callers have an edge past it.
    private void call() {
      TreeMap<Integer, Set<Link>> callers = new TreeMap<>(Comparator.comparingInt(program::rank));
      for (Configuration c : List.copyOf(order)) {
        addCalls(c, callers);
      }
      while (!callers.isEmpty()) {
        int rule = callers.firstKey();
        Frame frame = intern(new ArrayList<>(callers.remove(rule)), in);
        int state = program.start(rule);
        Configuration first = new Configuration(state, textStart(state), frame);
        found(first);
        addCalls(first, callers);
      }
    }

    private void addCalls(Configuration c, Map<Integer, Set<Link>> callers) {
      for (int call = program.firstCall(c.state()); call < program.endOfCalls(c.state()); call++) {
        Set<Link> links = callers.computeIfAbsent(program.callee(call), _ -> new HashSet<>());
        int returns = program.returns(call);
        if (program.onlyEnds(returns) && c.frame() != Frame.BOTTOM) {
          for (int i = 0; i < c.frame().callers(); i++) { // a call at a rule's end needs no return
            links.add(new Link(c.frame().returns(i), c.frame().below(i)));
          }
        } else {
          links.add(new Link(returns, c.frame()));
        }
      }
    }
  }
}
