class Catalog {
  void load(File file) {}
}
