import java.util.List;
import java.util.Optional;

class Shelf {
  private final List<Book> books;

  Shelf(List<Book> books) {
    this.books = books;
  }

  Optional<Book> titled(String title) {
    return books.stream().filter(book -> book.title().equals(title)).findFirst();
  }
}
