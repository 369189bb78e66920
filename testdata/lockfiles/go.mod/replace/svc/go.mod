module lantern.example/app

go 1.21

require lantern.example/wick v1.4.0

require lantern.example/oil v1.0.0 // indirect

require (
	lantern.example/glass v0.3.0
	lantern.example/brass v0.4.0
	lantern.example/steel v0.5.0
)

replace lantern.example/wick => fork.example/wick v1.4.1-patched

replace (
	lantern.example/oil => ../oil
	lantern.example/glass v0.2.0 => fork.example/glass v0.2.9 // another version: no effect
	lantern.example/brass v0.4.0 => lantern.example/brass v0.4.2
	lantern.example/brass => fork.example/brass v9.0.0 // the version above is more exact
	lantern.example/nowhere => fork.example/nowhere v1.0.0
	lantern.example/steel => /opt/steel
)
