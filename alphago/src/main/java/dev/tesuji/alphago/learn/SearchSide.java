package dev.tesuji.alphago.learn;

import dev.tesuji.alphago.search.BatchSearch;
import dev.tesuji.alphago.search.Evaluator;
import dev.tesuji.alphago.search.Puct;
import dev.tesuji.alphago.search.TreeSearch;
import java.util.List;

/// Plays by PUCT search, the most visited action.
///
/// @param evaluator the network
/// @param visits of each search
public record SearchSide(Evaluator evaluator, int visits) implements Side {
  private static final Puct.Settings ONE_AT_A_TIME = new Puct.Settings(1.5, 0.2, 1);

  @Override
  public int[] choose(List<Seat> seats) {
    Puct.Settings settings = seats.size() >= 16 ? ONE_AT_A_TIME : Puct.Settings.DEFAULT;
    List<TreeSearch> searches =
        seats.stream()
            .map(seat -> new TreeSearch(seat.state(), new Puct(settings), visits))
            .toList();
    BatchSearch.run(searches, evaluator);
    return searches.stream().mapToInt(s -> s.found().action()).toArray();
  }
}
