package shop

import (
	"testing"
	"time"
)

func TestQueueDrains(t *testing.T) {
	queue := NewQueue()
	queue.Push("a")
	time.Sleep(50 * time.Millisecond)
	if queue.Len() != 0 {
		t.Fatal("not drained")
	}
}
