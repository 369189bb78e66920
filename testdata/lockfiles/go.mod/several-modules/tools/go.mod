module lantern.example/app/tools

go 1.21

require lantern.example/wick v1.4.0
