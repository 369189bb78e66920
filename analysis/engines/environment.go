package engines

import (
	"path/filepath"
	"runtime"
)

// environment is what a child gets: of the person's own variables those alone
// that the engine needs, so that no token of a shell and no setting of a tool
// reaches it. dir is its temporary directory, and its home.
func environment(c call, dir string, getenv func(string) string) []string {
	var env []string
	set := func(name, value string) { env = append(env, name+"="+value) }
	pass := func(names ...string) {
		for _, name := range names {
			if v := getenv(name); v != "" {
				set(name, v)
			}
		}
	}
	// git and the go command read settings of the home directory; theirs might
	// rewrite an address to one that starts ssh, or name a proxy.
	for _, name := range []string{"HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA", "APPDATA", "TMPDIR", "TMP", "TEMP"} {
		set(name, dir)
	}
	pass("SystemRoot", "SYSTEMROOT", "SystemDrive", "TZ")
	set("LC_ALL", "C")
	set("GIT_CONFIG_NOSYSTEM", "1")
	if c.network {
		pass("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")
	}
	if c.goCommand {
		// The go command lists packages and runs nothing of theirs: no cgo, no
		// driver, no other toolchain, no network, no program that keeps its cache
		// or its passwords, no -toolexec of a setting; and no go.work but that
		// which the engine has read first.
		pass("PATH", "GOROOT")
		modules := getenv("GOMODCACHE")
		if paths := filepath.SplitList(getenv("GOPATH")); modules == "" && len(paths) > 0 {
			modules = filepath.Join(paths[0], "pkg", "mod")
		}
		home := getenv("HOME")
		if runtime.GOOS == "windows" {
			home = getenv("USERPROFILE")
		}
		if modules == "" && home != "" {
			modules = filepath.Join(home, "go", "pkg", "mod")
		}
		if modules != "" {
			set("GOMODCACHE", modules)
		}
		set("GOCACHE", filepath.Join(dir, "go-build"))
		set("GOPATH", filepath.Join(dir, "go"))
		for _, s := range [][2]string{
			{"GOENV", "off"}, {"GOPROXY", "off"}, {"GOTOOLCHAIN", "local"}, {"GOWORK", "off"}, {"GOVCS", "*:off"},
			{"GOTELEMETRY", "off"}, {"GOFLAGS", "-buildvcs=false"}, {"GOPACKAGESDRIVER", "off"}, {"CGO_ENABLED", "0"},
			{"GOAUTH", "off"}, {"GOCACHEPROG", ""}, {"GO111MODULE", "on"},
		} {
			set(s[0], s[1])
		}
	}
	return append(env, c.secrets...)
}
