class A {
  void f() {
    log.info("x");
  }
}
