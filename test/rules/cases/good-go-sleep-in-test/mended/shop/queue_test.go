package shop

import "testing"

func TestQueueDrains(t *testing.T) {
	queue := NewQueue()
	queue.Push("a")
	<-queue.Drained()
	if queue.Len() != 0 {
		t.Fatal("not drained")
	}
}
