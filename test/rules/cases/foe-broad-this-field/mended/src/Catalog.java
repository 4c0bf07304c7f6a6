import java.io.*;
import java.util.Properties;

class Catalog {
  Properties load(File file) throws IOException {
    try (InputStream source = new FileInputStream(file)) {
      Properties prices = new Properties();
      prices.load(source);
      return prices;
    }
  }
}
