module lantern.example/app

go 1.21

require (
	lantern.example/wick v1.4.0
	lantern.example/wick v1.5.0
)
