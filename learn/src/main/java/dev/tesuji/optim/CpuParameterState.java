package dev.tesuji.optim;

import dev.tesuji.kernel.Lanes;
import dev.tesuji.nn.Parameter;
import dev.tesuji.optim.OptimizerConfig.Moments;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.Scope;
import dev.tesuji.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// AdamW in one pass over the memory of a parameter on the CPU.
///
/// A bfloat16 weight is the upper half of a float32 one: beside it lie the 16 bits that rounding
/// took off, so that the optimizer moves an exact float32 weight for two bytes more, not four.
final class CpuParameterState implements ParameterState {
  /// Makes such states.
  static final Kind KIND =
      new Kind() {
        @Override
        public ParameterState of(Parameter parameter, Moments moments, Scope owner) {
          return new CpuParameterState(parameter, moments, owner);
        }

        @Override
        public int masterBytes(Dtype dtype) {
          return dtype == Dtype.FLOAT32 ? 0 : Short.BYTES;
        }

        @Override
        public int momentBytes(Moments moments) {
          return moments.bytes();
        }
      };

  private static final int BLOCK = 4096; // elements that are worked on in the first-level cache
  private static final int TASK = 1 << 18; // elements that a thread takes at once

  private final Parameter parameter;
  private final Tensor weight;
  private final GradientSum collected;
  private final @Nullable Tensor low; // uint8 [..., 2]: what rounding took off, where it did
  private final Moment first;
  private final Moment second;

  CpuParameterState(Parameter parameter, Moments moments, Scope owner) {
    this.parameter = parameter;
    weight = parameter.tensor();
    collected = new GradientSum(weight);
    long[] shape = weight.shape().sizes();
    low =
        weight.dtype() == Dtype.FLOAT32
            ? null
            : owner.adopt(Tensor.zeros(Dtype.UINT8, pairs(shape)));
    first = Moment.zeros(shape, moments, RowScaledFloat8.SIGNED, owner);
    second = Moment.zeros(shape, moments, RowScaledFloat8.POSITIVE, owner);
  }

  private static long[] pairs(long[] shape) {
    long[] pairs = java.util.Arrays.copyOf(shape, shape.length + 1);
    pairs[shape.length] = 2;
    return pairs;
  }

  @Override
  public Parameter parameter() {
    return parameter;
  }

  @Override
  public GradientSum gradient() {
    return collected;
  }

  @Override
  public void assign(Tensor values) {
    FloatView from = FloatView.of(values);
    FloatView to = weights();
    float[] block = new float[BLOCK];
    FloatView.Scratch scratch = FloatView.Scratch.of(BLOCK);
    for (long at = 0; at < weight.elements(); at += BLOCK) {
      int n = (int) Math.min(BLOCK, weight.elements() - at);
      from.load(at, n, block, scratch);
      to.store(at, n, block, 0, scratch);
    }
  }

  @Override
  public double squaredNorm() {
    if (!collected.isPresent()) {
      return 0;
    }
    FloatView gradient = FloatView.of(collected.value().contiguous());
    Cut cut = new Cut(weight.elements(), 1);
    double[] sums = new double[cut.tasks()];
    IntStream.range(0, sums.length)
        .parallel()
        .forEach(task -> {
          float[] g = new float[BLOCK];
          FloatView.Scratch scratch = FloatView.Scratch.of(BLOCK);
          double sum = 0;
          for (long at = cut.start(task); at < cut.start(task + 1); at += BLOCK) {
            int n = (int) Math.min(BLOCK, cut.start(task + 1) - at);
            gradient.load(at, n, g, scratch);
            sum += Lanes.squares(g, n); // short sums in float32, their sum in float64
          }
          sums[task] = sum;
        });
    double sum = 0;
    for (double s : sums) {
      sum += s;
    }
    return sum;
  }

  /// How a parameter is cut: into tasks for threads, of blocks that are worked on at a time.
  ///
  /// @param elements of the parameter
  /// @param columns elements that must stay together
  private record Cut(long elements, int columns) {
    int block() {
      return Math.max(1, BLOCK / columns) * columns;
    }

    int tasks() {
      return Math.toIntExact((elements + task() - 1) / task());
    }

    long start(int task) {
      return Math.min(task * task(), elements);
    }

    private long task() {
      return (long) Math.max(1, TASK / block()) * block();
    }
  }

  @Override
  public void update(Step step) {
    FloatView gradient =
        collected.isPresent() ? FloatView.of(collected.value().contiguous()) : null;
    Memory memory = new Memory(gradient, weights(), first.floats(), second.floats(), step.number());
    Equations equations = new Equations(step);
    Cut cut = new Cut(weight.elements(), first.columns());
    IntStream.range(0, cut.tasks())
        .parallel()
        .forEach(task -> {
          Block block = new Block(cut.block());
          for (long at = cut.start(task); at < cut.start(task + 1); at += cut.block()) {
            int n = (int) Math.min(cut.block(), cut.start(task + 1) - at);
            memory.load(at, n, block);
            equations.apply(block, n);
            memory.store(at, n, block);
          }
        });
  }

  private FloatView weights() {
    return low == null ? FloatView.of(weight.detach()) : FloatView.split(weight.detach(), low);
  }

  /// Where a parameter lies.
  private record Memory(
      @Nullable FloatView gradient,
      FloatView weights,
      FloatView first,
      FloatView second,
      int number) {
    void load(long at, int n, Block block) {
      if (gradient == null) {
        java.util.Arrays.fill(block.g, 0);
      } else {
        gradient.load(at, n, block.g, block.scratch);
      }
      weights.load(at, n, block.theta, block.scratch);
      first.load(at, n, block.m, block.scratch);
      second.load(at, n, block.v, block.scratch);
    }

    void store(long at, int n, Block block) {
      weights.store(at, n, block.theta, 0, block.scratch);
      first.store(at, n, block.m, 2 * number, block.scratch);
      second.store(at, n, block.v, 2 * number + 1, block.scratch);
    }
  }

  /// Some elements, in float32.
  private static final class Block {
    final float[] g;
    final float[] theta;
    final float[] m;
    final float[] v;
    final FloatView.Scratch scratch;

    Block(int elements) {
      g = new float[elements];
      theta = new float[elements];
      m = new float[elements];
      v = new float[elements];
      scratch = FloatView.Scratch.of(elements);
    }
  }

  /// The numbers of one step, in float32.
  private static final class Equations {
    private final float scale;
    private final float kept;
    private final float beta1;
    private final float beta2;
    private final float new1;
    private final float new2;
    private final float stepSize;
    private final float secondScale;
    private final float epsilon;

    Equations(Step step) {
      OptimizerConfig config = step.config();
      scale = (float) step.gradientScale();
      kept = (float) step.kept();
      beta1 = (float) config.beta1();
      beta2 = (float) config.beta2();
      new1 = (float) (1 - config.beta1());
      new2 = (float) (1 - config.beta2());
      stepSize = (float) step.stepSize();
      secondScale = (float) step.secondScale();
      epsilon = (float) config.epsilon();
    }

    void apply(Block block, int n) {
      float[] g = block.g;
      float[] theta = block.theta;
      float[] m = block.m;
      float[] v = block.v;
      for (int i = 0; i < n; i++) {
        float d = g[i] * scale;
        m[i] = m[i] * beta1 + d * new1;
        v[i] = v[i] * beta2 + d * d * new2;
        theta[i] =
            theta[i] * kept - stepSize * m[i] / ((float) Math.sqrt(v[i]) * secondScale + epsilon);
      }
    }
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    first.addTo(state, "first_moment");
    second.addTo(state, "second_moment");
    if (low != null) {
      state.put("low_bits", low);
    }
    return state;
  }

  @Override
  public void restored() {}
}
