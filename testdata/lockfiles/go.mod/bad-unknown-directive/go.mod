module lantern.example/app

go 1.21

conjure lantern.example/wick v1.4.0
