package trapline.smt;

/// What a term denotes: a bit vector, or a total map from bit vectors to bit vectors.
public sealed interface Sort {
  record BitVector(int width) implements Sort {
    public BitVector {
      if (width < 1) {
        throw new IllegalArgumentException("width " + width);
      }
    }

    @Override
    public String toString() {
      return "(_ BitVec " + width + ")";
    }
  }

  record Array(int indexWidth, int width) implements Sort {
    public Array {
      if (indexWidth < 1 || width < 1) {
        throw new IllegalArgumentException("array " + indexWidth + " -> " + width);
      }
    }

    @Override
    public String toString() {
      return "(Array (_ BitVec " + indexWidth + ") (_ BitVec " + width + "))";
    }
  }
}
