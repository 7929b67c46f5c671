package dev.tesuji.alphago.search;

/// Chooses actions in a tree.
public sealed interface Selection permits Gumbel, Puct {
  /// Returns the place of the action to visit next at the root.
  ///
  /// @param simulation its number, from 0
  int atRoot(Node root, int simulation);

  /// Returns the place of the action to visit next below the root.
  int below(Node node);

  /// Returns how many simulations may be on their way at once.
  int parallel();

  /// Returns what the search has found.
  Found found(Node root);
}
