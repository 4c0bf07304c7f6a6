package a

func f(s S) {
	s.conn.Exec("x")
}
