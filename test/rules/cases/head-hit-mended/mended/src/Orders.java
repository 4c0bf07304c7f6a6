class Orders {
  private final String owner;

  Orders(String owner) {
    this.owner = owner;
  }

  boolean belongsTo(String customer) {
    return owner.equals(customer);
  }
}
