module lantern.example/app

require (
<<<<<<< HEAD
	lantern.example/wick v1.4.0
=======
	lantern.example/wick v1.5.0
>>>>>>> topic
)
