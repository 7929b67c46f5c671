/// Who may do what: accounts with passwords, sessions, and a brake on guessing.
///
/// Passwords are kept as bcrypt hashes, sessions in memory under random names of 256 bits, of which
/// only digests are held. Whoever guesses waits: after five failures for a name, or from an
/// address, each further try is refused for a time that doubles.
@org.jspecify.annotations.NullMarked
package dev.tesuji.studio.access;
