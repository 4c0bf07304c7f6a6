package shop

import (
	"io"
	"os"
)

func Merge(out io.Writer, parts []string) error {
	for _, part := range parts {
		source, err := os.Open(part)
		if err != nil {
			return err
		}
		defer source.Close()
		if _, err := io.Copy(out, source); err != nil {
			return err
		}
	}
	return nil
}
