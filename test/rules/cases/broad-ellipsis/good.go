package shop

import "encoding/json"

func read(data []byte) (Order, error) {
	var order Order
	if err := json.Unmarshal(data, &order); err != nil {
		return order, err
	}
	return order, nil
}
