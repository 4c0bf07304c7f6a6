package shop

import "encoding/json"

func read(data []byte) Order {
	var order Order
	json.Unmarshal(data, &order)
	return order
}
