// Written by trapline vmm --emit from third-generation.isa (Q=512).
package thirdgen;

/// Why ThirdGen traps or is interrupted.
public enum Cause {
  /// memory
  storage,
  /// illegal
  opcode,
  /// privilege
  privop,
  /// call
  svc,
  /// interrupt
  clock,
  /// interrupt
  key
}
