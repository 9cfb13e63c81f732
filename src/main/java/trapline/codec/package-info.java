/// One pattern, four directions: decode, encode, assemble, disassemble.
///
///     Codec     = of a machine's encodings and templates
///     Decoded   = (instruction, operand values)
///     Assembler = text -> Image, or diagnostics with places in the text
///     Image     = addressed words, symbols
///
/// For every word w:  encode(decode(w)) is w up to ignored bits,  assemble(disassemble(w)) likewise.
@org.jspecify.annotations.NullMarked
package trapline.codec;
