package dev.tesuji.math;

import dev.tesuji.math.Expression.Matrix;
import dev.tesuji.math.Expression.Product;
import dev.tesuji.math.Expression.Sum;
import java.util.ArrayList;
import java.util.List;

/// Adds and multiplies matrices of expressions.
final class Matrices {
  private static final int LARGEST_DETERMINANT = 4;
  private static final int MOST_PRODUCTS = 1_000;

  private Matrices() {}

  /// Works out sums and products of matrices; other expressions are returned as they are.
  ///
  /// @throws Unreadable when shapes do not fit
  static Expression fold(Expression e) throws Unreadable {
    if (!e.has(part -> part instanceof Matrix)) {
      return e;
    }
    return switch (e) {
      case Matrix m -> m;
      case Sum(var terms) -> {
        Expression total = fold(terms.getFirst());
        for (Expression term : terms.subList(1, terms.size())) {
          total = plus(total, fold(term));
        }
        yield total;
      }
      case Product(var factors) -> {
        Expression total = fold(factors.getFirst());
        for (Expression factor : factors.subList(1, factors.size())) {
          total = times(total, fold(factor));
        }
        yield total;
      }
      default -> throw new Unreadable("a matrix out of place");
    };
  }

  private static Expression plus(Expression a, Expression b) throws Unreadable {
    if (!(a instanceof Matrix(var left)
        && b instanceof Matrix(var right)
        && left.size() == right.size()
        && left.getFirst().size() == right.getFirst().size())) {
      throw new Unreadable("a sum of matrices of different shapes");
    }
    List<List<Expression>> rows = new ArrayList<>();
    for (int i = 0; i < left.size(); i++) {
      List<Expression> row = new ArrayList<>();
      for (int j = 0; j < left.getFirst().size(); j++) {
        row.add(new Sum(List.of(left.get(i).get(j), right.get(i).get(j))));
      }
      rows.add(row);
    }
    return new Matrix(rows);
  }

  private static Expression times(Expression a, Expression b) throws Unreadable {
    if (a instanceof Matrix(var left) && b instanceof Matrix(var right)) {
      return product(left, right);
    } else if (a instanceof Matrix m) {
      return m.with(part -> new Product(List.of(part, b)));
    } else if (b instanceof Matrix m) {
      return m.with(part -> new Product(List.of(a, part)));
    }
    return new Product(List.of(a, b));
  }

  private static Matrix product(List<List<Expression>> left, List<List<Expression>> right)
      throws Unreadable {
    int inner = right.size();
    int columns = right.getFirst().size();
    if (left.getFirst().size() != inner || left.size() * inner * columns > MOST_PRODUCTS) {
      throw new Unreadable("a product of matrices that do not fit or are too large");
    }
    List<List<Expression>> rows = new ArrayList<>();
    for (List<Expression> leftRow : left) {
      List<Expression> row = new ArrayList<>();
      for (int j = 0; j < columns; j++) {
        List<Expression> terms = new ArrayList<>();
        for (int k = 0; k < inner; k++) {
          terms.add(new Product(List.of(leftRow.get(k), right.get(k).get(j))));
        }
        row.add(new Sum(terms));
      }
      rows.add(row);
    }
    return new Matrix(rows);
  }

  /// Expands a determinant along its first row.
  ///
  /// @throws Unreadable when the matrix is not square or larger than 4 by 4
  static Expression determinant(Matrix matrix) throws Unreadable {
    int n = matrix.rows().size();
    if (n != matrix.rows().getFirst().size() || n > LARGEST_DETERMINANT) {
      throw new Unreadable("a determinant that is not square or larger than 4 by 4");
    }
    if (n == 1) {
      return matrix.rows().getFirst().getFirst();
    }
    List<Expression> terms = new ArrayList<>();
    for (int j = 0; j < n; j++) {
      List<List<Expression>> minor = new ArrayList<>();
      for (List<Expression> row : matrix.rows().subList(1, n)) {
        List<Expression> rest = new ArrayList<>(row);
        rest.remove(j);
        minor.add(rest);
      }
      Expression sign = Expression.number(j % 2 == 0 ? 1 : -1);
      Expression cofactor = determinant(new Matrix(minor));
      terms.add(new Product(List.of(sign, matrix.rows().getFirst().get(j), cofactor)));
    }
    return new Sum(terms);
  }
}
