module lantern.example/app

require lantern.example/wick v1.4.0
