package trapline.cache;

import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;
import trapline.diag.SourceFile;
import trapline.diag.Span;
import trapline.isa.Local;
import trapline.isa.Template;

/// What described things are made of, as bytes that are hashed.
///
///     content(record)  = its name and the content of its components; or, met again, its number
///     content(local)   = its name and width;                         or, met again, its number
///     content(list)    = its length and elements; maps alike, by key where keys have an order
///
/// One to one but for what no finding depends on: source places ([Span]) and how instructions are
/// written ([Template]). Read off the records themselves, so that a component that is added to one is
/// part of its content from then on. Numbers instead of repetitions keep shared parts small, and tell
/// two variables of one name apart.
final class Content {
  private final MessageDigest digest;
  private final IdentityHashMap<Object, Integer> numbers;

  Content() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
    numbers = new IdentityHashMap<>();
  }

  private Content(MessageDigest digest, IdentityHashMap<Object, Integer> numbers) {
    this.digest = digest;
    this.numbers = numbers;
  }

  /// The same so far, to go on differently.
  Content copy() {
    try {
      return new Content((MessageDigest) digest.clone(), new IdentityHashMap<>(numbers));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of this Java cannot be copied", e);
    }
  }

  /// The hash of all that was added, in hexadecimal.
  String hash() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /// @throws IllegalArgumentException when there is a thing in it of which the content is not known
  Content add(@Nullable Object thing) {
    switch (thing) {
      case Span _, SourceFile _, Template _ -> tag('-');
      case String text -> text('s', text);
      case Bits bits -> text('b', bits.width() + ":" + bits.value().toString(16));
      case BigInteger number -> text('i', number.toString());
      case Integer number -> text('i', number.toString());
      case Long number -> text('i', number.toString());
      case Boolean truth -> tag(truth ? 't' : 'f');
      case Enum<?> value -> text('e', value.getDeclaringClass().getName() + "." + value.name());
      case Optional<?> optional -> all('o', optional.stream().toList());
      case OptionalInt optional -> all('o', optional.stream().boxed().toList());
      case Map<?, ?> map -> map(map);
      case Set<?> set -> all('c', ordered(set));
      case Collection<?> list -> all('c', list);
      case Local local -> {
        if (isNew(local)) {
          text('l', local.name());
          add(local.width());
        }
      }
      case Record record -> record(record);
      case null, default ->
          throw new IllegalArgumentException(
              "no content of " + (thing == null ? "nothing" : thing.getClass()));
    }
    return this;
  }

  private void record(Record record) {
    if (!isNew(record)) {
      return;
    }
    text('r', record.getClass().getName());
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      add(value(record, component));
    }
  }

  static @Nullable Object value(Record record, RecordComponent component) {
    try {
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  private boolean isNew(Object thing) {
    Integer number = numbers.putIfAbsent(thing, numbers.size());
    if (number != null) {
      text('n', number.toString());
    }
    return number == null;
  }

  private void map(Map<?, ?> map) {
    tag('m');
    add(map.size());
    Map<?, ?> sorted =
        map.keySet().stream().allMatch(k -> k instanceof Comparable<?>) ? new TreeMap<>(map) : map;
    sorted.forEach((key, value) -> add(key).add(value));
  }

  private static Collection<?> ordered(Set<?> set) {
    return set.stream().allMatch(k -> k instanceof Comparable<?>)
        ? set.stream().sorted().toList()
        : set;
  }

  private void all(char tag, Collection<?> things) {
    tag(tag);
    text('#', Integer.toString(things.size()));
    things.forEach(this::add);
  }

  private void text(char tag, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    tag(tag);
    for (int shift = 24; shift >= 0; shift -= 8) {
      digest.update((byte) (bytes.length >>> shift));
    }
    digest.update(bytes);
  }

  private void tag(char tag) {
    digest.update((byte) tag);
  }
}
