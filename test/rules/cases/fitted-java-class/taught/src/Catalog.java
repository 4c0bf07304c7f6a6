class Catalog {
  void load(File file) {}

  static void main(File file) {
    new Catalog().load(file);
  }
}
