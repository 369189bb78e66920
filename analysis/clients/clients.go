package clients

// Clients is every service, over one transport.
type Clients struct {
	Transport *Transport
	Endpoints Endpoints // what the services below were made with
	OSV       *OSV
	OSVData   *OSVDatabase
	EPSS      *EPSS
	KEV       *KEV
	DepsDev   *DepsDev
	NPM       *NPM
	PyPI      *PyPI
	Crates    *Crates
	GoProxy   *GoProxy
	SumDB     *SumDB
	RubyGems  *RubyGems
	Packagist *Packagist
	NuGet     *NuGet
	Maven     *Maven
	Hex       *Hex
	Pub       *Pub
	GitHub    *GitHub
}

// New makes all clients. npmScopes is the registry of each npm scope ("@acme"),
// from the user's own configuration. The limits of the services hold only if
// the transport was given them: Options.Limits = e.Limits().
func New(t *Transport, e Endpoints, npmScopes map[string]string) *Clients {
	return &Clients{
		Transport: t,
		Endpoints: e,
		OSV:       NewOSV(t, e),
		OSVData:   NewOSVDatabase(t, e),
		EPSS:      NewEPSS(t, e),
		KEV:       NewKEV(t, e),
		DepsDev:   NewDepsDev(t, e),
		NPM:       NewNPM(t, e, npmScopes),
		PyPI:      NewPyPI(t, e),
		Crates:    NewCrates(t, e),
		GoProxy:   NewGoProxy(t, e),
		SumDB:     NewSumDB(t, e),
		RubyGems:  NewRubyGems(t, e),
		Packagist: NewPackagist(t, e),
		NuGet:     NewNuGet(t, e),
		Maven:     NewMaven(t, e),
		Hex:       NewHex(t, e),
		Pub:       NewPub(t, e),
		GitHub:    NewGitHub(t, e),
	}
}
