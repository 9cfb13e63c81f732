package trapline.vmm;

/// Told after every instruction that a [Computer] completes, time having passed on it.
interface Pulse {
  Pulse NONE = () -> false;

  /// True if the computer is to stop here.
  boolean stops();
}
