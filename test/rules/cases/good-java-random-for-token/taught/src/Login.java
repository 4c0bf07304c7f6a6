import java.util.Random;

class Login {
  String openSession(String user) {
    Random source = new Random(user.hashCode());
    return user + source.nextInt();
  }
}
