module lantern.example/app

go 1.21
