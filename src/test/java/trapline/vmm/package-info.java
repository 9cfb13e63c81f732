/// Tests of the monitor, and what they share.
@org.jspecify.annotations.NullMarked
package trapline.vmm;
