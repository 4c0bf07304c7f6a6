class Door {
  boolean isOpen(String state) {
    return "open".equals(state) && state != null;
  }
}
