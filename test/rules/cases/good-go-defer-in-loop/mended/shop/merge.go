package shop

import (
	"io"
	"os"
)

func Merge(out io.Writer, parts []string) error {
	for _, part := range parts {
		if err := appendPart(out, part); err != nil {
			return err
		}
	}
	return nil
}

func appendPart(out io.Writer, part string) error {
	source, err := os.Open(part)
	if err != nil {
		return err
	}
	defer source.Close()
	_, err = io.Copy(out, source)
	return err
}
