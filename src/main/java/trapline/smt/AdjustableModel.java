package trapline.smt;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import trapline.bits.Bits;

/// A model of which values can be changed as long as its assertions stay true.
///
/// A change costs what depends on it: every term knows its users, and those are computed again, in
/// the order in which terms were made, until their values are the old ones. So thousands of small
/// changes to a question of many thousand terms can be tried.
public final class AdjustableModel implements Model {
  /// A term and its value; arrays have none. `required`: it must stay true.
  private static final class Node {
    final Term term;
    final List<Node> users = new ArrayList<>(2);
    @Nullable Bits value;
    boolean required;
    boolean waiting;

    Node(Term term) {
      this.term = term;
    }
  }

  private record Before(Node node, Bits value) {}

  private final FiniteAssignment assignment;
  private final Map<Term, Node> nodes = new HashMap<>();
  private final Map<String, List<Node>> applications = new HashMap<>();

  private AdjustableModel(FiniteAssignment assignment) {
    this.assignment = assignment;
  }

  /// The values that `assertions` and `more` depend on in a model of the assertions.
  public static AdjustableModel of(
      Model model, Collection<Term> assertions, Collection<Term> more, Terms factory) {
    FiniteAssignment assignment = new FiniteAssignment();
    List<Term> all = new ArrayList<>(assertions);
    all.addAll(more);
    assignment.record(Assignment.of(model, factory), all);
    AdjustableModel adjustable = new AdjustableModel(assignment);
    assertions.forEach(adjustable::require);
    return adjustable;
  }

  /// From now on, this stays true, as it is.
  public void require(Term assertion) {
    Node node = node(assertion);
    if (valueOf(node).isZero()) {
      throw new IllegalArgumentException("not true: " + assertion);
    }
    node.required = true;
  }

  /// Gives variables, cells that are reached, or functions where they are applied, other values, if
  /// what is required stays true and `wanted` becomes true; otherwise leaves all as it is.
  public boolean adjust(Map<Term, Bits> values, Term wanted) {
    Node aim = node(wanted);
    Deque<Before> nodesBefore = new ArrayDeque<>();
    Map<FiniteAssignment.Place, Bits> placesBefore = new HashMap<>();
    PriorityQueue<Node> waiting =
        new PriorityQueue<>((a, b) -> Integer.compare(a.term.id(), b.term.id()));
    values.keySet().forEach(this::node);
    values.forEach((term, value) -> {
      var place = FiniteAssignment.place(term, this::value);
      placesBefore.putIfAbsent(place, assignment.get(place, value.width()));
      assignment.put(place, value);
      affected(term).forEach(n -> enqueue(n, waiting));
    });
    boolean stands = true;
    while (!waiting.isEmpty()) {
      Node node = waiting.remove();
      node.waiting = false;
      if (!stands) {
        continue;
      }
      if (!node.term.isArray()) {
        Bits value = computed(node.term);
        if (value.equals(node.value)) {
          continue;
        }
        nodesBefore.push(new Before(node, valueOf(node)));
        node.value = value;
        stands = !node.required || value.isTrue();
      }
      node.users.forEach(u -> enqueue(u, waiting));
    }
    if (stands && valueOf(aim).isTrue()) {
      return true;
    }
    nodesBefore.forEach(b -> b.node.value = b.value);
    placesBefore.forEach(assignment::put);
    return false;
  }

  @Override
  public Bits value(Term term) {
    return valueOf(node(term));
  }

  private List<Node> affected(Term changed) {
    return switch (changed.op()) {
      case SELECT -> List.of(node(changed.argument(0)));
      case APPLY -> applications.getOrDefault(changed.name(), List.of());
      default -> List.of(node(changed));
    };
  }

  private static void enqueue(Node node, PriorityQueue<Node> waiting) {
    if (!node.waiting) {
      node.waiting = true;
      waiting.add(node);
    }
  }

  private Node node(Term term) {
    Traversal.argumentsFirst(List.of(term), nodes::containsKey, this::add);
    return known(term);
  }

  private Node known(Term term) {
    return Objects.requireNonNull(nodes.get(term));
  }

  private void add(Term term) {
    Node node = new Node(term);
    nodes.put(term, node);
    term.arguments().forEach(a -> known(a).users.add(node));
    if (term.op() == Op.APPLY) {
      applications.computeIfAbsent(term.name(), name -> new ArrayList<>()).add(node);
    }
    if (!term.isArray()) {
      node.value = computed(term);
    }
  }

  private Bits computed(Term term) {
    return Evaluation.step(term, t -> valueOf(known(t)), assignment);
  }

  private static Bits valueOf(Node node) {
    return Objects.requireNonNull(node.value);
  }
}
