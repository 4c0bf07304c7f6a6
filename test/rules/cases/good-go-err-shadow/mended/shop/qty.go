package shop

import (
	"net/http"
	"strconv"
)

func Quantity(r *http.Request) (int, error) {
	return strconv.Atoi(r.FormValue("qty"))
}
