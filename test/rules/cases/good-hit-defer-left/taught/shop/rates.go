package shop

import (
	"encoding/json"
	"net/http"
)

func Rates(base string) (map[string]float64, error) {
	answer, err := http.Get(base + "/rates")
	if err != nil {
		return nil, err
	}
	rates := map[string]float64{}
	return rates, json.NewDecoder(answer.Body).Decode(&rates)
}
