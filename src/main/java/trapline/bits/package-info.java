/// Bit vectors of known width: the one arithmetic that all executors share.
@org.jspecify.annotations.NullMarked
package trapline.bits;
