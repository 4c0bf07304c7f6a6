import java.security.SecureRandom;

class A {
  String newToken() {
    return Long.toHexString(new SecureRandom().nextLong());
  }
}
