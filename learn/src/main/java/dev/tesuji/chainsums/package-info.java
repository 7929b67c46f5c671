/// Chain sums: the built-in problems on which a tiny base learns to reason in a minute.
///
/// [dev.tesuji.chainsums.ChainSums] are sums of four to eight digits whose running total stays in 0
/// to 99. Problem number i is a function of i; whether a problem is held out follows from a hash of
/// its text, so that the pretraining corpus, which takes its problems from the same task, has not
/// seen the held-out ones either.
///
/// [dev.tesuji.chainsums.ChainSumsCorpus] writes the responses that the built-in base is pretrained
/// on, in the manners of several authors of mixed quality. It is synthetic and says nothing about
/// natural language. It shows R1-Zero's mechanism in miniature: the base can reason and seldom
/// does, and reinforcement learning on right answers alone makes it do so always.
@org.jspecify.annotations.NullMarked
package dev.tesuji.chainsums;
