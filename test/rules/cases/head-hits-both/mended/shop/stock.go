package shop

import "database/sql"

type Stock struct{ conn *sql.DB }

func (s *Stock) Remove(sku string) error {
	_, err := s.conn.Exec("DELETE FROM stock WHERE sku = $1", sku)
	return err
}
