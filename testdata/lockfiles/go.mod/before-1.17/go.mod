module lantern.example/app

go 1.16

require (
	lantern.example/wick v1.4.0
	lantern.example/oil v1.0.0 // indirect
)

replace (
	lantern.example/tin => fork.example/tin v1.1.0
	lantern.example/zinc => ../zinc
)
