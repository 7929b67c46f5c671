/// The network of the games: residual blocks that see the whole board, and four heads.
///
/// # The problem
///
/// A search asks for thousands of positions a second which actions are worth a look and who is
/// ahead; training asks the same network for gradients. The first wants narrow types and few
/// kernels, the second exact weights and batch statistics.
///
/// # The network
///
/// [dev.tesuji.alphago.net.Tower] has the equations. The heads:
///
/// | head | learns | why |
/// |---|---|---|
/// | policy | the search's improved policy, a teacher's moves, or a policy gradient | what to look at |
/// | value | the result, a draw as half | what to stop at |
/// | score | by how many points | tells a close game from a won one |
/// | ownership | whose each cell is in the end | a result is one number for fifty moves; this is one for each cell ([KataGo](https://arxiv.org/abs/1902.10565)) |
///
/// # Precision
///
/// Channels come last ([dev.tesuji.tensor.Images]), the order that oneDNN convolves fast. The tower
/// computes in bfloat16 where the recipe says so, heads in float32; weights and their optimizer are
/// float32. In play, batch normalisation is folded into the convolutions
/// ([dev.tesuji.alphago.net.FoldedNet]).
///
/// # What was left out
///
/// Attention, and boards of different sizes in one network: pooling would allow them, batches of
/// one shape are simpler.
///
/// # Reading order
///
/// [dev.tesuji.alphago.net.Tower], [dev.tesuji.alphago.net.PolicyValueNet],
/// [dev.tesuji.alphago.net.FoldedNet], [dev.tesuji.alphago.net.NetLoss].
@org.jspecify.annotations.NullMarked
package dev.tesuji.alphago.net;
