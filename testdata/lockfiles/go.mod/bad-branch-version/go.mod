module lantern.example/app

require lantern.example/oil main
