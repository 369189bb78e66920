package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/depreview/depreview/analysis"
	"github.com/depreview/depreview/analysis/posture"
	"github.com/depreview/depreview/analysis/untrusted"
)

// The parts of SARIF 2.1.0 that GitHub's code scanning reads.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
	ColumnKind  string            `json:"columnKind"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version,omitempty"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID            string           `json:"id"`
	Short         sarifText        `json:"shortDescription"`
	Full          sarifText        `json:"fullDescription"`
	Help          sarifText        `json:"help"`
	Configuration sarifConfig      `json:"defaultConfiguration"`
	Properties    sarifRuleDetails `json:"properties"`
}

type sarifRuleDetails struct {
	Tags []string `json:"tags"`
}

type sarifConfig struct {
	Level string `json:"level"`
}

type sarifText struct {
	Text string `json:"text"`
}

// sarifInvocation tells what could not be read: nothing is known of it.
type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations,omitempty"`
}

type sarifResult struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Level        string            `json:"level"`
	Kind         string            `json:"kind"`
	Message      sarifText         `json:"message"`
	Locations    []sarifLocation   `json:"locations"`
	Fingerprints map[string]string `json:"partialFingerprints"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI  string `json:"uri"`
	Base string `json:"uriBaseId"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

var sarifLevels = map[analysis.Outcome]string{analysis.Fail: "error", analysis.Warn: "warning", analysis.Unknown: "warning", analysis.Info: "note"}

// writePostureSARIF writes SARIF 2.1.0: a rule for each code that was found, a
// result for each finding.
func writePostureSARIF(w io.Writer, p *Posture) error {
	run := sarifRun{Results: []sarifResult{}, ColumnKind: "utf16CodeUnits"}
	run.Tool.Driver = sarifDriver{Name: "depreview", Version: p.Version, InformationURI: "https://github.com/depreview/depreview", Rules: []sarifRule{}}
	invocation := sarifInvocation{Successful: true}
	for _, problem := range p.Problems {
		n := sarifNotification{Level: "error"}
		message := "not read, so that nothing is known of it: " + problem.Reason
		if problem.Do != "" {
			message += "\n" + problem.Do
		}
		if n.Message = sarifMessage(message); problem.File != "" {
			n.Locations = sarifAt(problem.File, problem.Line)
		}
		invocation.Notifications = append(invocation.Notifications, n)
	}
	run.Invocations = []sarifInvocation{invocation}
	index := make(map[string]int)
	times := make(map[string]int)
	for _, f := range p.Findings {
		level, ok := sarifLevels[f.Outcome]
		kind := "fail"
		if !ok { // a good fact
			level, kind = "none", "pass"
		}
		at, known := index[f.Code]
		if !known {
			at = len(run.Tool.Driver.Rules)
			index[f.Code] = at
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(f, level))
		}
		message := f.Title + ". " + f.Why
		for _, e := range f.Put {
			message += "\n" + EditWords(e)
			if e.How != posture.Remove {
				message += ":\n" + e.Text
			}
		}
		if f.Do != "" {
			message += "\n" + f.Do
		}
		if by := FoundBy(&f); by != "" {
			message += "\n" + strings.TrimSpace(by)
		}
		// The line is left out, so that a finding stays the same when lines
		// above it come and go; equal ones of a file are counted instead.
		key := strings.Join([]string{f.Code, f.File, f.Title}, "\x00")
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, times[key]))
		times[key]++
		run.Results = append(run.Results, sarifResult{RuleID: sarifID(f.Code), RuleIndex: at, Level: level, Kind: kind, Message: sarifMessage(message),
			Locations: sarifAt(f.File, f.Line), Fingerprints: map[string]string{"depreviewFinding/v1": hex.EncodeToString(sum[:16])}})
	}
	return writeJSON(w, sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

func sarifID(code string) string { return "depreview/" + code }

func sarifRuleOf(f posture.Finding, level string) sarifRule {
	means := f.Title
	for _, c := range posture.Codes {
		if c.Name == f.Code {
			means = c.Means
		}
	}
	return sarifRule{ID: sarifID(f.Code), Short: sarifMessage(means), Full: sarifMessage(means + "."), Help: sarifMessage(means + ". " + f.Why),
		Configuration: sarifConfig{level}, Properties: sarifRuleDetails{[]string{"security", "supply-chain"}}}
}

// sarifMessage makes strangers' text safe: what cannot be seen is made visible,
// and what a viewer would take for a link is none.
func sarifMessage(text string) sarifText {
	text = untrusted.Block(text)
	if strings.Contains(text, "](") {
		text = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(text)
	}
	return sarifText{text}
}

// sarifAt is a place relative to the repository. Viewers want a line: a file as
// a whole is its first.
func sarifAt(file string, line int) []sarifLocation {
	uri := (&url.URL{Path: file}).String()
	return []sarifLocation{{sarifPhysical{sarifArtifact{uri, "%SRCROOT%"}, sarifRegion{max(line, 1)}}}}
}
