// Package cmd is the command line: one file a subcommand. It stands on the top
// floor and only connects; what it connects lies below.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/depreview/depreview/analysis/untrusted"
	"github.com/depreview/depreview/diff/revision"
)

type cli struct {
	choices
	Repo    string           `short:"C" placeholder:"DIR" default:"." help:"The repository to review; a directory inside it will do."`
	Offline bool             `help:"Never use the network: answer from what is kept and from the offline advisories."`
	Config  string           `placeholder:"FILE" help:"Read the configuration from FILE."`
	Trace   string           `placeholder:"FILE" help:"Write every request to FILE, without tokens."`
	Record  string           `placeholder:"DIR" help:"Write what the services answer into DIR, for --replay."`
	Replay  string           `placeholder:"DIR" help:"Ask no service: answer from DIR, as of when it was recorded."`
	Plain   bool             `help:"Ask and answer line by line: no full screen, no cursor movement."`
	NoColor bool             `help:"No colours, as with NO_COLOR."`
	ASCII   bool             `name:"ascii" help:"No symbols beyond ASCII."`
	Motion  bool             `name:"motion" negatable:"" default:"true" help:"Animate progress."`
	GoGit   bool             `name:"go-git" help:"Read the repository without the git binary."`
	Version kong.VersionFlag `help:"Print the version."`

	Review     reviewCmd  `cmd:"" default:"withargs" help:"Open the review of what moved between two revisions (the default command)."`
	Check      checkCmd   `cmd:"" help:"Write the same review as a report, for CI."`
	Posture    postureCmd `cmd:"" help:"Look at the repository's own hygiene: settings, workflows, publishing."`
	Audit      auditCmd   `cmd:"" help:"List the advisories of everything that one revision pins."`
	Attest     attestCmd  `cmd:"" help:"Verify attestations of a file, and say who signed them."`
	Policy     policyCmd  `cmd:"" help:"Make the policy of a project from that of another tool."`
	DB         dbCmd      `cmd:"" name:"db" help:"Keep advisories and roots of trust for work without a network."`
	Demo       demoCmd    `cmd:"" help:"Review a bundled repository: no network, no git, no set-up."`
	VersionCmd versionCmd `cmd:"" name:"version" help:"Print the version and what it was built from."`
}

// environment is what a command touches of the world outside.
type environment struct {
	ctx            context.Context
	stdin          io.Reader
	stdout, stderr io.Writer
	cli            *cli
	config         *config // what review and check have read; empty for the others
	brief          bool    // advisories are listed without their long text
	// ask tells how a review is checked; services unless a command brings its own.
	ask func(ctx context.Context, base, head revision.Revision) (*asking, error)
}

// Main runs depreview and returns its exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal ends the work where it looks for one. A second one ends
	// the process at once, also where a parser below is deep in one long step.
	context.AfterFunc(ctx, stop)
	var c cli
	code := exitOK
	parser, err := kong.New(&c,
		kong.Name("depreview"),
		kong.Description("Review dependency updates the way you review code.\n\nREVS are what git takes: branches, tags, hashes, HEAD~3, A..B, A...B. \".\" or nothing after \"..\" is the working tree, \":\" is the index. With no REVS: the merge base with the default branch .. the working tree."),
		kong.Writers(stdout, stderr),
		kong.Vars{"version": "depreview " + buildVersion()},
		kong.Exit(func(c int) { code = c; panic(exited{}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
	)
	if err != nil {
		fmt.Fprintf(stderr, "depreview: %v\n", err)
		return exitUsage
	}
	return guardExit(&code, func() int {
		parsed, err := parser.Parse(args)
		if err != nil {
			text := strings.Replace(err.Error(), `expected string value but got "EOL" (<EOL>)`, "a value is missing", 1)
			fmt.Fprintf(stderr, "depreview: %s\nhint: depreview --help\n", untrusted.Line(text))
			return exitUsage
		}
		env := &environment{ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr, cli: &c, config: &config{}}
		env.ask = env.services
		err = parsed.Run(env)
		return tell(stderr, err)
	})
}

// exited carries kong's wish to end the process (after --help and --version)
// up to Main, which returns instead.
type exited struct{}

func guardExit(code *int, run func() int) (result int) {
	defer func() {
		switch r := recover(); r.(type) {
		case nil:
		case exited:
			result = *code
		default:
			panic(r)
		}
	}()
	return run()
}

// exitError is an error that has been told already, or needs no telling, with
// the exit code it asks for.
type exitError struct{ code int }

func (e exitError) Error() string { return fmt.Sprintf("exit status %d", e.code) }

// tell tells a person what failed and gives the exit code.
func tell(stderr io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	if exit, ok := errors.AsType[exitError](err); ok {
		return exit.code
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(stderr, "depreview: interrupted")
		return exitUsage
	}
	// Names of strangers stand in errors as well.
	fmt.Fprintf(stderr, "depreview: %s\n", untrusted.Block(strings.TrimSpace(err.Error())))
	return exitUsage
}

// isTerminal tells whether f is a terminal that a screen can be drawn on.
func isTerminal(f any) bool {
	file, ok := f.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}
