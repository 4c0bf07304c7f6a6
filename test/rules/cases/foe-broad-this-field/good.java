import java.io.*;

class Reader {
  int first(String name) throws IOException {
    try (FileInputStream in = new FileInputStream(name)) {
      return in.read();
    }
  }
}
