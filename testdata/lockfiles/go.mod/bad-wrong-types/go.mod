module lantern.example/app

require lantern.example/wick
require lantern.example/oil main
