package dev.tesuji.compute.torch;

import dev.tesuji.nn.ModelConfig.ExpertsConfig;
import dev.tesuji.nn.Router;
import dev.tesuji.tensor.Dtype;
import dev.tesuji.tensor.NoGrad;
import dev.tesuji.tensor.Tensor;
import java.util.Arrays;

/// Chooses the experts of each token.
///
/// ```
/// s = sigmoid(W x), or softmax(W x)      the affinities
/// chosen: the highest s + b within the best groups, a group scoring its two highest s + b
/// g = s of the chosen / their sum · scale
/// ```
///
/// After a softmax there is neither bias nor group, and the weights need not be divided by their
/// sum. All of it is float32 whatever the model computes in: a choice that hangs on the rounding of
/// bfloat16 would differ between two passes over the same tokens.
///
/// @param router W and b
record ExpertRouting(Router router) {
  private ExpertsConfig config() {
    return router.config();
  }

  /// Where tokens go, sorted by expert.
  ///
  /// @param tokens int64 `[N * k]`: the tokens that each expert reads, expert by expert
  /// @param weights float32 `[N * k]`: what their outputs are multiplied with
  /// @param counts how many tokens each expert reads
  record Routing(Tensor tokens, Tensor weights, int[] counts) {}

  /// Routes `[N, C]`.
  Routing route(Tensor x, Pass pass) {
    Tensor logits = x.to(Dtype.FLOAT32).linear(router.weight().to(Dtype.FLOAT32), null);
    Tensor scores =
        switch (config().scoring()) {
          case SIGMOID -> logits.sigmoid();
          case SOFTMAX -> logits.softmax(1);
        };
    Tensor chosen;
    try (NoGrad _ = NoGrad.on()) {
      Tensor bias = router.bias();
      Tensor decisive = bias == null ? scores.detach() : scores.detach().add(bias);
      chosen = choose(decisive); // int64 [N, k]
    }
    Tensor weights = scores.gather(1, chosen);
    if (config().normalised()) {
      weights = weights.div(weights.sum(1, true).add(1e-20));
    }
    Routing routing = sorted(chosen, weights.mul(config().scale()));
    if (pass instanceof Pass.Whole whole) {
      router.load().add(routing.counts());
      if (whole.balance() != null) {
        whole.balance().add(whole.batch(), scores, chosen);
      }
    }
    return routing;
  }

  /// Returns the k experts of each token, int64 `[N, k]`, by biased scores `[N, E]`.
  private Tensor choose(Tensor biased) {
    if (config().groupsPerToken() == config().groups()) {
      return biased.topk(config().perToken()).indices();
    }
    long n = biased.size(0);
    long each = config().routed() / config().groups();
    Tensor grouped = biased.view(n, config().groups(), each);
    Tensor best = grouped.topk(Math.min(2, each)).values().sum(2);
    Tensor groups = best.topk(config().groupsPerToken()).indices();
    Tensor closed =
        Tensor.ones(Dtype.FLOAT32, n, config().groups())
            .to(biased.device())
            .scatter(
                1, groups, Tensor.zeros(Dtype.FLOAT32, groups.shape().sizes()).to(biased.device()));
    Tensor mask = closed.unsqueeze(2).expand(n, config().groups(), each).gt(0.5);
    Tensor open = grouped.maskedFill(mask, Double.NEGATIVE_INFINITY);
    return open.reshape(n, config().routed()).topk(config().perToken()).indices();
  }

  private Routing sorted(Tensor chosen, Tensor weights) {
    int[] expert = chosen.toInts();
    int k = config().perToken();
    int[] counts = new int[config().routed()];
    for (int e : expert) {
      counts[e]++;
    }
    int[] next = new int[counts.length];
    for (int e = 1; e < next.length; e++) {
      next[e] = next[e - 1] + counts[e - 1];
    }
    int[] slots = new int[expert.length];
    for (int slot = 0; slot < expert.length; slot++) {
      slots[next[expert[slot]]++] = slot;
    }
    int[] tokens = Arrays.stream(slots).map(slot -> slot / k).toArray();
    Tensor order = Tensor.of(slots).to(chosen.device());
    return new Routing(
        Tensor.of(tokens).to(chosen.device()),
        weights.reshape(expert.length).indexSelect(0, order),
        counts);
  }
}
