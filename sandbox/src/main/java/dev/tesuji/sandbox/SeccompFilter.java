package dev.tesuji.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A filter of system calls, in the kernel's classic BPF: a program that for each call reads its
/// number and arguments and says whether it may happen.
///
/// Refused are calls by which one process looks into another or leaves its processor, that make
/// namespaces or mounts, that reach into the kernel's less trodden parts, that take memory which no
/// limit counts, and sockets of families that no network namespace holds back (`AF_VSOCK` reaches a
/// virtual machine's host).
final class SeccompFilter {
  private static final int LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
  private static final int EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
  private static final int AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
  private static final int ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
  private static final int RETURN = 0x06; // BPF_RET | BPF_K

  private static final int NUMBER = 0; // offsets in struct seccomp_data
  private static final int ARCHITECTURE = 4;
  private static final int FIRST_ARGUMENT = 16;

  private static final int ALLOW = 0x7fff0000;
  private static final int KILL = 0x80000000;
  private static final int REFUSE = 0x00050000;
  private static final int EPERM = 1;
  private static final int ENOSYS = 38;
  private static final int EAFNOSUPPORT = 97;
  private static final int OTHER_ABI = 0x40000000; // x32

  private static final int NAMESPACES = 0x7e020080; // CLONE_NEW*
  private static final int THREAD = 0x00010000; // CLONE_THREAD
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;

  private final List<int[]> program = new ArrayList<>();

  private SeccompFilter() {}

  /// The calls of an architecture that are told apart, by number.
  ///
  /// @param architecture what the kernel calls it (`AUDIT_ARCH_...`)
  /// @param refused what no program may do
  /// @param processes what makes a process whose kind cannot be told from its arguments
  /// @param signals how one process reaches another
  private record Calls(
      int architecture,
      int cloning,
      int clone3,
      int socket,
      int limits,
      int[] refused,
      int[] signals,
      int[] processes) {}

  // ptrace, process_vm_readv, process_vm_writev, kcmp, pidfd_getfd, sched_setaffinity,
  // sched_setattr, mount, umount2, pivot_root, chroot, unshare, setns, fsopen, fsconfig, fsmount,
  // fspick, move_mount, open_tree, mount_setattr, bpf, perf_event_open, add_key, request_key,
  // keyctl, io_uring_setup, io_uring_enter, io_uring_register, userfaultfd, memfd_create,
  // memfd_secret, shmget, msgget, semget, kexec_load, kexec_file_load, init_module, finit_module,
  // delete_module, reboot, swapon, swapoff, acct, quotactl, syslog, open_by_handle_at, mbind,
  // set_mempolicy, migrate_pages, move_pages, personality, fanotify_init, lookup_dcookie, mq_open;
  // then kill, tkill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo, pidfd_send_signal, pidfd_open,
  // setsid, setpgid
  private static final Calls X86_64 =
      new Calls(
          0xc000003e,
          56,
          435,
          41,
          302,
          new int[] {
            101, 310, 311, 312, 438, 203, 314, 165, 166, 155, 161, 272, 308, 430, 431, 432, 433,
            429, 428, 442, 321, 298, 248, 249, 250, 425, 426, 427, 323, 319, 447, 29, 68, 64, 246,
            320, 175, 313, 176, 169, 167, 168, 163, 179, 103, 304, 237, 238, 256, 279, 135, 300,
            212, 240
          },
          new int[] {62, 200, 234, 129, 297, 424, 434, 112, 109},
          new int[] {57, 58}); // fork, vfork

  private static final Calls AARCH64 =
      new Calls(
          0xc00000b7,
          220,
          435,
          198,
          261,
          new int[] {
            117, 270, 271, 272, 438, 122, 274, 40, 39, 41, 51, 97, 268, 430, 431, 432, 433, 429,
            428, 442, 280, 241, 217, 218, 219, 425, 426, 427, 282, 279, 447, 194, 186, 190, 104,
            294, 105, 273, 106, 142, 224, 225, 89, 60, 116, 265, 235, 237, 238, 239, 92, 262, 18,
            180
          },
          new int[] {129, 130, 131, 138, 240, 424, 434, 157, 154},
          new int[] {});

  /// Returns the filter for programs in namespaces of their own, as an array of `sock_filter`; null
  /// on an architecture that it does not know.
  static byte @Nullable [] inNamespaces() {
    Calls calls = calls();
    return calls == null ? null : new SeccompFilter().build(calls, false, true);
  }

  /// Returns the filter for programs that share the system's namespaces: without sockets and
  /// signals too; null on an architecture that it does not know.
  ///
  /// @param forks whether it may make processes
  static byte @Nullable [] withoutNamespaces(boolean forks) {
    Calls calls = calls();
    return calls == null ? null : new SeccompFilter().build(calls, true, forks);
  }

  private static @Nullable Calls calls() {
    return switch (System.getProperty("os.arch")) {
      case "amd64" -> X86_64;
      case "aarch64" -> AARCH64;
      default -> null;
    };
  }

  private byte[] build(Calls calls, boolean shared, boolean forks) {
    add(LOAD, 0, 0, ARCHITECTURE);
    add(EQUAL, 1, 0, calls.architecture());
    add(RETURN, 0, 0, KILL);
    add(LOAD, 0, 0, NUMBER);
    add(AT_LEAST, 0, 1, OTHER_ABI);
    add(RETURN, 0, 0, KILL);
    refuse(calls.clone3(), ENOSYS); // its flags lie in memory, where no filter sees them
    for (int call : calls.refused()) {
      refuse(call, EPERM);
    }
    if (shared) {
      refuse(calls.socket(), EPERM);
      for (int call : calls.signals()) {
        refuse(call, EPERM);
      }
      onlyItself(calls.limits());
    }
    if (!forks) {
      for (int call : calls.processes()) {
        refuse(call, EPERM);
      }
    }
    cloning(calls.cloning(), forks);
    sockets(calls.socket());
    add(RETURN, 0, 0, ALLOW);
    return bytes();
  }

  private void refuse(int call, int error) {
    add(EQUAL, 0, 1, call);
    add(RETURN, 0, 0, REFUSE | error);
  }

  /// Refuses a call whose first argument names another process.
  private void onlyItself(int call) {
    add(EQUAL, 0, 4, call);
    add(LOAD, 0, 0, FIRST_ARGUMENT);
    add(EQUAL, 0, 1, 0);
    add(RETURN, 0, 0, ALLOW);
    add(RETURN, 0, 0, REFUSE | EPERM);
  }

  private void cloning(int clone, boolean forks) {
    add(EQUAL, 0, forks ? 4 : 6, clone);
    add(LOAD, 0, 0, FIRST_ARGUMENT);
    add(ANY_BIT, 0, 1, NAMESPACES);
    add(RETURN, 0, 0, REFUSE | EPERM);
    if (!forks) {
      add(ANY_BIT, 1, 0, THREAD);
      add(RETURN, 0, 0, REFUSE | EPERM);
    }
    add(RETURN, 0, 0, ALLOW);
  }

  private void sockets(int socket) {
    add(EQUAL, 0, 5, socket);
    add(LOAD, 0, 0, FIRST_ARGUMENT);
    add(EQUAL, 3, 0, AF_UNIX);
    add(EQUAL, 2, 0, AF_INET);
    add(EQUAL, 1, 0, AF_INET6);
    add(RETURN, 0, 0, REFUSE | EAFNOSUPPORT);
  }

  private void add(int code, int yes, int no, int value) {
    program.add(new int[] {code, yes, no, value});
  }

  private byte[] bytes() {
    ByteBuffer out = ByteBuffer.allocate(program.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int[] step : program) {
      out.putShort((short) step[0]).put((byte) step[1]).put((byte) step[2]).putInt(step[3]);
    }
    return out.array();
  }
}
