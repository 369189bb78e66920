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

// maxObject bounds one object in memory. No lockfile or tree comes near it.
const maxObject = 256 << 20

// answer is what cat-file says of one name.
type answer struct {
	id    string // hexadecimal; "" when the name does not resolve
	kind  string // commit, tree, blob, tag
	data  []byte
	state string // for an empty id: "missing" or "ambiguous"
}

// catFile is one long-lived `git cat-file --batch`: a process per blob would
// cost two milliseconds each. Turns are taken under a lock, because a second
// process would parse the same packs again. A process that broke, or that was
// killed because its caller gave up, is started anew by the next turn.
type catFile struct {
	command func() *exec.Cmd // bound to the repository's life

	mu     sync.Mutex
	child  *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	closed bool
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

// stop ends the child; the caller holds the lock.
func (c *catFile) stop() {
	if c.child == nil {
		return
	}
	c.in.Close()
	c.child.Process.Kill()
	c.child.Wait()
	c.child = nil
}

// warm starts the child ahead of the first question.
func (c *catFile) warm() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.start() // a failure comes back from the first question
}

func (c *catFile) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stop()
	c.closed = true
	return nil
}

// ask sends all names in one write and reads the answers in order. Names are
// object expressions without a line break; together they must fit into a pipe,
// so that git never waits for us while we wait for git.
func (c *catFile) ask(ctx context.Context, names ...string) ([]answer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.start(); err != nil {
		return nil, fmt.Errorf("start git cat-file: %w", err)
	}
	child := c.child
	release := context.AfterFunc(ctx, func() { child.Process.Kill() })
	answers, err := c.turn(names)
	if !release() || err != nil {
		c.stop()
	}
	if ctxErr := ctx.Err(); ctxErr != nil && err != nil {
		err = ctxErr
	}
	if err != nil {
		return nil, fmt.Errorf("ask git cat-file: %w", err)
	}
	return answers, nil
}

func (c *catFile) turn(names []string) ([]answer, error) {
	if _, err := io.WriteString(c.in, strings.Join(names, "\n")+"\n"); err != nil {
		return nil, err
	}
	answers := make([]answer, len(names))
	for i, name := range names {
		header, err := c.out.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if answers[i], err = c.read(name, strings.TrimSuffix(header, "\n")); err != nil {
			return nil, err
		}
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
