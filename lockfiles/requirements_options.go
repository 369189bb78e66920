package lockfiles

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// requirementsOption is one option of a line, under its canonical name.
type requirementsOption struct {
	name, value string
	// extra is stray text after the option, which pip reads over: a marker
	// after -e, a requirement after --pre.
	extra string
}

// requirementsOptionNames gives each spelling its canonical name. An option
// whose canonical name ends in "!" takes no value.
var requirementsOptionNames = map[string]string{
	"-i": "--index-url", "--index-url": "--index-url", "--pypi-url": "--index-url",
	"--extra-index-url": "--extra-index-url",
	"--no-index":        "--no-index!",
	"-c":                "-c", "--constraint": "-c",
	"-r": "-r", "--requirement": "-r",
	"-e": "-e", "--editable": "-e",
	"-f": "--find-links", "--find-links": "--find-links",
	"--no-binary":      "--no-binary",
	"--only-binary":    "--only-binary",
	"--prefer-binary":  "--prefer-binary!",
	"--require-hashes": "--require-hashes!",
	"--pre":            "--pre!",
	"--all-releases":   "--all-releases",
	"--only-final":     "--only-final",
	"--trusted-host":   "--trusted-host",
	"--use-feature":    "--use-feature",
	"--hash":           "--hash",
	"--global-option":  "--global-option",
	"-C":               "--config-settings", "--config-settings": "--config-settings",
}

// requirementsOldOptions were understood by some pip since version 1 and are
// refused today. They cannot be abbreviated.
var requirementsOldOptions = map[string]string{
	"--install-option": "--install-option", "--config-setting": "--config-settings", "--use-pep517": "--use-pep517!",
	"-Z": "--always-unzip!", "--always-unzip": "--always-unzip!",
	"--use-wheel": "--use-wheel!", "--no-use-wheel": "--no-use-wheel!",
	"--process-dependency-links": "--process-dependency-links!",
	"--allow-external":           "--allow-external", "--allow-unverified": "--allow-unverified", "--allow-insecure": "--allow-unverified",
	"--allow-all-external": "--allow-all-external!",
}

// requirementsLongNames is sorted, to find what an abbreviation stands for.
var requirementsLongNames = func() (names []string) {
	for name := range requirementsOptionNames {
		if strings.HasPrefix(name, "--") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}()

// requirementsOptionName resolves a spelling as Python's optparse does, to
// which `--extra http://host` is as good as `--extra-index-url http://host`.
func requirementsOptionName(spelling string) (name string, flag bool, err error) {
	name, ok := requirementsOptionNames[spelling]
	if !ok {
		name, ok = requirementsOldOptions[spelling]
	}
	if !ok && len(spelling) > len("--") {
		i, _ := slices.BinarySearch(requirementsLongNames, spelling)
		for _, long := range requirementsLongNames[i:] {
			if !strings.HasPrefix(long, spelling) {
				break
			}
			if ok {
				return "", false, fmt.Errorf("%.40q is short for several options", spelling)
			}
			name, ok = requirementsOptionNames[long], true
		}
	}
	if !ok {
		return "", false, fmt.Errorf("unknown option %.80q", spelling)
	}
	name, flag = strings.CutSuffix(name, "!")
	return name, flag, nil
}

// requirementsOptions reads the part of a line that begins with an option.
func requirementsOptions(text string) ([]requirementsOption, error) {
	words, err := requirementsWords(text)
	if err != nil {
		return nil, err
	}
	var options []requirementsOption
	var stray []string // after the last option
	settle := func() {
		if len(stray) > 0 {
			options[len(options)-1].extra = strings.Join(stray, " ")
			stray = nil
		}
	}
	for i := 0; i < len(words); i++ {
		word := words[i]
		if !strings.HasPrefix(word, "-") || word == "-" {
			if len(options) == 0 {
				return nil, fmt.Errorf("found %.80q where an option belongs", word)
			}
			stray = append(stray, word)
			continue
		}
		settle()
		spelling, value, given := strings.Cut(word, "=")
		if !strings.HasPrefix(word, "--") {
			spelling, value = word[:2], word[2:]
			given = value != ""
		} else if word == "--" {
			return nil, errors.New("found -- where an option belongs")
		}
		name, flag, err := requirementsOptionName(spelling)
		switch {
		case err != nil:
			return nil, err
		case flag && given:
			return nil, fmt.Errorf("%s takes no value", spelling)
		case !flag && !given:
			if i++; i == len(words) {
				return nil, fmt.Errorf("%s needs a value", spelling)
			}
			value = words[i]
		}
		options = append(options, requirementsOption{name: name, value: value})
	}
	settle()
	return options, nil
}

// requirementsWords splits text as a POSIX shell does, without expansions.
func requirementsWords(text string) (words []string, err error) {
	var word strings.Builder
	inWord := false
	var quote byte
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && quote != '\'':
			if i++; i == len(text) {
				return nil, errors.New("the line ends after a backslash")
			}
			if quote == '"' && text[i] != '"' && text[i] != '\\' {
				word.WriteByte('\\')
			}
			word.WriteByte(text[i])
			inWord = true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, inWord = c, true
		case quote == 0 && strings.IndexByte(" \t\r\n", c) >= 0:
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if quote != 0 {
		return nil, errors.New("a quotation is not closed")
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}
