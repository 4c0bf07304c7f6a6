package shop

import "strconv"

func parse(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
