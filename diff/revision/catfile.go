package revision

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
)

// fatalExit is git's exit code after a message that begins with "fatal:".
const fatalExit = 128

// maxObject bounds one object in memory. No lockfile or tree comes near it.
const maxObject = 256 << 20

// answer is what cat-file says of one name.
type answer struct {
	id    string // hexadecimal; "" when the name does not resolve
	kind  string // commit, tree, blob, tag
	data  []byte
	state string // for an empty id: "missing", "ambiguous" or "submodule"
	said  string // for an empty id: what git said as it gave up, or ""
}

// catFile is one long-lived `git cat-file --batch`: a process per blob would
// cost two milliseconds each. Turns are taken under a lock. A process that broke, or that was
// killed because its caller gave up, is started anew by the next turn.
type catFile struct {
	command func() *exec.Cmd // bound to the repository's life

	mu     sync.Mutex
	child  *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr tail
	ended  int // exit code of the last child
	closed bool
}

// tail keeps the last of what is written to it: a reader that lives for hours
// may warn about the same ambiguous name each time it is asked.
type tail []byte

func (t *tail) Write(p []byte) (int, error) {
	*t = append(*t, p...)
	*t = (*t)[max(0, len(*t)-8<<10):]
	return len(p), nil
}

var errClosed = errors.New("the repository is closed")

// start is idempotent; the caller holds the lock.
func (c *catFile) start() error {
	if c.closed {
		return errClosed
	}
	if c.child != nil {
		return nil
	}
	child := c.command()
	c.stderr = nil
	child.Stderr = &c.stderr
	in, err := child.StdinPipe()
	if err != nil {
		return err
	}
	out, err := child.StdoutPipe()
	if err != nil {
		return err
	}
	if err := child.Start(); err != nil {
		return err
	}
	c.child, c.in, c.out = child, in, bufio.NewReaderSize(out, 64<<10)
	return nil
}

// stop ends the child, or waits for one that is ending; the caller holds the
// lock.
func (c *catFile) stop(ending bool) {
	if c.child == nil {
		return
	}
	c.in.Close()
	if !ending {
		c.child.Process.Kill()
	}
	c.child.Wait()
	c.ended = c.child.ProcessState.ExitCode()
	c.child = nil
}

// warm starts the child ahead of the first question.
func (c *catFile) warm() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.start() // a failure comes back from the first question
}

// busy tells whether somebody has the turn; it may have passed on by the time
// the answer is used.
func (c *catFile) busy() bool {
	if !c.mu.TryLock() {
		return true
	}
	c.mu.Unlock()
	return false
}

func (c *catFile) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stop(false)
	c.closed = true
	return nil
}

// ask sends all names in one write and gives the answers in order. Names are
// object expressions without a line break; together they must fit into a pipe,
// so that git never waits for us while we wait for git.
func (c *catFile) ask(ctx context.Context, names ...string) ([]answer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var answers []answer
	for len(answers) < len(names) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		got, err := c.turn(ctx, names[len(answers):])
		answers = append(answers, got...)
		if err == nil {
			continue
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		// Some names end the reader instead of being answered: an upstream
		// that is not set, an object that a partial clone left on the server.
		// The others are asked again.
		fatal := c.lastWords()
		if fatal == "" {
			return nil, fmt.Errorf("ask git cat-file: %w", err)
		}
		answers = append(answers, answer{state: "missing", said: fatal})
	}
	return answers, nil
}

// lastWords is what the child said if it ended by itself, and gave a reason.
func (c *catFile) lastWords() string {
	text := string(c.stderr)
	if c.ended != fatalExit || !strings.Contains(text, "fatal: ") {
		return ""
	}
	return said(text[strings.LastIndex(text, "fatal: "):])
}

// turn asks once. With an error come the answers that were had before it, and
// the child is gone.
func (c *catFile) turn(ctx context.Context, names []string) (answers []answer, err error) {
	if err := c.start(); err != nil {
		return nil, err
	}
	child := c.child
	release := context.AfterFunc(ctx, func() { child.Process.Kill() })
	defer func() {
		if !release() || err != nil {
			c.stop(errors.Is(err, io.EOF))
		}
	}()
	if _, err := io.WriteString(c.in, strings.Join(names, "\n")+"\n"); err != nil {
		return nil, err
	}
	for _, name := range names {
		header, err := c.out.ReadString('\n')
		if err != nil {
			return answers, err
		}
		got, err := c.read(name, strings.TrimSuffix(header, "\n"))
		if err != nil {
			return answers, err
		}
		answers = append(answers, got)
	}
	return answers, nil
}

func (c *catFile) read(name, header string) (answer, error) {
	for _, state := range []string{"missing", "ambiguous", "submodule"} {
		if strings.HasSuffix(header, " "+state) {
			return answer{state: state}, nil
		}
	}
	fields := strings.Fields(header)
	if len(fields) != 3 || unhex(fields[0]) == "" {
		return answer{}, fmt.Errorf("unexpected answer %q", header)
	}
	size, err := strconv.ParseInt(fields[2], 10, 64)
	if err != nil || size < 0 {
		return answer{}, fmt.Errorf("unexpected answer %q", header)
	}
	if size > maxObject {
		return answer{}, fmt.Errorf("%s is %d bytes; more than %d MB are not read", name, size, maxObject>>20)
	}
	data := make([]byte, size+1) // a line break follows the content
	if _, err := io.ReadFull(c.out, data); err != nil {
		return answer{}, err
	}
	return answer{id: fields[0], kind: fields[1], data: data[:size]}, nil
}
