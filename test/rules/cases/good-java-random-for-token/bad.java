import java.util.Random;

class A {
  String newToken() {
    return Long.toHexString(new Random().nextLong());
  }
}
