/// What size costs: machines of any size as text ([trapline.scale.SyntheticMachine]), that they are
/// classified rightly ([trapline.scale.ScaleTest]), and the curve
/// ([trapline.scale.ScaleBenchTest]).
@org.jspecify.annotations.NullMarked
package trapline.scale;
