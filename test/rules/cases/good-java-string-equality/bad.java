class Door {
  boolean isOpen(String state) {
    return state == "open";
  }
}
