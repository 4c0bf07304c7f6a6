package shop

import "net/http"

func client() *http.Client {
	return &http.Client{}
}
