/// Tests of what puts verdicts to the test.
@org.jspecify.annotations.NullMarked
package trapline.validate;
