import java.util.List;

class Shelf {
  private final List<Book> books;

  Shelf(List<Book> books) {
    this.books = books;
  }

  Book titled(String title) {
    return books.stream().filter(book -> book.title().equals(title)).findFirst().get();
  }
}
