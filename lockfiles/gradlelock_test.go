package lockfiles

import "testing"

func FuzzGradleLock(f *testing.F) { fuzzFormat(f, gradleLock{}, "gradle.lockfile") }

func FuzzGradleVerification(f *testing.F) {
	f.Add([]byte(`<a><component group="g" name="n" version="1"><artifact><sha256 value="0"/></artifact></component></a>`))
	f.Fuzz(func(t *testing.T, data []byte) { parseGradleVerification(data) })
}

func TestGradleMatch(t *testing.T) {
	for path, want := range map[string]bool{
		"gradle.lockfile":                      true,
		"app/buildscript-gradle.lockfile":      true,
		"settings-gradle.lockfile":             true,
		"gradle/dependency-locks/a.lockfile":   true,
		"x/gradle/dependency-locks/a.lockfile": true,
		"dependency-locks/a.lockfile":          false,
		"xgradle/dependency-locks/a.lockfile":  false,
		"gradle/dependency-locks/a.lock":       false,
	} {
		if got := (gradleLock{}).Match(path); got != want {
			t.Errorf("Match(%q) = %t", path, got)
		}
	}
}

func TestGradleDevelopment(t *testing.T) {
	for configuration, want := range map[string]bool{
		"testRuntimeClasspath":             true,
		"test":                             true,
		"integrationTestCompileClasspath":  true,
		"debugAndroidTestRuntimeClasspath": true,
		"releaseUnitTestCompileClasspath":  true,
		"smokeTest":                        true,
		"testFixturesRuntimeClasspath":     true,
		"jacocoAgent":                      true,
		"runtimeClasspath":                 false,
		"testamentClasspath":               false,
		"latestRuntime":                    false,
		"protestTestamentClasspath":        false,
		"classpath":                        false,
		"":                                 false,
	} {
		if got := gradleDevelopment(configuration); got != want {
			t.Errorf("gradleDevelopment(%q) = %t", configuration, got)
		}
	}
}
