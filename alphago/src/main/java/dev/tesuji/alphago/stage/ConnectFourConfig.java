package dev.tesuji.alphago.stage;

import dev.tesuji.play.Game;
import dev.tesuji.play.connectfour.ConnectFour;
import dev.tesuji.yaml.Named;

/// Connect Four: seven columns, six rows.
@Named("connectFour")
public record ConnectFourConfig() implements GameConfig {
  @Override
  public Game game() {
    return new ConnectFour();
  }
}
