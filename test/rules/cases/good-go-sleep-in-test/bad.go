package shop

import (
	"testing"
	"time"
)

func TestSend(t *testing.T) {
	go send()
	time.Sleep(time.Second)
}
