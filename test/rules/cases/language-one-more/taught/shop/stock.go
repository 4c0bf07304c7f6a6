package shop

import (
	"database/sql"
	"fmt"
)

type Stock struct{ conn *sql.DB }

func (s *Stock) Remove(sku string) error {
	_, err := s.conn.Exec(fmt.Sprintf("DELETE FROM stock WHERE sku = '%s'", sku))
	return err
}
