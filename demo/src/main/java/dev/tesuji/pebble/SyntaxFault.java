package dev.tesuji.pebble;

/// A text that is no program, with the place where it stops to be one.
public final class SyntaxFault extends Exception {
  private static final long serialVersionUID = 1;

  SyntaxFault(int at, String expected, String found) {
    super("character " + (at + 1) + " must be " + expected + ", got " + found);
  }
}
