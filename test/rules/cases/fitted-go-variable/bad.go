package shop

func f() {
	answer, err := http.Get("x")
	rates := 1
	json.NewDecoder(answer.Body).Decode(&rates)
}
