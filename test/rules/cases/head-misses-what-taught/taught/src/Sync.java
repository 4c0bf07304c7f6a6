import java.io.IOException;

class Sync {
  private final Store store = new Store();

  void push(String name) {
    try {
      store.write(name);
    } catch (IOException failure) {
      failure.printStackTrace();
    }
  }
}
