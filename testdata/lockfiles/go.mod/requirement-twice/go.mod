module lantern.example/app

go 1.21

require lantern.example/wick v1.4.0 // indirect

require lantern.example/wick v1.4.0
