module lantern.example/app

go 1.24.2

toolchain go1.23.9
