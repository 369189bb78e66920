module lantern.example/app

go 1.21

replace (
	lantern.example/wick => ./wick
	lantern.example/wick => fork.example/wick v1.0.0
)
