class Cache {
  private final Disk disk = new Disk();

  void store(String key, byte[] value) throws DiskFullException {
    disk.write(key, value);
  }
}
