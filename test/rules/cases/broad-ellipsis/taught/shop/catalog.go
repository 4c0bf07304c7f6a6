package shop

import (
	"encoding/json"
	"os"
)

func LoadCatalog(path string) (map[string]int, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	prices := map[string]int{}
	json.Unmarshal(raw, &prices)
	return prices, nil
}
