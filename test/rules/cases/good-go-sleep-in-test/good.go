package shop

import "testing"

func TestSend(t *testing.T) {
	done := make(chan struct{})
	go func() { send(); close(done) }()
	<-done
}
