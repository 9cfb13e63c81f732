/// Emitted monitors, compiled and run.
@org.jspecify.annotations.NullMarked
package trapline.emit;
