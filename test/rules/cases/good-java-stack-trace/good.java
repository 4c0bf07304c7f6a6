class Job {
  void run() {
    try {
      work();
    } catch (Exception e) {
      log.error("the job failed", e);
    }
  }
}
