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
	if err := json.Unmarshal(raw, &prices); err != nil {
		return nil, err
	}
	return prices, nil
}
