import java.security.SecureRandom;

class Login {
  String openSession(String user) {
    SecureRandom source = new SecureRandom();
    return user + source.nextInt();
  }
}
