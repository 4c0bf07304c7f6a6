import java.io.IOException;

class Sync {
  private final Store store = new Store();

  void push(String name) throws IOException {
    store.write(name);
  }
}
