// Deprecated: use lamp instead.
module lantern.example/app

go 1.24.0

toolchain go1.24.5-example

godebug default=go1.23

require lantern.example/wick v1.4.0

exclude lantern.example/wick v1.3.9

retract [v1.0.0, v1.0.5] // published by accident

tool lantern.example/wick/cmd/trim

ignore ./node_modules
