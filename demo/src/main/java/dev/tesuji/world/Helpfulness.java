package dev.tesuji.world;

import dev.tesuji.reward.Judgement;
import dev.tesuji.reward.Response;
import dev.tesuji.reward.Reward;

/// Pays the gold judge's helpfulness ([Judge.Assessment#helpfulness]): the bound of what a reward
/// model that learned from its rankings could do.
public final class Helpfulness implements Reward {
  @Override
  public Judgement judge(Response response) {
    return new Judgement.Points(
        Judge.assess(Posed.of(response.problem()), response.text()).helpfulness());
  }
}
