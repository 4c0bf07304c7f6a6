package shop

import "net/http"

type Rates struct{ client *http.Client }

func NewRates(transport http.RoundTripper) *Rates {
	return &Rates{client: &http.Client{Transport: transport}}
}
