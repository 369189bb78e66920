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
	Scorecard *Scorecard
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
	OCI       *OCI

	names discretion
}

// New makes all clients. npmScopes is the registry of each npm scope ("@acme"),
// from the user's own configuration. The limits of the services hold only if
// the transport was given them: Options.Limits = e.Limits().
func New(t *Transport, e Endpoints, npmScopes map[string]string) *Clients {
	return With(t, Settings{Endpoints: e, NPM: scopesRoute(e.NPM, npmScopes)})
}

// With is New for whole settings. It asks and reads nothing.
func With(t *Transport, s Settings) *Clients {
	e := s.Endpoints
	c := &Clients{
		Transport: t,
		Endpoints: e,
		OSV:       NewOSV(t, e),
		OSVData:   NewOSVDatabase(t, e),
		EPSS:      NewEPSS(t, e),
		KEV:       NewKEV(t, e),
		DepsDev:   NewDepsDev(t, e),
		Scorecard: NewScorecard(t, e),
		NPM:       newNPM(t, s),
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
		OCI:       NewOCI(t, e),
	}
	c.GoProxy.rules, c.GoProxy.shut = s.Go, s.closed("go-proxy")
	c.SumDB.rules, c.SumDB.shut = s.Go, s.closed("sumdb")
	c.PyPI.shut = s.closed("pypi")
	// A name that must not be told the proxy is not for the others either.
	// Records come a few at a time, and who reads one asks how likely it is to be
	// exploited: a batch that did not wait would be a request for each few.
	c.EPSS.pending.coming = func() bool { return c.OSV.reading.Load() > 0 }
	c.names = discretion{golang: s.Go, npm: c.NPM.route}
	c.OSV.names, c.DepsDev.names = c.names, c.names
	return c
}
