package shop

import "strconv"

func parse(s string) (int, error) {
	n, err := strconv.Atoi(s)
	return n, err
}
