class Cache {
  private final Disk disk = new Disk();

  void store(String key, byte[] value) {
    try {
      disk.write(key, value);
    } catch (DiskFullException full) {
    }
  }
}
