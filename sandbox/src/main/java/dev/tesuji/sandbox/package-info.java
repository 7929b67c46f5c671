/// Sandboxes: programs that nobody trusts, held by the kernel.
///
/// # The problem
///
/// A policy that is paid for programs that pass tests writes programs that nobody has read, tens of
/// thousands of them. Some fill the disk, fork without end or kill what they find, most of them by
/// accident; reinforcement learning finds the others.
///
/// # A job and its end
///
/// ```
/// Job      command, files, limits              what is run
/// Jail     bubblewrap | Landlock | none        the walls
/// Lane     a processor, a control group        where it runs; one program at a time
/// Running  streams, a watch over time and memory
/// Outcome  exited | time-out | memory | output | not started
/// ```
///
/// A program's clock begins when its walls stand: it writes a nonce to standard error once it is
/// inside, and what comes without the nonce is the jail's failure, never the program's. Time in
/// which a program of one thread was ready to run and others of the machine had its processor is
/// given back, up to three times its limit. It is ended with all that it has started: in namespaces
/// of their own, its processes end with the first one.
///
/// # The walls
///
/// | | bubblewrap | Landlock | none |
/// |---|---|---|---|
/// | files | `/usr` and its own, read-only; 64 MB to write | `/usr` and its own, read-only | all |
/// | processes | its own namespace, 128 | none but itself | all |
/// | network | none | none | all |
/// | system calls | filtered | filtered further | all |
/// | memory | control group where one can be made, and a watch | a watch | as bubblewrap |
///
/// Root is no one special in a jail: the process becomes a user that owns nothing first, since the
/// kernel's limit on processes does not hold for root.
///
/// # Left out
///
/// Virtual machines (a kernel that has a hole lets a program out), limits on the speed of disks,
/// and any system but Linux.
///
/// # Reading order
///
/// [dev.tesuji.sandbox.Job], [dev.tesuji.sandbox.Outcome], [dev.tesuji.sandbox.Sandbox],
/// [dev.tesuji.sandbox.Lane], [dev.tesuji.sandbox.Running], `Jail`, `Bubblewrap`, `Landlock`,
/// `SeccompFilter`, `Cgroup`, `ProcessTree`.
@org.jspecify.annotations.NullMarked
package dev.tesuji.sandbox;
