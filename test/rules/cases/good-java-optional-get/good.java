import java.util.*;

class A {
  String first(List<String> names) {
    return names.stream().findFirst().orElse("");
  }
}
