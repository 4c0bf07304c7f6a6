class A {
  boolean f(String a, String b) {
    return a.equals(b);
  }
}
