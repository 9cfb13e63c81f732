package trapline.lang;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import trapline.diag.Span;

/// The trees of the description language: text with its structure, nothing resolved.
///
/// One record per production of `grammars/Isa.g4`; every node knows its place.
public sealed interface Syntax {
  Span span();

  /// A file: `language 1;`, imports, machines and extensions in the order written.
  record Unit(List<Import> imports, List<Definition> definitions, Span span) implements Syntax {}

  record Import(String path, Span span) implements Syntax {}

  /// A word and its place.
  record Name(String text, Span span) implements Syntax {}

  /// A machine or an extension. `doc` is the `///` text before it.
  record Definition(
      boolean isExtension,
      Name name,
      Optional<Name> base,
      List<Name> with,
      List<Name> requires,
      List<Item> items,
      String doc,
      Span span)
      implements Syntax {}

  sealed interface Item extends Syntax {
    record Param(Name name, List<Expression> values, Optional<Expression> preset, Span span)
        implements Item {}

    record Choice(Name name, List<Name> values, Optional<Name> preset, Span span) implements Item {}

    record Set(Name name, Expression value, Span span) implements Item {}

    record Const(Name name, Optional<Type> type, Expression value, Span span) implements Item {}

    record TypeAlias(Name name, Type type, Span span) implements Item {}

    record Enum(Name name, Type type, List<Enumerator> enumerators, Span span) implements Item {}

    record Struct(Name name, Type type, List<FieldDecl> fields, Span span) implements Item {}

    record Register(
        Name name,
        Optional<Expression> count,
        Type type,
        Optional<Name> role,
        Optional<Expression> reset,
        List<Text> names,
        Optional<Expression> zero,
        Span span)
        implements Item {}

    record Memory(Name name, Expression count, Type type, Optional<Name> role, Span span)
        implements Item {}

    record Alias(Name name, Expression target, Span span) implements Item {}

    /// `view V32 : bits(32) of V8 by 8 little aligned;` The order is empty where none is written.
    record View(
        Name name,
        Type type,
        Name base,
        Optional<Expression> unit,
        Optional<Boolean> bigEndian,
        boolean isAligned,
        Span span)
        implements Item {}

    record Device(Name name, List<PortDecl> ports, Span span) implements Item {}

    /// `mode Kernel when status.um == 0;` for machines whose mode is no single enumeration field.
    /// Most privileged first. Without any, the modes are the enumerators of the one enum field of
    /// role M.
    record Mode(Name name, Expression when, Span span) implements Item {}

    record Space(Name name, List<Parameter> parameters, Name memory, Block body, Span span)
        implements Item {}

    /// `bank csr(n: bits(12)) : Word { … }`, or `bank io on E { … }`, whose numbers are cells.
    record Bank(
        Name name,
        Optional<Parameter> index,
        Optional<Type> type,
        Optional<Name> memory,
        List<BankEntry> entries,
        Optional<Block> otherwise,
        Span span)
        implements Item {}

    record TrapEntry(Name name, List<Parameter> parameters, Block body, Span span)
        implements Item {}

    record Traps(Name entry, List<TrapLine> lines, Span span) implements Item {}

    /// `fetch ir : bits(16) to 48 = …`: units of the type, at most so many bits of them.
    record Fetch(
        Name word,
        Type type,
        Optional<Expression> most,
        Expression value,
        Expression target,
        Expression advance,
        Span span)
        implements Item {}

    record After(Block body, Span span) implements Item {}

    record Unspecified(
        Name name, List<Parameter> parameters, Type type, Optional<Expression> where, Span span)
        implements Item {}

    record Function(
        Name name, List<Parameter> parameters, Optional<Type> type, Block body, Span span)
        implements Item {}

    record Guard(Name name, Block body, Span span) implements Item {}

    /// `operand Src : Word { reg [0b000 r:3] "{r:r}" { get {…} set(v) {…} addr {…} } … }`: an
    /// addressing mode, described once. In a body, `s` of kind Src reads by `get`, `s = v` writes
    /// by `set`, `s.addr` by `addr`. `hole` is a pattern item of this name and width: `operand
    /// rm(o:3) : Word { … }`. With `extends`, the alternatives of `base` follow.
    record OperandKind(
        Name name,
        Optional<PatternItem.Operand> hole,
        Optional<Name> base,
        Optional<Type> type,
        List<KindAlternative> alternatives,
        Span span)
        implements Item {}

    record Instruction(
        boolean replaces,
        Name name,
        List<PatternItem> pattern,
        Span patternSpan,
        Text template,
        List<Name> requires,
        List<Name> split,
        List<Name> overrides,
        Optional<Expression> condition,
        Optional<Text> cite,
        Block body,
        String doc,
        Span span)
        implements Item {}

    record RequiresGroup(List<Name> guards, List<Item> items, Span span) implements Item {}

    record Remove(List<Name> names, Span span) implements Item {}

    record Reserved(Block body, Span span) implements Item {}

    /// `isMore`: what it says is added to the block that is inherited.
    record Vmm(boolean isMore, List<VmmItem> items, Span span) implements Item {}

    /// `when` restricts it to some states.
    record Assume(Name name, Expression condition, Optional<Expression> when, Span span)
        implements Item {}

    record Expect(
        List<Subject> subjects,
        List<Name> under,
        List<Claim> claims,
        Optional<Text> cite,
        Span span)
        implements Item {}

    record Test(Text name, List<TestItem> items, Span span) implements Item {}
  }

  record Text(String text, Span span) implements Syntax {}

  record Enumerator(Name name, Expression value, Span span) implements Syntax {}

  /// `31 mode : Mode role M;` or `29..28 = 0;` (no name).
  record FieldDecl(
      int high,
      int low,
      Optional<Name> name,
      Optional<Type> type,
      Optional<Name> role,
      Optional<BigInteger> fixed,
      Span span)
      implements Syntax {}

  record PortDecl(boolean isInput, Name name, Type type, Span span) implements Syntax {}

  record Parameter(Name name, Type type, Span span) implements Syntax {}

  record BankEntry(
      Expression number,
      Name name,
      Optional<Expression> target,
      Optional<Block> get,
      Optional<Name> setParameter,
      Optional<Block> set,
      Span span)
      implements Syntax {}

  record TrapLine(
      BigInteger code,
      Name name,
      List<Parameter> parameters,
      Name kind,
      Optional<Expression> when,
      Optional<Block> ack,
      Span span)
      implements Syntax {}

  record KindAlternative(
      Name name,
      List<PatternItem> pattern,
      Text template,
      Optional<Expression> condition,
      Optional<Block> get,
      Optional<Name> setParameter,
      Optional<Block> set,
      Optional<Block> address,
      Span span)
      implements Syntax {}

  sealed interface PatternItem extends Syntax {
    /// `0x13` (two hex digits: 8 bits), `0:5` (five zeros).
    record Constant(BigInteger value, int width, Span span) implements PatternItem {}

    /// `a:3`, or `s:Src` (an operand kind).
    record Operand(Name name, int width, Span span) implements PatternItem {}

    /// `m:rm(r:3)`: what stands in the hole that the kind leaves.
    record Kind(Name name, Name kind, Optional<PatternItem> hole, Span span)
        implements PatternItem {}

    /// `imm[4..1]`: a piece of a scattered operand.
    record Piece(Name name, int high, int low, Span span) implements PatternItem {}

    /// `_:4`
    record Ignored(int width, Span span) implements PatternItem {}
  }

  sealed interface VmmItem extends Syntax {
    record Deprivilege(List<Name> modes, Name target, Span span) implements VmmItem {}

    record Run(List<Assignment> assignments, Span span) implements VmmItem {}

    record Shadow(Assignment assignment, Span span) implements VmmItem {}

    record Virtual(List<Expression> parts, Span span) implements VmmItem {}

    record Where(Expression condition, Span span) implements VmmItem {}

    record Configure(List<Expression> parts, Span span) implements VmmItem {}

    record Map(
        boolean isUnmap,
        List<Parameter> parameters,
        Optional<Expression> where,
        Block body,
        Span span)
        implements VmmItem {}

    record Tables(Expression cells, Span span) implements VmmItem {}

    record Interpret(Expression condition, Span span) implements VmmItem {}
  }

  record Assignment(Expression target, Expression value, Span span) implements Syntax {}

  /// `machine`, `reserved`, or an instruction, with `when`.
  record Subject(Name name, Optional<Expression> when, Span span) implements Syntax {}

  record Claim(boolean negated, Name name, List<Name> arguments, Span span) implements Syntax {}

  sealed interface TestItem extends Syntax {
    record Assemble(Expression at, List<Text> lines, Span span) implements TestItem {}

    record Step(Expression count, Span span) implements TestItem {}

    record Do(Statement statement, Span span) implements TestItem {}
  }

  record Block(List<Statement> statements, Span span) implements Syntax {}

  sealed interface Statement extends Syntax {
    record Bind(boolean isVariable, Name name, Optional<Type> type, Expression value, Span span)
        implements Statement {}

    record Any(Name name, Type type, Optional<Expression> where, Span span) implements Statement {}

    record Assign(Expression target, Expression value, Span span) implements Statement {}

    /// A call for its effect.
    record Evaluate(Expression call, Span span) implements Statement {}

    record Trap(Name cause, List<Expression> arguments, Span span) implements Statement {}

    record If(Expression condition, Block then, Optional<Block> otherwise, Span span)
        implements Statement {}

    record Match(Expression subject, List<MatchArm> arms, Span span) implements Statement {}

    record For(Name variable, Expression from, Expression to, Block body, Span span)
        implements Statement {}

    record While(Expression condition, Block body, Span span) implements Statement {}

    record Return(Optional<Expression> value, Span span) implements Statement {}

    record Halt(Span span) implements Statement {}

    record Commit(Span span) implements Statement {}

    record Unpredictable(Optional<Text> message, Span span) implements Statement {}

    record Execute(Expression word, Span span) implements Statement {}

    record Assert(Expression condition, Span span) implements Statement {}
  }

  record MatchArm(List<MatchPattern> patterns, Block body, Span span) implements Syntax {}

  record MatchValue(List<MatchPattern> patterns, Expression value, Span span) implements Syntax {}

  sealed interface MatchPattern extends Syntax {
    record Range(BigInteger low, BigInteger high, Span span) implements MatchPattern {}

    record Named(Name name, Span span) implements MatchPattern {}

    record Rest(Span span) implements MatchPattern {}
  }

  sealed interface Expression extends Syntax {
    record Number(BigInteger value, Span span) implements Expression {}

    record Truth(boolean value, Span span) implements Expression {}

    record Reference(Name name, Span span) implements Expression {}

    record Unary(String operator, Expression operand, Span span) implements Expression {}

    record Binary(String operator, Expression left, Expression right, Span operatorSpan, Span span)
        implements Expression {}

    record Conditional(Expression condition, Expression then, Expression otherwise, Span span)
        implements Expression {}

    record Match(Expression subject, List<MatchValue> arms, Span span) implements Expression {}

    /// `x[i]`
    record Index(Expression base, Expression index, Span span) implements Expression {}

    /// `x[15..0]`
    record Slice(Expression base, Expression high, Expression low, Span span)
        implements Expression {}

    /// `x.field`
    record Member(Expression base, Name name, Span span) implements Expression {}

    /// `f(a, b)`, `PSW(mode = S)`
    record Call(Expression callee, List<Argument> arguments, Span span) implements Expression {}
  }

  record Argument(Optional<Name> name, Expression value, Span span) implements Syntax {}

  sealed interface Type extends Syntax {
    record BitVector(Expression width, boolean signed, Span span) implements Type {}

    record Bool(Span span) implements Type {}

    record Named(Name name, Span span) implements Type {}
  }
}
