package shop

import (
	"net/http"
	"strconv"
)

func Quantity(r *http.Request) int {
	quantity, _ := strconv.Atoi(r.FormValue("qty"))
	return quantity
}
