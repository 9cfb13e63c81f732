package trapline.vmm;

import java.util.ArrayList;
import java.util.List;

/// Lets the guests of a monitor run in turn, each for a time slice.
public final class RoundRobin {
  private RoundRobin() {}

  /// Something that runs on a guest of the monitor, or on a guest of a guest.
  public interface Job {
    /// Runs until it is preempted or over; true if there is more to run.
    boolean run();
  }

  /// Until all jobs are over. A slice is so many steps of the monitor's host.
  public static void run(ControlProgram monitor, long slice, List<Job> jobs) {
    List<Job> running = new ArrayList<>(jobs);
    while (!running.isEmpty()) {
      running.removeIf(job -> {
        monitor.slice(slice);
        return !job.run();
      });
    }
  }
}
