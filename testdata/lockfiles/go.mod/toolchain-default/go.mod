module lantern.example/app

go 1.23rc1

toolchain default
