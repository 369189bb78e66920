module lantern.example/app

go 1.21

require (
	lantern.example/wick v1.4.0
	lantern.example/oil/v2 v2.0.1
	lantern.example/unsummed v0.1.0
)

require (
	lantern.example/glass v0.0.0-20240102030405-abcdef123456 // indirect
	lantern.example/brass v3.2.1+incompatible // indirect; held by glass
)
