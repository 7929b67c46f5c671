package dev.tesuji.alphago.stage;

import dev.tesuji.stage.Registry;

/// The stages and games that recipes can name.
public final class AlphaGoKinds {
  private AlphaGoKinds() {}

  /// Adds them to a registry.
  public static Registry addTo(Registry registry) {
    return registry
        .with(GameConfig.class, GoConfig.class)
        .with(GameConfig.class, ConnectFourConfig.class)
        .withStage(TeacherGamesSettings.class, TeacherGamesStage::new)
        .withStage(ImitationSettings.class, ImitationStage::new)
        .withStage(SelfPlaySettings.class, SelfPlayStage::new)
        .withStage(ValueNetSettings.class, ValueNetStage::new)
        .withStage(AlphaZeroSettings.class, AlphaZeroStage::new)
        .withStage(MatchSettings.class, MatchStage::new);
  }
}
