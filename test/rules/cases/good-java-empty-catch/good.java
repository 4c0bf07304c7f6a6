class A {
  void f() {
    try {
      g();
    } catch (Exception e) {
      log.warn("g failed", e);
    }
  }
}
