package a

func f(s S) {
	s.conn.Query("x")
}
