package shop

import "os"

func sizes(names []string) {
	for _, name := range names {
		f, _ := os.Open(name)
		defer f.Close()
	}
}
