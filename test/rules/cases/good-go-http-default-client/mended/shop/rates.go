package shop

import (
	"net/http"
	"time"
)

type Rates struct{ client *http.Client }

func NewRates(transport http.RoundTripper) *Rates {
	return &Rates{client: &http.Client{Transport: transport, Timeout: 5 * time.Second}}
}
