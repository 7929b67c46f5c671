package dev.tesuji.math;

/// A complex number in double precision.
record Complex(double re, double im) {
  static final Complex ZERO = new Complex(0, 0);
  static final Complex ONE = new Complex(1, 0);
  static final Complex I = new Complex(0, 1);

  static Complex of(double re) {
    return new Complex(re, 0);
  }

  Complex plus(Complex o) {
    return new Complex(re + o.re, im + o.im);
  }

  Complex minus(Complex o) {
    return new Complex(re - o.re, im - o.im);
  }

  Complex times(Complex o) {
    return isReal() && o.isReal()
        ? of(re * o.re)
        : new Complex(re * o.re - im * o.im, re * o.im + im * o.re);
  }

  Complex over(Complex o) {
    if (isReal() && o.isReal()) {
      return of(o.re == 0 ? Double.NaN : re / o.re);
    }
    double square = o.re * o.re + o.im * o.im;
    return new Complex((re * o.re + im * o.im) / square, (im * o.re - re * o.im) / square);
  }

  Complex power(Complex exponent) {
    if (isReal() && exponent.isReal()) {
      if (re == 0 && exponent.re < 0) {
        return of(Double.NaN);
      }
      double real = Math.pow(re, exponent.re);
      if (!Double.isNaN(real)) {
        return of(real);
      }
    }
    return re == 0 && im == 0 ? ZERO : exponent.times(log()).exp();
  }

  Complex exp() {
    double size = Math.exp(re);
    return isReal() ? of(size) : new Complex(size * Math.cos(im), size * Math.sin(im));
  }

  Complex log() {
    return new Complex(Math.log(abs()), isReal() && re > 0 ? 0 : Math.atan2(im, re));
  }

  Complex sin() {
    return isReal()
        ? of(Math.sin(re))
        : new Complex(Math.sin(re) * Math.cosh(im), Math.cos(re) * Math.sinh(im));
  }

  Complex cos() {
    return isReal()
        ? of(Math.cos(re))
        : new Complex(Math.cos(re) * Math.cosh(im), -Math.sin(re) * Math.sinh(im));
  }

  /// Returns -i ln(iz + sqrt(1 - z²)).
  Complex arcsin() {
    if (isReal() && Math.abs(re) <= 1) {
      return of(Math.asin(re));
    }
    Complex root = ONE.minus(times(this)).power(of(0.5));
    return I.times(this).plus(root).log().times(new Complex(0, -1));
  }

  /// Returns i/2 (ln(1 - iz) - ln(1 + iz)).
  Complex arctan() {
    if (isReal()) {
      return of(Math.atan(re));
    }
    Complex iz = I.times(this);
    return ONE.minus(iz).log().minus(ONE.plus(iz).log()).times(new Complex(0, 0.5));
  }

  double abs() {
    return Math.hypot(re, im);
  }

  boolean isReal() {
    return im == 0;
  }

  boolean isFinite() {
    return Double.isFinite(re) && Double.isFinite(im);
  }
}
